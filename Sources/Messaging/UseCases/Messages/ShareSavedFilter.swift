/// Shows a saved filter to everybody who reads the log, or to its owner alone again. People share their own filters, and
/// may take back anybody's. Throws `StoreConflict.notFound`.
public struct ShareSavedFilter: UseCase {
    public var id: Int64
    public var isShared: Bool

    public init(_ id: Int64, _ isShared: Bool) {
        self.id = id
        self.isShared = isShared
    }

    /// The filter as it was.
    public func perform(_ work: Work) throws -> SavedFilter {
        try work.commit { commit in
            let filter = try filter(commit)
            try commit.stores.messages.updateSavedFilter(filter.id, name: filter.name, isShared: isShared)
            try commit.audit(isShared ? "share filter" : "unshare filter", filter.name, detail: filter.query)
            return filter
        }
    }

    private func filter(_ commit: Commit) throws -> SavedFilter {
        if !isShared, let filter = try commit.stores.messages.savedFilter(id), filter.isShared { return filter }
        return try commit.ownFilter(id)
    }
}
