import Messaging

extension Store {
    /// Rows looked at before a page is answered as it is, so that no combination of filters walks the whole table.
    static let searchBudget = 10_000

    public func search(_ search: EntitySearch, from start: PageStart, limit: Int) throws -> Page<Entity> {
        try engine.read { connection in
            guard let filter = try EntityFilter(search, dialect: engine.dialect, on: connection) else {
                return Page(items: [])
            }
            let walk = walk(filter, search.kind, start)
            let scan = BudgetedScan(from: start, limit: limit, budget: Self.searchBudget)
            return try scan.page(walk.sql, walk.values, on: connection) { row in
                guard filter.mayPass(row) else { return nil }
                var columns = Columns(row)
                let entity = try Self.entity(&columns)
                return filter.passes(entity) ? entity : nil
            }
        }
    }

    /// The records to look at, in order: those the text index finds, or all of the kind.
    private func walk(_ filter: EntityFilter, _ kind: EntityKind, _ start: PageStart) -> (
        sql: String, values: [SQLValue]
    ) {
        let (comparison, key, order): (String, Int64, String) =
            switch start {
            case .newest: ("<", .max, "DESC")
            case .after(let key): ("<", key, "DESC")
            case .before(let key): (">", key, "ASC")
            }
        let columns = Self.entityColumns.replacing("id, kind", with: "e.id, kind")
        guard let expression = filter.expression else {
            return (
                """
                SELECT \(columns), e.search, 1 FROM entities e WHERE kind = $1 AND e.id \(comparison) $2
                ORDER BY e.id \(order) LIMIT $3
                """, [.text(kind.rawValue), .int(key), .int(Self.searchBudget)]
            )
        }
        // Flat, so that each record is fetched as the index finds it: with a limit inside, ten thousand finds would be
        // sorted for a page of fifty. The kind is looked at afterwards, because an index of texts has none.
        let words = filter.indexed.count
        let holds = filter.indexed.indices.map { engine.dialect.search.holds("e.search", $0 + 1) }.joined(
            separator: " AND ")
        let inner = engine.dialect.search.walk("entities", words + 1, "\(comparison) $\(words + 2)", order)
        return (
            """
            SELECT \(columns), e.search, \(holds) FROM (\(inner)) f \(engine.dialect.orderedJoin) entities e ON e.id = f.id
            ORDER BY f.id \(order) LIMIT $\(words + 3)
            """, filter.indexed.map { .text($0) } + [.text(expression), .int(key), .int(Self.searchBudget)]
        )
    }

    /// The statement of a search, for tests of its cost; `nil` when nothing can match.
    func searchWalk(_ search: EntitySearch, from start: PageStart) throws -> (sql: String, values: [SQLValue])? {
        try engine.read { connection in
            try EntityFilter(search, dialect: engine.dialect, on: connection).map { walk($0, search.kind, start) }
        }
    }
}

/// What a search asks of a record: first of its raw columns, which is quick, then of the record itself.
private struct EntityFilter {
    private let kind: EntityKind
    private let shortWords: [String]
    private let filters: [(field: EntityField?, name: String, value: String)]
    private let links: [(kind: EntityKind, id: Int64)]
    /// Words the text index can find, and its expression for them; `nil`: there are none.
    let indexed: [String]
    let expression: String?

    /// `nil` when nothing can match.
    init?(_ search: EntitySearch, dialect: Dialect, on connection: any SQLConnection) throws {
        kind = search.kind
        let words = search.query.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
        var indexed = words.filter { $0.count >= dialect.search.shortestWord }
        shortWords = words.filter { $0.count < dialect.search.shortestWord }
        var filters: [(field: EntityField?, name: String, value: String)] = []
        var links: [(kind: EntityKind, id: Int64)] = []
        for filter in search.filters {
            // `name` is asked of members too: the whole of it.
            let field =
                EntityField(columnName: filter.field, for: search.kind)
                ?? (filter.field == "name" || filter.field == "account_name" ? .name : nil)
            if let other = field?.linkedKind {
                let id = try connection.first(
                    "SELECT id FROM entities WHERE kind = $1 AND external_id = $2",
                    [.text(other.rawValue), .text(filter.value)]
                ) { $0.int() }
                guard let id else { return nil }
                links.append((other, id))
                continue
            }
            let value = filter.value.lowercased()
            filters.append((field, filter.field, value))
            if value.count >= dialect.search.shortestWord, Self.isIndexed(field, filter.field) { indexed.append(value) }
        }
        (self.filters, self.links, self.indexed) = (filters, links, indexed)
        expression = indexed.isEmpty ? nil : dialect.search.expression(indexed)
    }

    /// Whether the value of this field is part of the text that is searched.
    private static func isIndexed(_ field: EntityField?, _ name: String) -> Bool {
        switch field {
        case .timeZone, .language: false
        case nil: !name.contains(".")
        default: true
        }
    }

    private static let kindColumn = 1
    private static let searchColumn = 15
    private static let holdsColumn = 16

    func mayPass(_ row: any SQLRow) -> Bool {
        guard row.integer(Self.holdsColumn) == 1, row.string(Self.kindColumn) == kind.rawValue else { return false }
        guard !shortWords.isEmpty || !filters.isEmpty else { return true }
        let text = row.string(Self.searchColumn) ?? ""
        return shortWords.allSatisfy { word in text.split(separator: " ").contains { $0.hasPrefix(word) } }
            && filters.allSatisfy { filter in
                guard Self.isIndexed(filter.field, filter.name) else { return true }
                return text.contains(filter.value)
            }
    }

    func passes(_ entity: Entity) -> Bool {
        for link in links {
            let id =
                switch link.kind {
                case .member: entity.memberID
                case .account: entity.accountID
                case .location: entity.locationID
                case .transaction: nil as Int64?
                }
            if id != link.id { return false }
        }
        return filters.allSatisfy { filter in
            let text: String =
                switch filter.field {
                case .externalID: entity.externalID
                case .name: entity.displayName
                case .firstName: entity.firstName
                case .lastName: entity.lastName
                case .email: entity.email
                case .mobile: entity.mobile
                case .timeZone: entity.timeZone
                case .language: entity.language
                default: entity.attributes[path: filter.name]?.text ?? ""
                }
            return text.lowercased().contains(filter.value)
        }
    }
}
