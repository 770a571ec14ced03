/// Changes how the sandbox behaves, for every delivery channel at once.
public struct ConfigureSandbox: UseCase {
    public var drafts: [(id: Int64, draft: ProviderDraft)]

    public init(_ drafts: [(id: Int64, draft: ProviderDraft)]) { self.drafts = drafts }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            for (id, draft) in drafts { try commit.stores.providers.updateProvider(id, draft, at: work.now) }
            try commit.audit("update provider", "sandbox", detail: "behaviour")
        }
    }
}
