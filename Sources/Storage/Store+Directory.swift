import Messaging

extension Store: DirectoryStore {
    private static let entityColumns = """
        id, kind, external_id, name, first_name, last_name, email, mobile, time_zone, language, attributes, member_id,
        account_id, location_id
        """

    private static func entity(_ columns: inout Columns) throws -> Entity {
        Entity(
            id: columns.int(), kind: try columns.word(), externalID: columns.text(), name: columns.text(),
            firstName: columns.text(), lastName: columns.text(), email: columns.text(), mobile: columns.text(),
            timeZone: columns.text(), language: columns.text(), attributes: try MergeValues(json: columns.text()),
            memberID: columns.optionalInt(), accountID: columns.optionalInt(), locationID: columns.optionalInt())
    }

    static func entity(_ id: Int64, on connection: any SQLConnection) throws -> Entity? {
        try connection.first("SELECT \(entityColumns) FROM entities WHERE id = $1", [.int(id)], entity)
    }

    @discardableResult
    public func upsert(_ entity: Entity, at: Timestamp) throws -> Int64 {
        let search = [
            entity.externalID, entity.name, entity.firstName, entity.lastName, entity.email, entity.mobile,
        ].filter { !$0.isEmpty }.joined(separator: " ").lowercased()
        return try engine.write(.accept) { connection in
            try connection.insert(
                """
                INSERT INTO entities (
                    kind, external_id, name, first_name, last_name, email, mobile, time_zone, language, attributes,
                    member_id, account_id, location_id, search, created_at, updated_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
                ON CONFLICT (kind, external_id) DO UPDATE SET
                    name = excluded.name, first_name = excluded.first_name, last_name = excluded.last_name,
                    email = excluded.email, mobile = excluded.mobile, time_zone = excluded.time_zone,
                    language = excluded.language, attributes = excluded.attributes, member_id = excluded.member_id,
                    account_id = excluded.account_id, location_id = excluded.location_id, search = excluded.search,
                    updated_at = excluded.updated_at
                RETURNING id
                """,
                [
                    .text(entity.kind.rawValue), .text(entity.externalID), .text(entity.name),
                    .text(entity.firstName), .text(entity.lastName), .text(entity.email), .text(entity.mobile),
                    .text(entity.timeZone), .text(entity.language), .text(entity.attributes.json),
                    .int(entity.memberID), .int(entity.accountID), .int(entity.locationID), .text(search), .time(at),
                ])
        }
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

    /// Rows looked at before a page is answered as it is, so that no combination of filters walks the whole table.
    static let searchBudget = 20_000

    public func search(_ search: EntitySearch, from start: PageStart, limit: Int) throws -> Page<Entity> {
        let words = search.query.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
        let indexed = words.filter { $0.count >= engine.dialect.shortestSearchWord }
        let clause = start.clause("id", placeholder: 2)
        var values: [SQLValue] = [.text(search.kind.rawValue), clause.value]
        var conditions = ["kind = $1", clause.condition]
        if !indexed.isEmpty {
            values.append(.text(engine.dialect.searchExpression(indexed)))
            conditions.append(engine.dialect.searchCondition("entities", values.count))
        }
        values.append(.int(Self.searchBudget))
        let sql = """
            SELECT \(Self.entityColumns), search FROM entities WHERE \(conditions.joined(separator: " AND "))
            ORDER BY \(clause.order) LIMIT $\(values.count)
            """
        let short = words.filter { $0.count < engine.dialect.shortestSearchWord }
        return try engine.read { connection in
            try collect(sql, values, on: connection, from: start, limit: limit) { entity, text in
                short.allSatisfy { word in text.split(separator: " ").contains { $0.hasPrefix(word) } }
                    && search.filters.allSatisfy { Self.matches(entity, $0) }
            }
        }
    }

    private struct PageIsFull: Error {}

    /// Walks rows until the page is full; the budget is in the statement.
    private func collect(
        _ sql: String, _ values: [SQLValue], on connection: any SQLConnection, from start: PageStart, limit: Int,
        matching: (Entity, String) -> Bool
    ) throws -> Page<Entity> {
        var found: [Entity] = []
        var seen = 0
        var last: Int64 = 0
        do {
            try connection.query(sql, values) { row in
                var columns = Columns(row)
                let entity = try Self.entity(&columns)
                seen += 1
                last = entity.id
                guard matching(entity, columns.text()) else { return }
                found.append(entity)
                if found.count > limit { throw PageIsFull() }
            }
        } catch is PageIsFull {}
        var page = Page.cut(found, from: start, limit: limit, key: \.id)
        if seen == Self.searchBudget, found.count <= limit {
            page.isPartial = true
            page.next = last
        }
        return page
    }

    private static func matches(_ entity: Entity, _ filter: EntitySearch.Filter) -> Bool {
        let wanted = filter.value.lowercased()
        let text: String? =
            switch filter.field {
            case "external_id": entity.externalID
            case "name", "account_name": entity.displayName
            case "first_name": entity.firstName
            case "last_name": entity.lastName
            case "email": entity.email
            case "mobile": entity.mobile
            case "time_zone": entity.timeZone
            case "language": entity.language
            default: entity.attributes[path: filter.field]?.text
            }
        return text?.lowercased().contains(wanted) ?? false
    }
}
