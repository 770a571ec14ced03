/// The text indexes take new rows at the end of a commit instead of one by one.
///
/// A row that a trigger hands to FTS5 costs 80 µs, because each statement makes the index write down what it holds; the
/// rows of a commit handed over by one statement cost 15 µs each.
enum SQLiteTextIndex {
    /// Tables whose column `search` is indexed.
    static let tables = ["entities", "addresses"]

    /// Segments of one size that are made into one. A commit that adds rows adds a segment; each row is written anew at
    /// each size, and each search looks into every segment.
    static let segmentsMerged = 8

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
