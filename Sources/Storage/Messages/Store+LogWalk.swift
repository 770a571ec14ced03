import Messaging

/// Finds a page of the log: the ids of the narrowest filter, in order, each with a flag that says whether the other
/// filters hold. Only rows that are shown are then read whole, so looking through thousands costs a few milliseconds.
struct LogWalk {
    /// Rows looked at before a page is answered as it is: combined filters walk the best one, never the whole log.
    static let budget = 5_000
    /// More addresses than this share a search; people then type more.
    private static let mostAddresses = 64

    let sql: String
    let values: [SQLValue]

    /// `nil` when nothing can match.
    init?(
        _ filter: MessageFilter, from start: PageStart, dialect: Dialect, on connection: any SQLConnection
    ) throws {
        guard let range = try IDRange(filter, start, on: connection),
            let branches = try Self.branches(filter, dialect, on: connection)
        else { return nil }
        // Bound in the order in which the statement names them first.
        var binder = Binder()
        let fits = Self.conditions(filter, &binder)
        let (above, below) = (binder.bind(.int(range.above)), binder.bind(.int(range.below)))
        // Each branch comes in order of id from its own index; the engine merges them as they are read.
        let selects = branches.map { branch in
            let base = "SELECT id, \(fits) AS fits FROM messages WHERE id > \(above) AND id < \(below)"
            return branch.map { "\(base) AND \($0.column) = \(binder.bind($0.value))" } ?? base
        }
        let order = range.ascending ? "ASC" : "DESC"
        sql = "\(selects.joined(separator: " UNION ALL ")) ORDER BY id \(order) LIMIT \(binder.bind(.int(Self.budget)))"
        values = binder.values
    }

    // MARK: Which index

    private typealias Branch = (column: String, value: SQLValue)

    /// The equalities whose indexes are walked; one `nil` for the log itself.
    private static func branches(
        _ filter: MessageFilter, _ dialect: Dialect, on connection: any SQLConnection
    ) throws -> [Branch?]? {
        if !filter.query.isEmpty {
            let found = try addresses(matching: filter.query, dialect, on: connection)
            return found.isEmpty ? nil : found.map { ("address_id", .int($0)) }
        }
        if let entity = filter.entityID { return [("entity_id", .int(entity))] }
        // Within the ids of one broadcast the failed ones are few, and their index has hardly any other there.
        if !filter.statuses.isEmpty {
            return MessageStatus.allCases.filter(filter.statuses.contains).map { ("status", .text($0.rawValue)) }
        }
        // Every inbound message is received, and no other is.
        if filter.direction == .inbound { return [("status", .text(MessageStatus.received.rawValue))] }
        // Hardly any other message lies there, so the log itself is the narrowest way through them.
        if filter.broadcastID != nil { return [nil] }
        if let channel = filter.deliveryChannel { return [("delivery_channel", .text(channel.rawValue))] }
        return [nil]
    }

    private static func addresses(
        matching query: String, _ dialect: Dialect, on connection: any SQLConnection
    ) throws -> [Int64] {
        let words = query.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
        let indexed = words.filter { $0.count >= dialect.search.shortestWord }
        if indexed.isEmpty {
            guard let word = words.first else { return [] }
            return try connection.rows(
                "SELECT id FROM addresses WHERE kind IN ('email', 'mobile') AND value >= $1 AND value < $2 LIMIT $3",
                [.text(word), .text(word + "\u{10FFFF}"), .int(mostAddresses)]
            ) { $0.int() }
        }
        return try connection.rows(
            addressWalk(words: indexed.count, dialect),
            [.text(dialect.search.expression(indexed))] + indexed.map { .text($0) } + [.int(mostAddresses)]
        ) { $0.int() }
    }

    static func addressWalk(words: Int, _ dialect: Dialect) -> String {
        let inner = dialect.search.walk("addresses", 1, "> 0", "DESC")
        let holds = (0..<words).map { dialect.search.holds("a.search", $0 + 2) }.joined(separator: " AND ")
        return """
            SELECT a.id FROM (\(inner)) f \(dialect.orderedJoin) addresses a ON a.id = f.id WHERE \(holds)
            ORDER BY f.id DESC LIMIT $\(words + 2)
            """
    }

    // MARK: What else must hold

    private static func conditions(_ filter: MessageFilter, _ binder: inout Binder) -> String {
        var parts: [String] = []
        if !filter.statuses.isEmpty {
            let names = filter.statuses.map(\.rawValue).sorted().map { binder.bind(.text($0)) }
            parts.append("status IN (\(names.joined(separator: ", ")))")
        }
        let equalities: [(String, SQLValue?)] = [
            ("delivery_channel", (filter.deliveryChannel?.rawValue).map(SQLValue.string)),
            ("direction", (filter.direction?.rawValue).map(SQLValue.string)),
            ("type", (filter.type?.rawValue).map(SQLValue.string)),
            ("entity_id", filter.entityID.map(SQLValue.integer)),
            ("broadcast_id", filter.broadcastID.map(SQLValue.integer)),
        ]
        for (column, value) in equalities {
            if let value { parts.append("\(column) = \(binder.bind(value))") }
        }
        if let from = filter.from { parts.append("created_at >= \(binder.bind(.time(from)))") }
        if let to = filter.to { parts.append("created_at < \(binder.bind(.time(to)))") }
        return parts.isEmpty ? "1" : "CASE WHEN \(parts.joined(separator: " AND ")) THEN 1 ELSE 0 END"
    }

    // MARK: Placeholders

    private struct Binder {
        private(set) var values: [SQLValue] = []

        mutating func bind(_ value: SQLValue) -> String {
            values.append(value)
            return "$\(values.count)"
        }
    }
}

/// The range of ids that a page start, a range of dates and a broadcast leave.
private struct IDRange {
    private(set) var above: Int64 = 0
    private(set) var below: Int64 = .max
    private(set) var ascending = false

    /// `nil` for a broadcast without messages.
    init?(_ filter: MessageFilter, _ start: PageStart, on connection: any SQLConnection) throws {
        switch start {
        case .newest: break
        case .after(let key): below = key
        case .before(let key): (above, ascending) = (key, true)
        }
        if let from = filter.from { above = max(above, try Self.firstID(notBefore: from, on: connection) - 1) }
        if let to = filter.to { below = min(below, try Self.firstID(notBefore: to, on: connection)) }
        guard let broadcast = filter.broadcastID else { return }
        guard let span = try Self.span(of: broadcast, on: connection) else { return nil }
        (above, below) = (max(above, span.first - 1), min(below, span.last + 1))
    }

    /// Written down at the fan-out; counted for a message of its own, which has none, and for broadcasts older than that.
    private static func span(
        of broadcast: Int64, on connection: any SQLConnection
    ) throws -> (first: Int64, last: Int64)? {
        for query in [
            "SELECT first_message_id, last_message_id FROM broadcasts WHERE id = $1",
            "SELECT MIN(id), MAX(id) FROM messages WHERE broadcast_id = $1",
        ] {
            let ends = try connection.first(query, [.int(broadcast)]) { ($0.optionalInt(), $0.optionalInt()) }
            if case (let first?, let last?)? = ends { return (first, last) }
        }
        return nil
    }

    /// Ids grow with time, so a date is found by halving.
    private static func firstID(notBefore moment: Timestamp, on connection: any SQLConnection) throws -> Int64 {
        let last = try connection.first("SELECT COALESCE(MAX(id), 0) FROM messages", [], { $0.int() }) ?? 0
        var (low, high) = (Int64(1), last + 1)
        while low < high {
            let middle = low + (high - low) / 2
            let found = try connection.first(
                "SELECT id, created_at FROM messages WHERE id >= $1 ORDER BY id LIMIT 1", [.int(middle)],
                { (id: $0.int(), at: $0.time()) })
            guard let found, found.at < moment else {
                high = middle
                continue
            }
            low = found.id + 1
        }
        return low
    }
}
