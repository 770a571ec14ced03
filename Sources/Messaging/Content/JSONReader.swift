/// A value that JSON is read into.
public protocol JSONReadable {
    static var null: Self { get }
    static func bool(_ flag: Bool) -> Self
    /// - Parameter literal: as it was written, a valid JSON number.
    static func number(_ literal: String) -> Self
    static func string(_ text: String) -> Self
    static func list(_ items: [Self]) -> Self
    /// In the order in which they came.
    init(members: [(name: String, value: Self)])
}

/// What a reader of JSON takes, beyond what RFC 8259 leaves open.
public struct JSONRules: Sendable {
    /// What is read, at the start of a sentence: “The body is”.
    var subject: String
    /// Objects and lists may nest this deep; deeper input is refused rather than followed down the call stack.
    var mostLevels = 32
    /// Bounds the work of one text, whatever it is made of.
    var mostValues = Int.max
    /// Whether an object may have two members of one name, and half a surrogate pair stands for U+FFFD.
    var isLenient = false

    /// What others send us. Two members of one name are refused, since two programs may read them differently; so is NUL,
    /// which neither a message nor every store can hold (PostgreSQL refuses it).
    public static func strict(mostValues: Int) -> JSONRules {
        JSONRules(subject: "The body is", mostValues: mostValues)
    }

    /// Merge values, which were written by whatever program keeps them.
    static let mergeValues = JSONRules(subject: "The values are", isLenient: true)
}

/// A text is not JSON, or not JSON that the rules allow.
public struct JSONProblem: Error, Sendable, Hashable {
    /// A sentence for the person or program that sent the text.
    public let message: String
}

/// A reader of JSON (RFC 8259) that keeps number literals and the order of members.
///
/// Foundation's reader turns numbers into doubles, keeps the last of two members with one name, and has no depth of our
/// choosing.
public struct JSONReader<Value: JSONReadable> {
    private let bytes: [UInt8]
    private let rules: JSONRules
    private var position = 0
    private var values = 0

    /// The one value in `bytes`, which must be UTF-8.
    public static func read(_ bytes: [UInt8], _ rules: JSONRules) throws(JSONProblem) -> Value {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw JSONProblem(message: "\(rules.subject) not valid UTF-8.")
        }
        return try read(valid: bytes, rules)
    }

    /// - Parameter bytes: of a `String`, so known to be UTF-8.
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
