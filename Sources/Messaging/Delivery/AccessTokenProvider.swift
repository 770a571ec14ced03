/// A provider whose requests carry an access token that has to be fetched first (RFC 6749 and its like).
///
/// The transport fetches a token before it takes messages, once for all of them, keeps it sealed in the store, and
/// fetches another before it expires. One that the provider refuses is fetched anew once.
public protocol AccessTokenProvider: HTTPProvider {
    /// Tells the tokens of one provider apart, for instance by client id. It is stored in the clear.
    var tokenScope: String { get }
    /// The request that fetches a token.
    /// - Parameter at: the time now, for an assertion that is signed with it.
    func tokenRequest(at: Timestamp) -> HTTPTransfer
    /// Reads the response to it.
    func token(from response: HTTPResponse) throws(TokenRefused) -> ProviderToken
    func authorized(_ transfer: HTTPTransfer, by token: ProviderToken) -> HTTPTransfer
    /// Whether the response to a message says that its token is not accepted, or no longer.
    func refusesToken(_ response: HTTPResponse) -> Bool
}

extension AccessTokenProvider {
    /// RFC 6750 section 2.1.
    public func authorized(_ transfer: HTTPTransfer, by token: ProviderToken) -> HTTPTransfer {
        var transfer = transfer
        transfer.headers.append(HTTPHeader("Authorization", "Bearer \(token.value)"))
        return transfer
    }

    public func refusesToken(_ response: HTTPResponse) -> Bool { response.status == 401 }

    /// Where its tokens come from; trusted as its endpoint is.
    public func tokenEndpoint(of request: HTTPTransfer) -> HTTPEndpoint {
        var tokens = HTTPEndpoint(url: request.url)
        tokens.verifiesCertificate = endpoint.verifiesCertificate
        tokens.caFile = endpoint.caFile
        return tokens
    }
}

/// No token was given.
public struct TokenRefused: Error, Sendable, Hashable {
    /// In words for people.
    public var detail: String
    /// Trying again helps little until a person changed something, such as a client secret.
    public var isConfiguration: Bool

    public init(_ detail: String, isConfiguration: Bool) {
        self.detail = detail
        self.isConfiguration = isConfiguration
    }
}

extension HTTPResponse {
    /// Without a text that must not be shown even if a server sends it back.
    public func hiding(_ secret: String) -> HTTPResponse {
        let text = String(decoding: body, as: UTF8.self)
        guard !secret.isEmpty, text.contains(secret) || reason.contains(secret) else { return self }
        var hidden = self
        hidden.body = Array(text.replacing(secret, with: "•••").utf8)
        hidden.reason = reason.replacing(secret, with: "•••")
        return hidden
    }
}
