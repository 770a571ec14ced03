/// A text is not JSON, or not JSON this program reads.
struct JSONProblem: Error, Sendable, Hashable {
    let message: String
}

/// A strict reader of JSON (RFC 8259): UTF-8 only, bounded depth, each member of an object once, no lone surrogates.
///
/// Foundation's reader keeps the last of two members with one name, so two programs may read one body differently, and
/// turns numbers into doubles; this one refuses the first and keeps the second as written.
struct JSONReader {
    /// Deeper input is refused rather than followed down the call stack; the shapes of the API need five levels.
    static let maximumDepth = 32
    /// Bounds the work of one body, which is ordinarily at most 1 MB, whatever it is made of.
    static let maximumValues = 100_000

    private let bytes: [UInt8]
    private let mostValues: Int
    private var position = 0
    private var values = 0

    static func read(_ bytes: [UInt8], mostValues: Int = maximumValues) throws(JSONProblem) -> JSONValue {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw JSONProblem(message: "The body is not valid UTF-8.")
        }
        var reader = JSONReader(bytes, mostValues)
        return try reader.readDocument()
    }

    private init(_ bytes: [UInt8], _ mostValues: Int) { (self.bytes, self.mostValues) = (bytes, mostValues) }

    private mutating func readDocument() throws(JSONProblem) -> JSONValue {
        let value = try readValue(depth: 1)
        skipSpace()
        guard position == bytes.count else { throw problem("there is something after the end") }
        return value
    }

    private mutating func readValue(depth: Int) throws(JSONProblem) -> JSONValue {
        guard depth <= Self.maximumDepth else { throw problem("more than \(Self.maximumDepth) levels") }
        values += 1
        guard values <= mostValues else { throw problem("more than \(mostValues) values") }
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

    private mutating func readObject(depth: Int) throws(JSONProblem) -> JSONValue {
        position += 1
        var object = JSONObject()
        var names = Set<String>()
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(object) }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw problem("a name in double quotes was expected") }
            let name = try readString()
            guard names.insert(name).inserted else { throw problem("the name “\(name.prefix(60))” came twice") }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw problem("a colon was expected") }
            object.append(name, try readValue(depth: depth + 1))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw problem("a comma or } was expected") }
        return .object(object)
    }

    private mutating func readList(depth: Int) throws(JSONProblem) -> JSONValue {
        position += 1
        var items: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .list(items) }
        repeat {
            items.append(try readValue(depth: depth + 1))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw problem("a comma or ] was expected") }
        return .list(items)
    }

    private mutating func readWord(_ word: String, _ value: JSONValue) throws(JSONProblem) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw problem("a value was expected") }
        position += word.utf8.count
        return value
    }

    private mutating func readNumber() throws(JSONProblem) -> JSONValue {
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
            case 0..<0x20: throw problem("a control character inside a text")
            default: position += 1
            }
        }
        throw problem("a text is not closed")
    }

    private mutating func readEscape() throws(JSONProblem) -> Unicode.Scalar {
        position += 1
        guard let byte = current else { throw problem("a text is not closed") }
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
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw problem("half a surrogate pair") }
            let low = try readFourHex()
            guard low & 0xFC00 == 0xDC00, let scalar = Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF))
            else { throw problem("half a surrogate pair") }
            return scalar
        }
        guard let scalar = Unicode.Scalar(unit) else { throw problem("half a surrogate pair") }
        // Neither a message nor every store can hold one (PostgreSQL refuses it).
        guard unit != 0 else { throw problem("a NUL character") }
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
        JSONProblem(message: "The body is not valid JSON: \(what) at byte \(position + 1).")
    }
}
