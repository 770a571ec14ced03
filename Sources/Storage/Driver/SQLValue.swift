import Messaging

/// A value on its way into a statement.
public enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case string(String)
    case bytes([UInt8])

    static func int(_ number: Int64) -> SQLValue { .integer(number) }
    static func int(_ number: Int) -> SQLValue { .integer(Int64(number)) }
    static func int(_ number: Int64?) -> SQLValue { number.map(SQLValue.integer) ?? .null }
    static func text(_ text: String) -> SQLValue { .string(text) }
    static func text(_ text: String?) -> SQLValue { text.map(SQLValue.string) ?? .null }
    static func time(_ moment: Timestamp) -> SQLValue { .integer(moment.milliseconds) }
    static func time(_ moment: Timestamp?) -> SQLValue { moment.map { .integer($0.milliseconds) } ?? .null }
    static func flag(_ flag: Bool) -> SQLValue { .integer(flag ? 1 : 0) }
}

/// A row while a statement stands on it; it must not be kept.
public protocol SQLRow {
    func integer(_ column: Int) -> Int64?
    func string(_ column: Int) -> String?
    func bytes(_ column: Int) -> [UInt8]?
}

/// Reads a row's columns in the order the statement lists them, so that no column is looked up by name or number.
struct Columns {
    private let row: any SQLRow
    private var next = 0

    init(_ row: any SQLRow) { self.row = row }

    private mutating func advance() -> Int {
        defer { next += 1 }
        return next
    }
    mutating func skip(_ count: Int) { next += count }
    mutating func int() -> Int64 { row.integer(advance()) ?? 0 }
    mutating func optionalInt() -> Int64? { row.integer(advance()) }
    mutating func count() -> Int { Int(int()) }
    mutating func text() -> String { row.string(advance()) ?? "" }
    mutating func optionalText() -> String? { row.string(advance()) }
    mutating func flag() -> Bool { int() != 0 }
    mutating func time() -> Timestamp { Timestamp(milliseconds: int()) }
    mutating func optionalTime() -> Timestamp? { optionalInt().map { Timestamp(milliseconds: $0) } }
    mutating func bytes() -> [UInt8] { row.bytes(advance()) ?? [] }
    /// A column that holds one of an enum's words. The schema's writers only write those; another word means that the
    /// file was changed by other hands, and reading on would guess.
    mutating func word<Word: RawRepresentable<String>>(_ type: Word.Type = Word.self) throws -> Word {
        let column = advance()
        guard let word = row.string(column).flatMap(Word.init(rawValue:)) else {
            throw CorruptRow(column: column, expected: String(describing: type))
        }
        return word
    }
}

public struct CorruptRow: Error, Sendable {
    public var column: Int
    public var expected: String
}
