/// Filters of the send log that people keep.
public protocol SavedFilterQueries: Sendable {
    /// A user's own and those that others share, by name.
    func savedFilters(for user: Int64) throws -> [SavedFilter]
    func savedFilter(_ id: Int64) throws -> SavedFilter?
}

/// Keeps filters of the send log.
public protocol SavedFilterStore: SavedFilterQueries {
    /// Throws `StoreConflict.duplicate` where the user has that name already, `.state("full")` at the limit.
    func saveFilter(name: String, query: String, isShared: Bool, by user: Int64, at: Timestamp) throws -> Int64
    /// Throws `StoreConflict.notFound`, or `.duplicate` where its owner has that name already.
    func updateSavedFilter(_ id: Int64, name: String, isShared: Bool) throws
    func deleteSavedFilter(_ id: Int64) throws
}

public struct SavedFilter: Sendable, Hashable, Identifiable {
    /// More would be a list that nobody finds anything in.
    public static let mostPerUser = 50
    /// Characters.
    public static let longestName = 60

    public var id: Int64
    public var userID: Int64
    public var ownerName: String
    public var name: String
    /// As in the page's address: `status=failed&delivery_channel=sms`.
    public var query: String
    /// Everybody who may read the log sees it.
    public var isShared: Bool

    public init(id: Int64, userID: Int64, ownerName: String, name: String, query: String, isShared: Bool) {
        self.id = id
        self.userID = userID
        self.ownerName = ownerName
        self.name = name
        self.query = query
        self.isShared = isShared
    }
}
