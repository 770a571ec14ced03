/// Shows a saved filter to everybody who reads the log, or to its owner alone again.
public struct ShareSavedFilter: UseCase {
    public var filter: SavedFilter
    public var isShared: Bool

    public init(_ filter: SavedFilter, _ isShared: Bool) {
        self.filter = filter
        self.isShared = isShared
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.messages.updateSavedFilter(filter.id, name: filter.name, isShared: isShared)
            try commit.audit(isShared ? "share filter" : "unshare filter", filter.name, detail: filter.query)
        }
    }
}
