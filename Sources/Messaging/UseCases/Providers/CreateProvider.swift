/// Adds a provider; the first of its delivery channel becomes the default. Returns its id.
public struct CreateProvider: UseCase {
    public var draft: ProviderDraft

    public init(_ draft: ProviderDraft) { self.draft = draft }

    public func perform(_ work: Work) throws -> Int64 {
        try work.commit { commit in
            let id = try commit.stores.providers.createProvider(draft, at: work.now)
            try commit.audit("create provider", draft.name, detail: draft.deliveryChannel.rawValue)
            return id
        }
    }
}
