/// How an engine finds rows by parts of the words in their column `search`. Placeholders are numbers.
public protocol TextSearch: Sendable {
    /// The shortest word the index can find.
    var shortestWord: Int { get }
    /// The expression of a search for all of these words, none shorter than `shortestWord`.
    func expression(_ words: [String]) -> String
    /// The ids of a table that an expression finds, between two bounds and in an order: a select to walk, which a condition
    /// beside others is not. A few of them may hold the parts of a word without the word: `holds` tells.
    func walk(_ table: String, _ expression: Int, _ bounds: String, _ order: String) -> String
    /// A condition: whether a text holds the word of that placeholder.
    func holds(_ text: String, _ placeholder: Int) -> String
}
