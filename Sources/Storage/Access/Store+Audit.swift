import Messaging

extension Store: AuditLog {
    public func record(_ entry: AuditEntry) throws {
        try engine.write(.accept) { try Self.record(entry, on: $0) }
    }

    /// In the transaction of what it tells of.
    static func record(_ entry: AuditEntry, on connection: any SQLConnection) throws {
        try connection.run(
            """
            INSERT INTO audit (at, user_id, actor, action, subject, remote_address, detail)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .time(entry.at), .int(entry.userID), .text(entry.actor), .text(entry.action), .text(entry.subject),
                .text(entry.remoteAddress), .text(entry.detail),
            ])
    }

    /// Rows of one actor looked at for one action before a page is answered as it is.
    private static let auditBudget = 5_000

    public func audit(_ filter: AuditFilter, from start: PageStart, limit: Int) throws -> Page<AuditRecord> {
        try engine.read { connection in
            let bounds = try Self.bounds(filter, start, on: connection)
            return try Self.walk(filter, bounds, from: start, limit: limit, on: connection)
        }
    }

    private struct Bounds {
        var above: Int64
        var below: Int64
        var ascending: Bool
    }

    /// Walks the index of the actor or of the action, or the table, between two ids.
    private static func walk(
        _ filter: AuditFilter, _ bounds: Bounds, from start: PageStart, limit: Int, on connection: any SQLConnection
    ) throws -> Page<AuditRecord> {
        var (condition, values): (String, [SQLValue]) = ("", [.int(bounds.above), .int(bounds.below)])
        if !filter.actor.isEmpty {
            condition = "AND actor = $3"
            values.append(.text(filter.actor))
        } else if !filter.action.isEmpty {
            condition = "AND action = $3"
            values.append(.text(filter.action))
        }
        let hasBoth = !filter.actor.isEmpty && !filter.action.isEmpty
        let scan = BudgetedScan(from: start, limit: limit, budget: hasBoth ? auditBudget : nil)
        values.append(.int(scan.budget))
        return try scan.page(
            """
            SELECT id, at, user_id, actor, action, subject, remote_address, detail FROM audit
            WHERE id > $1 AND id < $2 \(condition) ORDER BY id \(bounds.ascending ? "ASC" : "DESC")
            LIMIT $\(values.count)
            """, values, on: connection
        ) { row in
            var columns = Columns(row)
            let record = record(&columns)
            return !hasBoth || record.entry.action == filter.action ? record : nil
        }
    }

    private static func record(_ columns: inout Columns) -> AuditRecord {
        AuditRecord(
            id: columns.int(),
            entry: AuditEntry(
                at: columns.time(), userID: columns.optionalInt(), actor: columns.text(), action: columns.text(),
                subject: columns.text(), remoteAddress: columns.text(), detail: columns.text()))
    }

    /// Ids grow with time, so a date is found by halving.
    private static func bounds(
        _ filter: AuditFilter, _ start: PageStart, on connection: any SQLConnection
    ) throws -> Bounds {
        var bounds =
            switch start {
            case .newest: Bounds(above: 0, below: .max, ascending: false)
            case .after(let key): Bounds(above: 0, below: key, ascending: false)
            case .before(let key): Bounds(above: key, below: .max, ascending: true)
            }
        if let from = filter.from { bounds.above = max(bounds.above, try firstEntry(from: from, on: connection) - 1) }
        if let to = filter.to { bounds.below = min(bounds.below, try firstEntry(from: to, on: connection)) }
        return bounds
    }

    private static func firstEntry(from moment: Timestamp, on connection: any SQLConnection) throws -> Int64 {
        let last = try connection.first("SELECT COALESCE(MAX(id), 0) FROM audit", [], { $0.int() }) ?? 0
        var (low, high) = (Int64(1), last + 1)
        while low < high {
            let middle = low + (high - low) / 2
            let found = try connection.first(
                "SELECT id, at FROM audit WHERE id >= $1 ORDER BY id LIMIT 1", [.int(middle)],
                { (id: $0.int(), at: $0.time()) })
            guard let found, found.at < moment else {
                high = middle
                continue
            }
            low = found.id + 1
        }
        return low
    }

    /// Jumps from each action to the next in the index, so the length of the audit does not matter.
    public func auditActions() throws -> [String] {
        try engine.read { connection in
            try connection.rows(
                """
                WITH RECURSIVE known (action) AS (
                    SELECT MIN(action) FROM audit
                    UNION ALL
                    SELECT (SELECT MIN(action) FROM audit WHERE action > known.action) FROM known
                    WHERE known.action IS NOT NULL)
                SELECT action FROM known WHERE action IS NOT NULL LIMIT 300
                """, []
            ) { $0.text() }
        }
    }
}
