/// Access tokens that providers were given, encrypted at rest like their settings.
public protocol ProviderTokenStore: Sendable {
    /// `scope` tells the tokens of one provider apart. `nil` when there is none, or when it was encrypted under another
    /// key and has to be fetched again. One that has expired is returned too.
    func providerToken(_ providerID: Int64, scope: String) throws -> ProviderToken?
    /// Takes the place of the one before. Nothing is kept when the provider was deleted, or changed since `account` was
    /// read: the token may have been given for a secret that was replaced.
    func keep(_ token: ProviderToken, for account: ProviderAccount, scope: String) throws
    /// For one that the provider no longer accepts.
    func forgetProviderToken(_ providerID: Int64, scope: String) throws
}

public struct ProviderToken: Sendable, Hashable {
    public var value: String
    public var expiresAt: Timestamp

    /// One that lives longer is fetched again all the same.
    public static let longestLifetime: Duration = .seconds(30 * 86_400)

    public init(value: String, expiresAt: Timestamp) {
        self.value = value
        self.expiresAt = expiresAt
    }

    /// - Parameters:
    ///   - seconds: `expires_in` of RFC 6749 section 5.1 as the server wrote it, whatever it is.
    ///   - moment: when it was read.
    public init(value: String, expiresIn seconds: Double, from moment: Timestamp) {
        let longest = Double(Self.longestLifetime.components.seconds)
        let lifetime = seconds > 0 ? min(seconds, longest) : 0
        self.init(value: value, expiresAt: moment + .milliseconds(Int64(lifetime * 1000)))
    }
}
