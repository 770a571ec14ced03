/// Deletes one of the actor's own saved filters. Throws `StoreConflict.notFound` when it is not theirs.
public struct DeleteSavedFilter: UseCase {
    public var id: Int64

    public init(_ id: Int64) { self.id = id }

    /// The filter as it was.
    public func perform(_ work: Work) throws -> SavedFilter {
        try work.commit { commit in
            let filter = try commit.ownFilter(id)
            try commit.stores.messages.deleteSavedFilter(filter.id)
            try commit.audit("delete filter", filter.name, detail: filter.query)
            return filter
        }
    }
}

extension Commit {
    /// Whoever asks for another's filter is told that there is none, shared or not.
    func ownFilter(_ id: Int64) throws -> SavedFilter {
        guard let filter = try stores.messages.savedFilter(id), filter.userID == actor.userID else {
            throw StoreConflict.notFound
        }
        return filter
    }
}
