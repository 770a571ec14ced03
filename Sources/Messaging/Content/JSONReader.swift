/// A type that JSON can be parsed into.
public protocol JSONReadable {
    static var null: Self { get }
    static func bool(_ flag: Bool) -> Self
    /// - Parameter literal: the number as written, valid JSON.
    static func number(_ literal: String) -> Self
    static func string(_ text: String) -> Self
    static func list(_ items: [Self]) -> Self
    /// Members in their order of appearance.
    init(members: [(name: String, value: Self)])
}

/// Parsing rules where RFC 8259 leaves a choice, and limits.
public struct JSONRules: Sendable {
    /// Subject of error messages: “The body is”.
    var subject: String
    /// Maximum nesting depth; deeper input is rejected before it exhausts the call stack.
    var mostLevels = 32
    /// Maximum number of values, which bounds the work per text.
    var mostValues = Int.max
    /// Whether duplicate names are allowed and lone surrogates become U+FFFD.
    var isLenient = false

    /// Rules for external input. Rejects duplicate names, which two programs may interpret differently, and NUL, which
    /// neither messages nor every store can hold (PostgreSQL rejects it).
    public static func strict(mostValues: Int) -> JSONRules {
        JSONRules(subject: "The body is", mostValues: mostValues)
    }

    /// Rules for merge values, which come from any program.
    static let mergeValues = JSONRules(subject: "The values are", isLenient: true)
}

/// The text is not JSON, or violates the rules.
public struct JSONProblem: Error, Sendable, Hashable {
    /// One-sentence message for the sender.
    public let message: String
}

/// JSON parser (RFC 8259) that preserves number literals and member order.
///
/// Foundation's parser converts numbers to doubles, keeps the last of duplicate members, and has no configurable depth.
public struct JSONReader<Value: JSONReadable> {
    private let bytes: [UInt8]
    private let rules: JSONRules
    private var position = 0
    private var values = 0

    /// Parses the single value in `bytes`, which must be UTF-8.
    public static func read(_ bytes: [UInt8], _ rules: JSONRules) throws(JSONProblem) -> Value {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw JSONProblem(message: "\(rules.subject) not valid UTF-8.")
        }
        return try read(valid: bytes, rules)
    }

    /// - Parameter bytes: bytes of a `String`, hence valid UTF-8.
    static func read(valid bytes: [UInt8], _ rules: JSONRules) throws(JSONProblem) -> Value {
        var reader = JSONReader(bytes: bytes, rules: rules)
        return try reader.readDocument()
    }

    private init(bytes: [UInt8], rules: JSONRules) { (self.bytes, self.rules) = (bytes, rules) }

    private mutating func readDocument() throws(JSONProblem) -> Value {
        let value = try readValue(depth: 1)
        skipSpace()
        guard position == bytes.count else { throw problem("unexpected data after the end") }
        return value
    }

    private mutating func readValue(depth: Int) throws(JSONProblem) -> Value {
        guard depth <= rules.mostLevels else { throw problem("more than \(rules.mostLevels) levels") }
        values += 1
        guard values <= rules.mostValues else { throw problem("more than \(rules.mostValues) values") }
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return try readObject(depth: depth)
        case UInt8(ascii: "["): return try readList(depth: depth)
        case UInt8(ascii: "\""): return .string(try readString())
        case UInt8(ascii: "t"): return try readWord("true", .bool(true))
        case UInt8(ascii: "f"): return try readWord("false", .bool(false))
        case UInt8(ascii: "n"): return try readWord("null", .null)
        default: return try readNumber()
        }
    }

    private mutating func readObject(depth: Int) throws(JSONProblem) -> Value {
        position += 1
        var members: [(name: String, value: Value)] = []
        var names = Set<String>()
        skipSpace()
        if take(UInt8(ascii: "}")) { return Value(members: members) }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw problem("a name in double quotes was expected") }
            let name = try readString()
            guard rules.isLenient || names.insert(name).inserted else {
                throw problem("duplicate name “\(name.prefix(60))”")
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw problem("a colon was expected") }
            members.append((name, try readValue(depth: depth + 1)))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw problem("a comma or } was expected") }
        return Value(members: members)
    }

    private mutating func readList(depth: Int) throws(JSONProblem) -> Value {
        position += 1
        var items: [Value] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .list(items) }
        repeat {
            items.append(try readValue(depth: depth + 1))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw problem("a comma or ] was expected") }
        return .list(items)
    }

    private mutating func readWord(_ word: String, _ value: Value) throws(JSONProblem) -> Value {
        guard bytes[position...].starts(with: word.utf8) else { throw problem("a value was expected") }
        position += word.utf8.count
        return value
    }

    private mutating func readNumber() throws(JSONProblem) -> Value {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try skipDigits() }
        if take(UInt8(ascii: ".")) { try skipDigits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try skipDigits()
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func skipDigits() throws(JSONProblem) {
        let start = position
        while let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
        guard position > start else { throw problem("a value was expected") }
    }

    private mutating func readString() throws(JSONProblem) -> String {
        position += 1
        var out: [UInt8] = []
        var runStart = position
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                out += bytes[runStart..<position]
                position += 1
                return String(decoding: out, as: UTF8.self)
            case UInt8(ascii: "\\"):
                out += bytes[runStart..<position]
                out += Array(String(Character(try readEscape())).utf8)
                runStart = position
            case 0..<0x20: throw problem("a control character in a string")
            default: position += 1
            }
        }
        throw problem("unterminated string")
    }

    private mutating func readEscape() throws(JSONProblem) -> Unicode.Scalar {
        position += 1
        guard let byte = current else { throw problem("unterminated string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try readUnicodeEscape()
        default: throw problem("an unknown escape")
        }
    }

    private mutating func readUnicodeEscape() throws(JSONProblem) -> Unicode.Scalar {
        let unit = try readFourHex()
        if unit & 0xFC00 == 0xD800 {
            let mark = position
            if take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
                let low = try readFourHex()
                if low & 0xFC00 == 0xDC00,
                    let scalar = Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF))
                {
                    return scalar
                }
            }
            position = mark
        }
        guard let scalar = Unicode.Scalar(unit) else {
            guard rules.isLenient else { throw problem("unpaired surrogate") }
            return "\u{FFFD}"
        }
        guard unit != 0 || rules.isLenient else { throw problem("a NUL character") }
        return scalar
    }

    private mutating func readFourHex() throws(JSONProblem) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, byte < 0x80, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw problem("four hexadecimal digits were expected")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func problem(_ what: String) -> JSONProblem {
        JSONProblem(message: "\(rules.subject) not valid JSON: \(what) at byte \(position + 1).")
    }
}
