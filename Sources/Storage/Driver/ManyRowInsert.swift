/// An INSERT of any number of rows by two statements, one of a full batch and one of a single row, so that both stay
/// prepared.
struct ManyRowInsert: Sendable {
    private let together: Int
    private let own: Int
    private let many: String
    private let one: String

    /// - Parameters:
    ///   - head: `INSERT INTO t (a, b, c)`.
    ///   - row: the values of a row, as in `$1, ?, ?`: `$1 …` are the same for all rows, come first, and are `shared` many;
    ///     each `?` is the next of the row's own.
    ///   - tail: what follows the rows: `ON CONFLICT …`.
    ///   - together: rows of a full batch. Beyond some dozen nothing is gained.
    init(_ head: String, row: String, shared: Int = 0, tail: String = "", together: Int = 25) {
        let pieces = row.split(separator: "?", omittingEmptySubsequences: false)
        let own = pieces.count - 1
        func statement(_ rows: Int) -> String {
            let tuples = (0..<rows).map { place in
                let marks = (0..<own).map { "$\(shared + place * own + $0 + 1)" } + [""]
                return "(" + zip(pieces, marks).map { $0 + $1 }.joined() + ")"
            }
            return "\(head) VALUES \(tuples.joined(separator: ",")) \(tail)"
        }
        self.together = together
        self.own = own
        many = statement(together)
        one = statement(1)
    }

    /// Returns how many rows were written.
    /// - Parameter append: a row's own values, in order.
    @discardableResult
    func run<Row>(
        _ rows: [Row], shared: [SQLValue] = [], on connection: any SQLConnection,
        append: (Row, inout [SQLValue]) -> Void
    ) throws -> Int {
        var (written, start) = (0, 0)
        while start < rows.count {
            let count = rows.count - start >= together ? together : 1
            var values = shared
            values.reserveCapacity(shared.count + count * own)
            for row in rows[start..<(start + count)] { append(row, &values) }
            written += try connection.run(count == together ? many : one, values)
            start += count
        }
        return written
    }
}
