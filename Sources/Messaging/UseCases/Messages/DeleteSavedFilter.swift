/// Deletes a saved filter.
public struct DeleteSavedFilter: UseCase {
    public var filter: SavedFilter

    public init(_ filter: SavedFilter) { self.filter = filter }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.messages.deleteSavedFilter(filter.id)
            try commit.audit("delete filter", filter.name, detail: filter.query)
        }
    }
}
