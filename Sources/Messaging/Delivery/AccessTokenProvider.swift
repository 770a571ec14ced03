/// Provider whose requests carry an access token that must be fetched first (RFC 6749 and similar).
///
/// The transport fetches one token before it accepts messages, stores it encrypted, and renews it before it expires. A
/// rejected token is replaced once.
public protocol AccessTokenProvider: HTTPProvider {
    /// Identifies the token within the provider, for example by client id. Stored unencrypted.
    var tokenScope: String { get }
    /// Request that fetches a token.
    /// - Parameter at: current time, for a signed assertion.
    func tokenRequest(at: Timestamp) -> HTTPTransfer
    /// Parses the response to a token request.
    func token(from response: HTTPResponse) throws(TokenRefused) -> ProviderToken
    func authorized(_ transfer: HTTPTransfer, by token: ProviderToken) -> HTTPTransfer
    /// Whether a response to a message means that its token is invalid or expired.
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

    /// Endpoint of the token request, with the same trust settings as the provider's own.
    public func tokenEndpoint(of request: HTTPTransfer) -> HTTPEndpoint {
        var tokens = HTTPEndpoint(url: request.url)
        tokens.verifiesCertificate = endpoint.verifiesCertificate
        tokens.caFile = endpoint.caFile
        return tokens
    }
}

/// The token request failed.
public struct TokenRefused: Error, Sendable, Hashable {
    /// Human-readable reason.
    public var detail: String
    /// Retrying is pointless until someone changes the configuration, for example a client secret.
    public var isConfiguration: Bool

    public init(_ detail: String, isConfiguration: Bool) {
        self.detail = detail
        self.isConfiguration = isConfiguration
    }
}

extension HTTPResponse {
    /// Copy with the secret redacted, in case the server echoes it.
    public func hiding(_ secret: String) -> HTTPResponse {
        let text = String(decoding: body, as: UTF8.self)
        guard !secret.isEmpty, text.contains(secret) || reason.contains(secret) else { return self }
        var hidden = self
        hidden.body = Array(text.replacing(secret, with: "•••").utf8)
        hidden.reason = reason.replacing(secret, with: "•••")
        return hidden
    }
}
