/// Lets a connection run one statement at a time: a connection to PostgreSQL answers the whole of one before the next, so
/// a statement within another's row loop would work on one engine and not on the other. Lives with one transaction, on
/// its thread.
final class StatementOrder {
    private var running: String?

    func run(_ sql: String, _ statement: () throws -> Void) throws {
        if let running { throw NestedStatement(sql: sql, within: running) }
        running = sql
        defer { running = nil }
        try statement()
    }
}

/// A row handler asked its own connection for something else. Collect the rows, then ask.
struct NestedStatement: Error, CustomStringConvertible {
    var sql: String
    var within: String
    var description: String { "“\(sql)” was run from the row loop of “\(within)”. Collect the rows first." }
}
