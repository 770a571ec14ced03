/// The text is not a merge value.
public struct MergeValueError: Error, Equatable, Sendable, CustomStringConvertible {
    /// One-sentence message for the sender.
    public let message: String

    init(_ message: String) { self.message = message }

    public var description: String { message }
}

extension MergeValue: JSONReadable {
    public init(members: [(name: String, value: MergeValue)]) {
        self = .object(Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
    }
}

extension MergeValue {
    /// Maximum size of the JSON text, in bytes. One receiver's values are a few hundred; 256 KB leaves room for order
    /// lines.
    public static let maximumBytes = 256 * 1024

    /// Parses one JSON value (RFC 8259) with nothing after it.
    ///
    /// The last of duplicate keys wins; a lone surrogate escape becomes U+FFFD.
    /// - Throws: `MergeValueError` for malformed, too deep or too large text.
    public init(json: String) throws {
        guard json.utf8.count <= Self.maximumBytes else {
            throw MergeValueError("The values are larger than \(Self.maximumBytes / 1024) KB.")
        }
        do {
            self = try JSONReader<MergeValue>.read(valid: Array(json.utf8), .mergeValues)
        } catch {
            throw MergeValueError(error.message)
        }
    }

    /// Canonical JSON without spaces, keys sorted by their bytes: equal values give equal text.
    public var json: String {
        var out = ""
        writeJSON(to: &out)
        return out
    }

    private func writeJSON(to out: inout String) {
        switch self {
        case .string(let text): Self.writeJSON(text, to: &out)
        case .number(let literal): out += literal
        case .bool(let flag): out += flag ? "true" : "false"
        case .null: out += "null"
        case .list(let items): Self.writeJSON(items, to: &out)
        case .object(let members): Self.writeJSON(members, to: &out)
        }
    }

    private static func writeJSON(_ items: [MergeValue], to out: inout String) {
        out += "["
        for (index, item) in items.enumerated() {
            if index > 0 { out += "," }
            item.writeJSON(to: &out)
        }
        out += "]"
    }

    private static func writeJSON(_ members: [String: MergeValue], to out: inout String) {
        out += "{"
        let ordered = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (index, member) in ordered.enumerated() {
            if index > 0 { out += "," }
            writeJSON(member.key, to: &out)
            out += ":"
            member.value.writeJSON(to: &out)
        }
        out += "}"
    }

    private static func writeJSON(_ text: String, to out: inout String) {
        out += "\""
        if text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
            for scalar in text.unicodeScalars { writeEscaped(scalar, to: &out) }
        } else {
            out += text
        }
        out += "\""
    }

    private static func writeEscaped(_ scalar: Unicode.Scalar, to out: inout String) {
        switch scalar {
        case "\"": out += "\\\""
        case "\\": out += "\\\\"
        case "\n": out += "\\n"
        case "\r": out += "\\r"
        case "\t": out += "\\t"
        case _ where scalar.value < 0x20:
            let digits = String(scalar.value, radix: 16)
            out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: out.unicodeScalars.append(scalar)
        }
    }
}
