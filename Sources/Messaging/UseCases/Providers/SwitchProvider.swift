/// Turns a provider on or off, or makes it the default of its delivery channel. Its settings are not touched. Throws
/// `StoreConflict.state` where that changes nothing or cannot be, `.notFound`.
public struct SwitchProvider: UseCase {
    public enum Change: String, CaseIterable, Sendable {
        case enable, disable
        case makeDefault = "default"

        /// Whether it can be done to a provider: it is not so yet, and a default has to be enabled.
        public func fits(_ account: ProviderAccount) -> Bool {
            switch self {
            case .enable: !account.isEnabled
            case .disable: account.isEnabled
            case .makeDefault: !account.isDefault && account.isEnabled
            }
        }

        var action: String {
            switch self {
            case .enable: "enable provider"
            case .disable: "disable provider"
            case .makeDefault: "make provider default"
            }
        }
    }

    public var id: Int64
    public var change: Change

    public init(_ id: Int64, _ change: Change) {
        self.id = id
        self.change = change
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            guard let account = try commit.stores.providers.provider(id) else { throw StoreConflict.notFound }
            guard change.fits(account) else { throw StoreConflict.state(change.rawValue) }
            try commit.stores.providers.switchProvider(
                id, isDefault: account.isDefault || change == .makeDefault, isEnabled: change != .disable,
                at: work.now)
            try commit.audit(change.action, account.name, detail: account.deliveryChannel.rawValue)
        }
    }
}
