import Messaging

extension Store: DirectoryStore {
    static let entityColumns = """
        id, kind, external_id, name, first_name, last_name, email, mobile, time_zone, language, attributes, member_id,
        account_id, location_id, version
        """

    static func entity(_ columns: inout Columns) throws -> Entity {
        Entity(
            id: columns.int(), kind: try columns.word(), externalID: columns.text(), name: columns.text(),
            firstName: columns.text(), lastName: columns.text(), email: columns.text(), mobile: columns.text(),
            timeZone: columns.text(), language: columns.text(), attributes: try attributes(columns.text()),
            memberID: columns.optionalInt(), accountID: columns.optionalInt(),
            locationID: columns.optionalInt(), version: columns.int())
    }

    /// Most records of a big import have none.
    static func attributes(_ json: String) throws -> MergeValues {
        json == "{}" ? MergeValues() : try MergeValues(json: json)
    }

    static func entity(_ id: Int64, on connection: any SQLConnection) throws -> Entity? {
        try connection.first("SELECT \(entityColumns) FROM entities WHERE id = $1", [.int(id)], entity)
    }

    public func entity(_ id: Int64) throws -> Entity? {
        try engine.read { try Self.entity(id, on: $0) }
    }

    public func entity(kind: EntityKind, externalID: String) throws -> Entity? {
        try engine.read { connection in
            try connection.first(
                "SELECT \(Self.entityColumns) FROM entities WHERE kind = $1 AND external_id = $2",
                [.text(kind.rawValue), .text(externalID)], Self.entity)
        }
    }

    @discardableResult
    public func upsert(_ entity: Entity, at: Timestamp) throws -> Int64 {
        try engine.write(.accept) { connection in
            try Self.write([WrittenEntity(entity: entity)], on: connection, at: at)
            return try connection.first(
                "SELECT id FROM entities WHERE kind = $1 AND external_id = $2",
                [.text(entity.kind.rawValue), .text(entity.externalID)]
            ) { $0.int() } ?? 0
        }
    }

    public func deleteEntity(_ id: Int64) throws {
        try engine.write(.accept) { connection in
            guard try connection.run("DELETE FROM entities WHERE id = $1", [.int(id)]) > 0 else {
                throw StoreConflict.notFound
            }
            try connection.run("DELETE FROM devices WHERE entity_id = $1", [.int(id)])
            try connection.run("DELETE FROM notices WHERE entity_id = $1", [.int(id)])
            try Self.releaseThread(ofEntity: id, on: connection)
        }
    }

    // MARK: Many at once

    public func apply(
        _ changes: [PreparedChange], of kind: EntityKind, isImport: Bool, at: Timestamp
    ) throws -> [RowOutcome] {
        guard !changes.isEmpty else { return [] }
        return try engine.write(isImport ? .background : .accept) { connection in
            var batch = try EntityBatch(changes.map(\.change), of: kind, on: connection)
            let outcomes = changes.map { batch.take($0) }
            try Self.write(batch.written, on: connection, at: at)
            return outcomes
        }
    }

    public func save(_ change: EntityChange, to id: Int64, version: Int64, at: Timestamp) throws -> RowOutcome {
        try engine.write(.accept) { connection in
            guard let stored = try Self.entity(id, on: connection) else { throw StoreConflict.notFound }
            guard stored.version == version else { throw StoreConflict.version(stored.version) }
            var change = change
            change.externalID = stored.externalID
            var batch = try EntityBatch([change], of: stored.kind, on: connection)
            let outcome = batch.take(PreparedChange(change, of: stored.kind))
            try Self.write(batch.written, on: connection, at: at)
            return outcome
        }
    }

    /// Looks up records by their external ids, some hundred a statement.
    static func entities(
        _ kind: EntityKind, _ externalIDs: [String], on connection: any SQLConnection,
        each: (inout Columns) throws -> Void, columns: String = Store.entityColumns
    ) throws {
        var rest = externalIDs[...]
        while !rest.isEmpty {
            let part = rest.prefix(250)
            rest = rest.dropFirst(part.count)
            let marks = (0..<part.count).map { "$\($0 + 2)" }.joined(separator: ",")
            try connection.query(
                "SELECT \(columns) FROM entities WHERE kind = $1 AND external_id IN (\(marks))",
                [.text(kind.rawValue)] + part.map { .text($0) }
            ) { row in
                var columns = Columns(row)
                try each(&columns)
            }
        }
    }

    // Created and changed at the same moment.
    private static let upsert = ManyRowInsert(
        """
        INSERT INTO entities (
            created_at, updated_at, kind, external_id, name, first_name, last_name, email, mobile, time_zone, language,
            attributes, member_id, account_id, location_id, search)
        """, row: "$1, $1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?", shared: 1,
        tail: """
            ON CONFLICT (kind, external_id) DO UPDATE SET
                name = excluded.name, first_name = excluded.first_name, last_name = excluded.last_name,
                email = excluded.email, mobile = excluded.mobile, time_zone = excluded.time_zone,
                language = excluded.language, attributes = excluded.attributes, member_id = excluded.member_id,
                account_id = excluded.account_id, location_id = excluded.location_id, search = excluded.search,
                updated_at = excluded.updated_at, version = entities.version + 1
            """, together: 50)

    static func write(_ entities: [WrittenEntity], on connection: any SQLConnection, at: Timestamp) throws {
        try upsert.run(entities, shared: [.time(at)], on: connection) { append($0, to: &$1) }
    }

    private static func append(_ written: WrittenEntity, to values: inout [SQLValue]) {
        let (entity, texts) = (written.entity, written.texts ?? Entity.Texts(written.entity))
        values.append(.text(entity.kind.rawValue))
        for text in [
            entity.externalID, entity.name, entity.firstName, entity.lastName, entity.email, entity.mobile,
            entity.timeZone, entity.language,
        ] { values.append(.text(text)) }
        values.append(.text(texts.attributes))
        values.append(.int(entity.memberID))
        values.append(.int(entity.accountID))
        values.append(.int(entity.locationID))
        values.append(.text(texts.search))
    }
}

/// A record to write, with its texts where they are at hand.
struct WrittenEntity {
    var entity: Entity
    var texts: Entity.Texts?
}

/// Puts changes and records together for one commit.
private struct EntityBatch {
    private let kind: EntityKind
    /// Records by external id, as they stand after the changes so far.
    private var known: [String: WrittenEntity] = [:]
    private var linked: [EntityKind: [String: Int64]] = [:]
    private var order: [String] = []
    private var changed: Set<String> = []

    init(_ changes: [EntityChange], of kind: EntityKind, on connection: any SQLConnection) throws {
        self.kind = kind
        var found: [String: WrittenEntity] = [:]
        try Store.entities(
            kind, Array(Set(changes.map(\.externalID))).sorted(), on: connection,
            each: { columns in
                let entity = try Store.entity(&columns)
                found[entity.externalID] = WrittenEntity(entity: entity)
            })
        known = found
        for field in EntityField.of(kind) {
            guard let other = field.linkedKind else { continue }
            let names = Set(changes.compactMap { $0[field] }.filter { !$0.isEmpty })
            var ids: [String: Int64] = [:]
            try Store.entities(
                other, names.sorted(), on: connection, each: { ids[$0.text()] = $0.int() }, columns: "external_id, id")
            linked[other] = ids
        }
    }

    var written: [WrittenEntity] { order.compactMap { known[$0] } }

    mutating func take(_ prepared: PreparedChange) -> RowOutcome {
        let change = prepared.change
        let before = known[change.externalID]?.entity
        var entity = before == nil ? prepared.fresh : change.applied(to: before, kind: kind)
        var problems: [RowProblem] = []
        for field in EntityField.of(kind) {
            guard let other = field.linkedKind else { continue }
            guard let name = change[field] else {
                if change.isWhole { entity[link: other] = nil }
                continue
            }
            if name.isEmpty {
                entity[link: other] = nil
            } else if let id = linked[other]?[name] {
                entity[link: other] = id
            } else {
                problems.append(RowProblem(field.rawValue, "There is no \(other.rawValue) “\(name.prefix(60))”."))
            }
        }
        guard problems.isEmpty else { return .rejected(problems) }
        if entity == before { return .unchanged }
        known[change.externalID] = WrittenEntity(entity: entity, texts: before == nil ? prepared.freshTexts : nil)
        if changed.insert(change.externalID).inserted { order.append(change.externalID) }
        return before == nil ? .created : .updated
    }
}

extension Entity {
    fileprivate subscript(link kind: EntityKind) -> Int64? {
        get {
            switch kind {
            case .member: memberID
            case .account: accountID
            case .location: locationID
            case .transaction: nil
            }
        }
        set {
            switch kind {
            case .member: memberID = newValue
            case .account: accountID = newValue
            case .location: locationID = newValue
            case .transaction: break
            }
        }
    }
}
