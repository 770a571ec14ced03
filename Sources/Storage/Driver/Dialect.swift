/// What the two engines say differently. Everything else is one SQL.
public struct Dialect: Sendable {
    /// Replaces the `{…}` words of a migration.
    public var schemaWords: [String: String]
    /// Appended to the sub-select of a claim, so that processes never wait for each other's rows.
    public var skipLocked: String
    /// The expression of a search from the words a person typed, none shorter than `shortestSearchWord`.
    public var searchExpression: @Sendable (_ words: [String]) -> String
    /// The ids a text search finds, between two bounds and in an order: a select to walk, which a condition beside others
    /// is not. A few of them may hold the parts of a word without the word: `holds` tells.
    public var searchWalk: @Sendable (_ table: String, _ expression: Int, _ bounds: String, _ order: String) -> String
    /// A condition: whether a text holds the word of that placeholder.
    public var holds: @Sendable (_ text: String, _ placeholder: Int) -> String
    /// Joins a table whose rows are walked in their order, on its left, with one that is looked up for each: a limit then
    /// ends the walk early. A planner that may turn them round would sort everything first.
    public var orderedJoin: String
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
        // The index knows which rows hold three letters in a row, and not where. Each three are a quoted FTS5 string, so
        // nothing a person types is an operator.
        searchExpression: { words in
            words.flatMap(trigrams).map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: " AND ")
        },
        searchWalk: { table, expression, bounds, order in
            """
            SELECT rowid AS id FROM \(table)_search WHERE \(table)_search MATCH $\(expression)
                AND rowid \(bounds) ORDER BY rowid \(order)
            """
        },
        holds: { text, placeholder in "instr(\(text), $\(placeholder)) > 0" },
        // SQLite documentation, "Query planner", §7.3: it never reorders the tables of a CROSS JOIN.
        orderedJoin: "CROSS JOIN", shortestSearchWord: 3, integrityQuery: "PRAGMA quick_check")

    /// Each once; letters are Unicode scalars, as FTS5 takes them.
    private static func trigrams(of word: String) -> [String] {
        let letters = Array(word.unicodeScalars)
        var (found, known): ([String], Set<String>) = ([], [])
        for start in 0..<max(0, letters.count - 2) {
            var text = String.UnicodeScalarView()
            text.append(contentsOf: letters[start..<(start + 3)])
            if known.insert(String(text)).inserted { found.append(String(text)) }
        }
        return found
    }
}
