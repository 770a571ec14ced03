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

    /// Reads `token(from:)` and limits its lifetime to `ProviderToken.longestLifetime`.
    ///
    /// - Throws: `TokenRefused` with a reason that may be shown.
    public func readToken(from response: HTTPResponse) throws(TokenRefused) -> ProviderToken {
        do throws(TokenRefused) {
            var token = try token(from: response)
            token.expiresAt = min(token.expiresAt, response.at + ProviderToken.longestLifetime)
            guard token.expiresAt > response.at else {
                throw TokenRefused("The provider gave an access token that has expired.", isConfiguration: false)
            }
            return token
        } catch {
            let detail = hidingSecrets(response.hidingTokens(in: error.detail))
            throw TokenRefused(detail, isConfiguration: error.isConfiguration)
        }
    }

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
        guard !secret.isEmpty else { return self }
        var hidden = self
        let text = String(decoding: body, as: UTF8.self)
        if text.contains(secret) { hidden.body = Array(text.replacing(secret, with: "•••").utf8) }
        hidden.reason = reason.replacing(secret, with: "•••")
        for index in headers.indices where headers[index].value.contains(secret) {
            hidden.headers[index].value = headers[index].value.replacing(secret, with: "•••")
        }
        return hidden
    }

    /// Hides tokens in the text of a 2xx response that could not be read: it may hold one that is not known yet.
    fileprivate func hidingTokens(in words: String) -> String {
        guard (200...299).contains(status) else { return words }
        guard case .object(let fields)? = try? MergeValue(json: String(decoding: body, as: UTF8.self)) else {
            return "The provider answered \(status), and not with an access token."
        }
        return fields.reduce(words) { words, field in
            let value = field.value.text
            guard field.key.lowercased().hasSuffix("token"), !value.isEmpty else { return words }
            return words.replacing(value, with: "•••")
        }
    }
}
