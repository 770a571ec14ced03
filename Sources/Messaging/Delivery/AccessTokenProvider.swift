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

    /// `token(from:)`, held for `ProviderToken.longestLifetime` at most, or why there is none in words that may be shown.
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

    /// A response of success that could not be read may hold a token all the same, and nobody knows it yet.
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
