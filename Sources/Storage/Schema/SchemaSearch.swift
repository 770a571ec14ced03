/// The text indexes take new rows at the end of a commit instead of one by one.
///
/// A row that a trigger hands to FTS5 costs 80 µs, because each statement makes the index write down what it holds; the
/// rows of a commit handed over by one statement cost 15 µs each.
enum SchemaSearch {
    static let step = Migrations.Step(
        name: "search", statements: [],
        sqlite: [
            // Up to which id rows are in their index.
            """
            CREATE TABLE search_marks (indexed TEXT NOT NULL PRIMARY KEY, last_id BIGINT NOT NULL) {keyed}
            """
        ] + tables.flatMap(steps))

    /// Pages of half the size. FTS5 merges 64 of them at a time, within the commit that brings the 64th: with pages of
    /// 4 KB whoever waited behind such a commit waited 90 ms.
    static let pages = Migrations.Step(
        name: "search pages", statements: [],
        sqlite: tables.map { "INSERT INTO \($0)_search (\($0)_search, rank) VALUES ('pgsz', 2000)" })

    static let tables = ["entities", "addresses"]

    private static func steps(_ table: String) -> [String] {
        [
            "INSERT INTO search_marks (indexed, last_id) SELECT '\(table)', COALESCE(MAX(id), 0) FROM \(table)",
            "DROP TRIGGER \(table)_search_insert",
            "DROP TRIGGER \(table)_search_update",
            "DROP TRIGGER \(table)_search_delete",
            """
            CREATE TRIGGER \(table)_search_update AFTER UPDATE OF search ON \(table)
                WHEN old.search <> new.search
                    AND old.id <= (SELECT last_id FROM search_marks WHERE indexed = '\(table)') BEGIN
                INSERT INTO \(table)_search (\(table)_search, rowid, search) VALUES ('delete', old.id, old.search);
                INSERT INTO \(table)_search (rowid, search) VALUES (new.id, new.search);
            END
            """,
            """
            CREATE TRIGGER \(table)_search_delete AFTER DELETE ON \(table)
                WHEN old.id <= (SELECT last_id FROM search_marks WHERE indexed = '\(table)') BEGIN
                INSERT INTO \(table)_search (\(table)_search, rowid, search) VALUES ('delete', old.id, old.search);
                UPDATE search_marks SET last_id = MIN(last_id, (SELECT COALESCE(MAX(id), 0) FROM \(table)))
                    WHERE indexed = '\(table)';
            END
            """,
        ]
    }

    /// Last act of every commit: hands the rows that are new to their indexes. Costs two look-ups when there are none.
    static func indexNewRows(on connection: any SQLConnection) throws {
        for table in tables {
            let (last, newest) =
                try connection.first(
                    """
                    SELECT (SELECT last_id FROM search_marks WHERE indexed = '\(table)'),
                        (SELECT COALESCE(MAX(id), 0) FROM \(table))
                    """, [], { ($0.int(), $0.int()) }) ?? (0, 0)
            guard newest > last else { continue }
            try connection.run(
                "INSERT INTO \(table)_search (rowid, search) SELECT id, search FROM \(table) WHERE id > $1",
                [.int(last)])
            try connection.run(
                "UPDATE search_marks SET last_id = $1 WHERE indexed = '\(table)'", [.int(newest)])
        }
    }
}
