/// Changes a provider: its settings, whether it is enabled, whether it is the default.
public struct UpdateProvider: UseCase {
    public enum Change: String, Sendable {
        case settings = "update provider"
        case enable = "enable provider"
        case disable = "disable provider"
        case makeDefault = "make provider default"
    }

    public var id: Int64
    public var draft: ProviderDraft
    public var change: Change

    public init(_ id: Int64, _ draft: ProviderDraft, _ change: Change = .settings) {
        self.id = id
        self.draft = draft
        self.change = change
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.providers.updateProvider(id, draft, at: work.now)
            try commit.audit(change.rawValue, draft.name, detail: draft.deliveryChannel.rawValue)
        }
    }
}
