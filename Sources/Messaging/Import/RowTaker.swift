/// Outcome of a row.
public enum RowOutcome: Sendable, Hashable {
    case created, updated
    /// Already present and identical.
    case unchanged
    case rejected([RowProblem])
}

/// Validation error of a row, by column.
public struct RowProblem: Error, Sendable, Hashable {
    public var field: String
    public var message: String

    public init(_ field: String, _ message: String) {
        self.field = field
        self.message = message
    }
}

/// All validation errors of a row.
public struct RowProblems: Error, Sendable, Hashable {
    public var all: [RowProblem]

    public init(_ all: [RowProblem]) { self.all = all }

    /// One or more sentences that name the columns.
    public var words: String {
        all.map { $0.field.isEmpty ? $0.message : "\($0.field): \($0.message)" }.joined(separator: " ")
    }
}

/// Converts cells and lines to rows of one subject and writes them: the part in which imports differ.
public protocol RowTaker: Sendable {
    associatedtype Row: Sendable
    associatedtype Prepared: Sendable = [Row]
    /// Parses the cells of one table row, one per mapped column.
    func read(_ cells: [String]) -> Result<Row, RowProblems>
    /// Parses the members of one NDJSON line.
    func read(_ members: [String: MergeValue]) -> Result<Row, RowProblems>
    /// Preprocesses rows while earlier ones are being written.
    func prepare(_ rows: [Row]) -> Prepared
    /// Writes rows in one commit; returns one outcome per row.
    func take(_ rows: Prepared, at: Timestamp) throws -> [RowOutcome]
}

extension RowTaker where Prepared == [Row] {
    public func prepare(_ rows: [Row]) -> [Row] { rows }
}

extension RowTaker {
    /// Parses one NDJSON line; `nil` for one that was too long.
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
