import Messaging

/// A provider that is spoken to by HTTP requests. Its transfers are `Transfer.http`, and of an answer it says
/// `Outcome.notHandedOver` only when its account is at fault and no message can be taken until a person changed
/// something.
protocol HTTPProvider: Provider {
    var endpoint: HTTPEndpoint { get }
    /// What must not be shown even if a server sends it back.
    var secrets: [String] { get }
}

extension HTTPProvider {
    /// An answer on one line for people.
    func words(of response: HTTPResponse) -> String {
        let body = HeaderText.oneLine(String(decoding: response.body.prefix(Self.longestWords), as: UTF8.self))
        let words = ["\(response.status)", HeaderText.oneLine(response.reason), body].filter { !$0.isEmpty }
        return hidingSecrets(words.joined(separator: " "))
    }

    func hidingSecrets(_ text: String) -> String {
        secrets.filter { $0.count >= 4 }.reduce(text) { $0.replacing($1, with: "•••") }
    }

    /// How much of an answer's body the log keeps, in bytes.
    private static var longestWords: Int { 1000 }
}
