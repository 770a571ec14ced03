/// What the two engines say differently. Everything else is one SQL.
public struct Dialect: Sendable {
    /// Replaces the `{…}` words of a migration.
    public var schemaWords: [String: String]
    /// Appended to the sub-select of a claim, so that processes never wait for each other's rows.
    public var skipLocked: String
    /// A condition that is true for the ids found by a text search; `$n` is the search expression.
    public var searchCondition: @Sendable (_ table: String, _ placeholder: Int) -> String
    /// The expression of a search from the words a person typed.
    public var searchExpression: @Sendable (_ words: [String]) -> String
    /// The ids a text search finds, between two bounds and in an order: a select to walk, which a condition beside others
    /// is not.
    public var searchWalk: @Sendable (_ table: String, _ expression: Int, _ bounds: String, _ order: String) -> String
    /// The shortest word the search index can find.
    public var shortestSearchWord: Int
    /// Answers one row `ok` when the files are sound.
    public var integrityQuery: String

    public static let sqlite = Dialect(
        schemaWords: [
            "identity": "INTEGER PRIMARY KEY",
            // Numbers people have seen are never given again, not even after a delete.
            "identity_kept": "INTEGER PRIMARY KEY AUTOINCREMENT",
            "bytes": "BLOB",
            "keyed": "WITHOUT ROWID",
        ],
        skipLocked: "",
        searchCondition: { table, placeholder in
            "id IN (SELECT rowid FROM \(table)_search WHERE \(table)_search MATCH $\(placeholder))"
        },
        // Each word is a quoted FTS5 string, so nothing a person types is an operator.
        searchExpression: { words in
            words.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: " AND ")
        },
        searchWalk: { table, expression, bounds, order in
            """
            SELECT rowid AS id FROM \(table)_search WHERE \(table)_search MATCH $\(expression)
                AND rowid \(bounds) ORDER BY rowid \(order)
            """
        },
        shortestSearchWord: 3, integrityQuery: "PRAGMA quick_check")
}
