/// Access tokens that providers were given, encrypted at rest like their settings.
public protocol ProviderTokenStore: Sendable {
    /// `scope` tells the tokens of one provider apart. `nil` when there is none, or when it was encrypted under another
    /// key and has to be fetched again. One that has expired is returned too.
    func providerToken(_ providerID: Int64, scope: String) throws -> ProviderToken?
    /// Takes the place of the one before.
    func keep(_ token: ProviderToken, for providerID: Int64, scope: String) throws
    /// For one that the provider no longer accepts.
    func forgetProviderToken(_ providerID: Int64, scope: String) throws
}

public struct ProviderToken: Sendable, Hashable {
    public var value: String
    public var expiresAt: Timestamp

    public init(value: String, expiresAt: Timestamp) {
        self.value = value
        self.expiresAt = expiresAt
    }
}
