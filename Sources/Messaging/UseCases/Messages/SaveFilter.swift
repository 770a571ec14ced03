/// Keeps a filter of the send log under a name, for the user who asks. Throws `StoreConflict.duplicate` when they have one
/// of that name, `.state` when they have `SavedFilter.mostPerUser`.
public struct SaveFilter: UseCase {
    public var name: String
    /// As an address has it.
    public var query: String
    public var userID: Int64

    public init(name: String, query: String, of userID: Int64) {
        self.name = name
        self.query = query
        self.userID = userID
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            _ = try commit.stores.messages.saveFilter(
                name: name, query: query, isShared: false, by: userID, at: work.now)
            try commit.audit("save filter", name, detail: query)
        }
    }
}
