/// A strict JSON reader that keeps number literals and never goes deeper than `MergeValue.maximumDepth`.
///
/// Foundation's reader turns numbers into doubles and has no depth of our choosing, so this one is ours.
struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func readDocument() throws -> MergeValue {
        let value = try readValue(depth: 1)
        skipSpace()
        guard position == bytes.count else { throw problem("there is something after the end") }
        return value
    }

    private mutating func readValue(depth: Int) throws -> MergeValue {
        guard depth <= MergeValue.maximumDepth else {
            throw MergeValueError("The values are nested deeper than \(MergeValue.maximumDepth) levels.")
        }
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

    private mutating func readObject(depth: Int) throws -> MergeValue {
        position += 1
        var members: [String: MergeValue] = [:]
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw problem("a key in double quotes was expected") }
            let key = try readString()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw problem("a colon was expected") }
            members[key] = try readValue(depth: depth + 1)
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw problem("a comma or } was expected") }
        return .object(members)
    }

    private mutating func readList(depth: Int) throws -> MergeValue {
        position += 1
        var items: [MergeValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .list(items) }
        repeat {
            items.append(try readValue(depth: depth + 1))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw problem("a comma or ] was expected") }
        return .list(items)
    }

    private mutating func readWord(_ word: StaticString, _ value: MergeValue) throws -> MergeValue {
        let matches = word.withUTF8Buffer { bytes[position...].starts(with: $0) }
        guard matches else { throw problem("an unknown word") }
        position += word.utf8CodeUnitCount
        return value
    }

    private mutating func readNumber() throws -> MergeValue {
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

    private mutating func skipDigits() throws {
        let start = position
        while let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
        guard position > start else { throw problem("a value was expected") }
    }

    private mutating func readString() throws -> String {
        position += 1
        var out: [UInt8] = []
        var runStart = position
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                let run = bytes[runStart..<position]
                position += 1
                if out.isEmpty { return String(decoding: run, as: UTF8.self) }
                return String(decoding: out + run, as: UTF8.self)
            case UInt8(ascii: "\\"):
                out += bytes[runStart..<position]
                position += 1
                out += Array(String(Character(try readEscape())).utf8)
                runStart = position
            case 0..<0x20: throw problem("a control character inside a text")
            default: position += 1
            }
        }
        throw problem("a text is not closed")
    }

    private mutating func readEscape() throws -> Unicode.Scalar {
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

    private mutating func readUnicodeEscape() throws -> Unicode.Scalar {
        let unit = try readFourHex()
        guard unit & 0xFC00 == 0xD800 else { return Unicode.Scalar(unit) ?? "\u{FFFD}" }
        let mark = position
        if take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
            let low = try readFourHex()
            if low & 0xFC00 == 0xDC00 {
                return Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF)) ?? "\u{FFFD}"
            }
        }
        position = mark
        return "\u{FFFD}"
    }

    private mutating func readFourHex() throws -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
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

    private func problem(_ what: String) -> MergeValueError {
        MergeValueError("The values are not valid JSON: \(what) at byte \(position + 1).")
    }
}
