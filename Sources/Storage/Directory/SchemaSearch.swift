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

    /// FTS5 does not merge within commits any more, see `TextIndexMerger`; only where far too much has piled up.
    static let merging = Migrations.Step(
        name: "search merging", statements: [],
        sqlite: tables.flatMap { table in
            [("automerge", 0), ("usermerge", 4)].map { setting, value in
                "INSERT INTO \(table)_search (\(table)_search, rank) VALUES ('\(setting)', \(value))"
            }
        })

    /// Segments of one size that are made into one. A commit that adds rows adds a segment; each row is written anew at
    /// each size, and each search looks into every segment.
    static let segmentsMerged = 8

    /// Without the places of the letters within a row: a third of the size, half the time to add and to merge. Whether a
    /// word stands there as it was typed is seen in the row itself.
    static let rowsOnly = Migrations.Step(
        name: "search rows", statements: [],
        sqlite: tables.flatMap { table in
            [
                "DROP TABLE \(table)_search",
                """
                CREATE VIRTUAL TABLE \(table)_search USING fts5(
                    search, content='\(table)', content_rowid='id', tokenize='trigram', detail='none')
                """,
                "INSERT INTO \(table)_search (\(table)_search, rank) VALUES ('pgsz', 2000)",
                "INSERT INTO \(table)_search (\(table)_search) VALUES ('rebuild')",
                "UPDATE search_marks SET last_id = (SELECT COALESCE(MAX(id), 0) FROM \(table)) WHERE indexed = '\(table)'",
                "INSERT INTO \(table)_search (\(table)_search, rank) VALUES ('automerge', 0)",
                "INSERT INTO \(table)_search (\(table)_search, rank) VALUES ('usermerge', \(segmentsMerged))",
            ]
        })

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

    /// Last act of every commit: hands the rows that are new to their indexes. Costs two look-ups when there are none,
    /// and answers false.
    static func indexNewRows(on connection: any SQLConnection) throws -> Bool {
        var hasAdded = false
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
            hasAdded = true
        }
        return hasAdded
    }

    /// Merges about so many pages of the first index that has anything to merge; false when none has.
    static func merge(pages: Int, on connection: any SQLConnection) throws -> Bool {
        for table in tables {
            let before = try changes(on: connection)
            try connection.run(
                "INSERT INTO \(table)_search (\(table)_search, rank) VALUES ('merge', $1)", [.int(pages)])
            // The statement itself counts as one (SQLite documentation, "FTS5", §6.8).
            if try changes(on: connection) - before >= 2 { return true }
        }
        return false
    }

    private static func changes(on connection: any SQLConnection) throws -> Int {
        try connection.first("SELECT total_changes()", [], { $0.count() }) ?? 0
    }
}
