/// FTS5 with trigrams. The index knows which rows hold three letters in a row, and not where.
struct SQLiteTextSearch: TextSearch {
    var shortestWord: Int { 3 }

    /// Each three letters are a quoted FTS5 string, so nothing a person types is an operator.
    func expression(_ words: [String]) -> String {
        words.flatMap(Self.trigrams).map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: " AND ")
    }

    func walk(_ table: String, _ expression: Int, _ bounds: String, _ order: String) -> String {
        """
        SELECT rowid AS id FROM \(table)_search WHERE \(table)_search MATCH $\(expression)
            AND rowid \(bounds) ORDER BY rowid \(order)
        """
    }

    func holds(_ text: String, _ placeholder: Int) -> String { "instr(\(text), $\(placeholder)) > 0" }

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
