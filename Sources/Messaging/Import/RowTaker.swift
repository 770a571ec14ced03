/// What became of a row.
public enum RowOutcome: Sendable, Hashable {
    case created, updated
    /// It was there already, just like this.
    case unchanged
    case rejected([RowProblem])
}

/// Why a row was not taken, by the column it is about.
public struct RowProblem: Error, Sendable, Hashable {
    public var field: String
    public var message: String

    public init(_ field: String, _ message: String) {
        self.field = field
        self.message = message
    }
}

/// Everything that is wrong with one row.
public struct RowProblems: Error, Sendable, Hashable {
    public var all: [RowProblem]

    public init(_ all: [RowProblem]) { self.all = all }

    /// One sentence or more, with the columns' names.
    public var words: String {
        all.map { $0.field.isEmpty ? $0.message : "\($0.field): \($0.message)" }.joined(separator: " ")
    }
}

/// Makes rows of one subject out of cells and lines, and writes them: the part in which imports differ.
public protocol RowTaker: Sendable {
    associatedtype Row: Sendable
    associatedtype Prepared: Sendable = [Row]
    /// The cells of one line of a table, as many as the mapping has columns.
    func read(_ cells: [String]) -> Result<Row, RowProblems>
    /// The members of one line of NDJSON.
    func read(_ members: [String: MergeValue]) -> Result<Row, RowProblems>
    /// Does what can be done with rows while those before them are written.
    func prepare(_ rows: [Row]) -> Prepared
    /// Writes rows in one commit; one outcome for each.
    func take(_ rows: Prepared, at: Timestamp) throws -> [RowOutcome]
}

extension RowTaker where Prepared == [Row] {
    public func prepare(_ rows: [Row]) -> [Row] { rows }
}

extension RowTaker {
    /// One line of NDJSON; `nil` for one that was too long.
    public func read(line: [UInt8]?) -> Result<Row, RowProblems> {
        func refuse(_ words: String) -> Result<Row, RowProblems> { .failure(RowProblems([RowProblem("", words)])) }
        guard let line else { return refuse("The line is longer than \(MergeValue.maximumBytes / 1024) KB.") }
        guard let text = String(validating: line, as: UTF8.self) else { return refuse("The line is not valid UTF-8.") }
        do {
            guard case .object(let members) = try MergeValue(json: text) else {
                return refuse("The line is not a JSON object.")
            }
            return read(members)
        } catch {
            return refuse("The line is not valid JSON. It may be incomplete.")
        }
    }
}
