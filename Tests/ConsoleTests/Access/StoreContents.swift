import Messaging
import TestSupport

@testable import Storage

/// Everything a store holds, as text, to compare before and after. Left out are the shadow tables of text indexes and when
/// a session or a token was last used, which no act decides.
struct StoreContents: Equatable {
    let rows: [String: [String]]

    private static let unaudited: Set<String> = ["sessions.seen_at", "api_tokens.last_used_at"]

    init(_ store: Store) throws {
        rows = try store.engine.read { connection in
            let tables = try connection.rows(
                """
                SELECT name FROM sqlite_master
                WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE '%!_search%' ESCAPE '!'
                """
            ) { $0.text() }
            var rows: [String: [String]] = [:]
            for table in tables {
                let columns = try connection.rows("SELECT name FROM pragma_table_info($1)", [.text(table)]) {
                    $0.text()
                }
                .filter { !Self.unaudited.contains("\(table).\($0)") }.map { "quote(\"\($0)\")" }
                rows[table] = try connection.rows(
                    "SELECT \(columns.joined(separator: " || ',' || ")) AS line FROM \"\(table)\" ORDER BY line"
                ) { $0.text() }
            }
            return rows
        }
    }

    /// The tables in which two differ.
    func differences(from other: StoreContents) -> [String] {
        Set(rows.keys).union(other.rows.keys).filter { rows[$0] != other.rows[$0] }.sorted()
    }
}

extension TemporaryStore {
    /// Runs `body` while no audit entry can be written.
    func withoutAudit<Result>(_ body: () throws -> Result) throws -> Result {
        try store.engine.write(.accept) { connection in
            try connection.run(
                "CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no audit'); END")
        }
        let result = try body()
        try store.engine.write(.accept) { try $0.run("DROP TRIGGER no_audit") }
        return result
    }
}
