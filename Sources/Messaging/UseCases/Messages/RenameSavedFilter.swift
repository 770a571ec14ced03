/// Renames a saved filter. Throws `StoreConflict.duplicate` when its owner has one of that name.
public struct RenameSavedFilter: UseCase {
    public var filter: SavedFilter
    public var name: String

    public init(_ filter: SavedFilter, to name: String) {
        self.filter = filter
        self.name = name
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.messages.updateSavedFilter(filter.id, name: name, isShared: filter.isShared)
            try commit.audit("rename filter", name, detail: filter.name)
        }
    }
}
