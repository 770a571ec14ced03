/// Renames one of the actor's own saved filters. Throws `StoreConflict.duplicate` when they have one of that name,
/// `.notFound` when it is not theirs.
public struct RenameSavedFilter: UseCase {
    public var id: Int64
    public var name: String

    public init(_ id: Int64, to name: String) {
        self.id = id
        self.name = name
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            let filter = try commit.ownFilter(id)
            try commit.stores.messages.updateSavedFilter(filter.id, name: name, isShared: filter.isShared)
            try commit.audit("rename filter", name, detail: filter.name)
        }
    }
}
