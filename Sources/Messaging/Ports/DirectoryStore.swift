/// The company's own records.
public protocol DirectoryQueries: DirectoryLinks {
    func entity(_ id: Int64) throws -> Entity?
    func entity(kind: EntityKind, externalID: String) throws -> Entity?
    func search(_ search: EntitySearch, from start: PageStart, limit: Int) throws -> Page<Entity>
}

/// The company's own records, created, changed and deleted.
public protocol DirectoryStore: DirectoryQueries {
    /// Creates or changes an entity by kind and external id.
    @discardableResult
    func upsert(_ entity: Entity, at: Timestamp) throws -> Int64
    /// Creates and changes records of one kind by their external ids, all in one commit. A record named twice is changed
    /// twice, in order. `isImport`: nobody waits, so whoever does goes first. One outcome for each change.
    func apply(
        _ changes: [PreparedChange], of kind: EntityKind, isImport: Bool, at: Timestamp
    ) throws -> [RowOutcome]
    /// Changes one record that was read as this version. Throws `StoreConflict.version` when somebody changed it since,
    /// `StoreConflict.notFound` when it is gone.
    func save(_ change: EntityChange, to id: Int64, version: Int64, at: Timestamp) throws -> RowOutcome
    /// Messages to it stay, with the name and address they were sent to. Throws `StoreConflict.notFound`.
    func deleteEntity(_ id: Int64) throws
}

extension DirectoryStore {
    public func apply(
        _ changes: [EntityChange], of kind: EntityKind, isImport: Bool, at: Timestamp
    ) throws -> [RowOutcome] {
        try apply(changes.map { PreparedChange($0, of: kind) }, of: kind, isImport: isImport, at: at)
    }
}

public struct EntitySearch: Sendable, Hashable, Codable {
    public struct Filter: Sendable, Hashable, Codable {
        /// A standard column (`first_name`, `email`, …), a link (`location`, …) or the name of an attribute.
        public var field: String
        /// A part of the text; of a link, the external id of the other record.
        public var value: String
        public init(field: String, value: String) {
            self.field = field
            self.value = value
        }
    }
    public var kind: EntityKind
    /// Words of which every one must occur in a name, an address, the external id or the value of an attribute.
    public var query: String
    /// Every one of them must hold.
    public var filters: [Filter]

    public init(kind: EntityKind, query: String = "", filters: [Filter] = []) {
        self.kind = kind
        self.query = query
        self.filters = filters
    }
}
