/// Changes a provider: what is named, over what is stored when the change is made. Throws `InvalidSettings` where the whole
/// does not hold, `StoreConflict.notFound`.
public struct UpdateProvider: UseCase {
    public var id: Int64
    public var edit: ProviderEdit

    public init(_ id: Int64, _ edit: ProviderEdit) {
        self.id = id
        self.edit = edit
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            let account = try commit.change(id, by: edit)
            try commit.audit("update provider", account.name, detail: account.deliveryChannel.rawValue)
        }
    }
}

extension Commit {
    /// The provider as it is stored then.
    func change(_ id: Int64, by edit: ProviderEdit) throws -> ProviderAccount {
        guard let stored = try stores.providers.provider(id), let kind = stores.catalog.kind(stored.kind) else {
            throw StoreConflict.notFound
        }
        let changed = stored.changed(by: edit, kind)
        _ = try stores.catalog.provider(for: changed)
        try stores.providers.updateProvider(id, ProviderDraft(changed, kind), at: now)
        return changed
    }
}
