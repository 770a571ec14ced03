/// The company's own records.
public protocol DirectoryStore: Sendable {
    /// Creates or changes an entity by kind and external id.
    @discardableResult
    func upsert(_ entity: Entity, at: Timestamp) throws -> Int64
    func entity(_ id: Int64) throws -> Entity?
    func entity(kind: EntityKind, externalID: String) throws -> Entity?
    func search(_ search: EntitySearch, from start: PageStart, limit: Int) throws -> Page<Entity>
}

public struct EntitySearch: Sendable, Hashable {
    public struct Filter: Sendable, Hashable {
        /// A standard column (`first_name`, `email`, …) or the name of an attribute.
        public var field: String
        public var value: String
        public init(field: String, value: String) {
            self.field = field
            self.value = value
        }
    }
    public var kind: EntityKind
    /// Words of which every one must occur in a name, an address or the external id.
    public var query: String
    public var filters: [Filter]

    public init(kind: EntityKind, query: String = "", filters: [Filter] = []) {
        self.kind = kind
        self.query = query
        self.filters = filters
    }
}
