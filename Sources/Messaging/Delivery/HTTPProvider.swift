/// A provider that is spoken to by HTTP requests. Of a response it says `Outcome.notHandedOver` only when its account is at
/// fault and no message can be taken until a person changed something.
public protocol HTTPProvider: Provider {
    var endpoint: HTTPEndpoint { get }
    /// What must not be shown even if a server sends it back.
    var secrets: [String] { get }
    func outcome(of response: HTTPResponse) -> Outcome
}

extension HTTPProvider {
    /// A response on one line for people.
    public func words(of response: HTTPResponse) -> String {
        // Hidden before the cut: half a secret would not be found.
        let hidden = hidingSecrets(String(decoding: response.body, as: UTF8.self))
        let body = OneLine.of(String(decoding: hidden.utf8.prefix(Self.longestWords), as: UTF8.self))
        let words = ["\(response.status)", OneLine.of(response.reason), body].filter { !$0.isEmpty }
        return hidingSecrets(words.joined(separator: " "))
    }

    public func hidingSecrets(_ text: String) -> String {
        secrets.filter { $0.count >= 4 }.reduce(text) { $0.replacing($1, with: "•••") }
    }

    /// How much of a response's body the log keeps, in bytes.
    private static var longestWords: Int { 1000 }
}
