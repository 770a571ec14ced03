/// Provider that sends HTTP requests. It maps a response to `Outcome.notHandedOver` only for an account error that
/// blocks every message until someone fixes it.
public protocol HTTPProvider: Provider {
    var endpoint: HTTPEndpoint { get }
    /// Values to redact, in case the server echoes them.
    var secrets: [String] { get }
    func outcome(of response: HTTPResponse) -> Outcome
}

extension HTTPProvider {
    /// One-line description of a response.
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

    /// Maximum length of a response body in the log, in bytes.
    private static var longestWords: Int { 1000 }
}
