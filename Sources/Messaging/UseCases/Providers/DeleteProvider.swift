/// Deletes a provider and its credentials; the log keeps its name. Throws `StoreConflict.state`: `used` while something
/// names it, else while messages are being handed to it.
public struct DeleteProvider: UseCase {
    public var account: ProviderAccount

    public init(_ account: ProviderAccount) { self.account = account }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.providers.deleteProvider(account.id)
            try commit.audit("delete provider", account.name, detail: account.deliveryChannel.rawValue)
        }
    }
}
