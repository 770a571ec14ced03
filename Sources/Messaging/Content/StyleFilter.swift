/// Sanitizes CSS, either a `style` attribute or a whole sheet: each declaration and rule head is checked separately;
/// forbidden ones are removed and the rest stays as written.
///
/// Comments become a space, and so does every `<`, which CSS never needs. `{{ }}` tags are kept and count as empty in
/// the checks. One pass; idempotent.
enum StyleFilter {
    static func clean(_ css: String) -> String {
        var splitter = StyleSplitter(css)
        splitter.split()
        return String(decoding: splitter.out, as: UTF8.self).trimmingSpaces()
    }

    /// Whether a declaration or rule head executes code, loads a resource or covers the page.
    static func isForbidden(_ piece: [UInt8]) -> Bool {
        if isPlain(piece) { return false }
        let visible = normalised(String(decoding: piece, as: UTF8.self))
        let bare = visible.contains("{{") ? withoutTags(visible) : visible
        if forbidden.contains(where: bare.contains) { return true }
        let property = bare.prefix { $0 != ":" }.drop { !$0.isLetter && $0 != "-" }
        if property == "behavior" || property == "-ms-behavior" { return true }
        return !addressesAreAllowed(in: visible)
    }

    /// Fast path for nearly every declaration: without escapes, functions, tags and the suspicious words it is
    /// harmless.
    private static func isPlain(_ piece: [UInt8]) -> Bool {
        let isSimple = piece.allSatisfy { byte in
            byte < 0x80 && byte != UInt8(ascii: "(") && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "@")
                && byte != UInt8(ascii: "{")
        }
        return isSimple && !suspects.contains { piece.containsIgnoringCase($0) }
    }

    private static let suspects: [StaticString] = ["position", "behavior", "binding", "script"]

    private static let forbidden = [
        "expression(", "javascript:", "vbscript:", "-moz-binding", "@import", "position:fixed",
    ]

    /// Text as a lenient parser might read it: escapes decoded, white space and controls removed, lower-case.
    private static func normalised(_ css: String) -> String {
        var out = String.UnicodeScalarView()
        let scalars = Array(css.unicodeScalars)
        var index = 0
        while index < scalars.count {
            var scalar = scalars[index]
            index += 1
            if scalar == "\\" { scalar = escape(in: scalars, at: &index) }
            if !LinkPolicy.isSkipped(scalar) { out.append(scalar) }
        }
        return String(out).lowercased()
    }

    /// CSS Syntax 4.3.7: up to six hexadecimal digits and one space, or the next character itself.
    private static func escape(in scalars: [Unicode.Scalar], at index: inout Int) -> Unicode.Scalar {
        let start = index
        var value: UInt32 = 0
        while index < scalars.count, index - start < 6, scalars[index].isASCII,
            let digit = Character(scalars[index]).hexDigitValue
        {
            value = value << 4 | UInt32(digit)
            index += 1
        }
        if index > start { return Unicode.Scalar(value) ?? "\u{FFFD}" }
        guard index < scalars.count else { return " " }
        index += 1
        return scalars[index - 1]
    }

    private static func withoutTags(_ text: String) -> String {
        var out = ""
        for (index, part) in text.split(separator: "{{", omittingEmptySubsequences: false).enumerated() {
            guard index > 0, let end = part.firstRange(of: "}}") else {
                out += part
                continue
            }
            out += part[end.upperBound...]
        }
        return out
    }

    private static func addressesAreAllowed(in css: String) -> Bool {
        css.split(separator: "url(", omittingEmptySubsequences: false).dropFirst().allSatisfy { rest in
            let address = rest.prefix { $0 != ")" }.filter { $0 != "\"" && $0 != "'" }
            return LinkPolicy.allows(address, forImage: true)
        }
    }
}

extension Collection<UInt8> {
    /// Whether the bytes contain the lower-case ASCII letters of `word`, ignoring case.
    func containsIgnoringCase(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard count >= length else { return false }
        return word.withUTF8Buffer { letters in
            var start = startIndex
            for _ in 0...(count - length) {
                if self[start] | 0x20 == letters[0], zip(self[start...], letters).allSatisfy({ $0 | 0x20 == $1 }) {
                    return true
                }
                formIndex(after: &start)
            }
            return false
        }
    }
}

/// Splits CSS at `;`, `{` and `}` outside quotes, parentheses and `{{ }}` tags.
private struct StyleSplitter {
    private(set) var out: [UInt8] = []
    private let bytes: [UInt8]
    private var position = 0
    private var piece: [UInt8] = []
    private var parentheses = 0

    init(_ css: String) { bytes = Self.withoutMarkup(css) }

    mutating func split() {
        while position < bytes.count { step() }
        finish(with: nil)
    }

    private mutating func step() {
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): takeQuoted(byte)
        case UInt8(ascii: "\\"): take(2)
        case UInt8(ascii: "/") where starts(with: "/*"): skipComment()
        case UInt8(ascii: "{") where tagLength() > 0: take(tagLength())
        case UInt8(ascii: ";") where parentheses == 0, UInt8(ascii: "{"), UInt8(ascii: "}"):
            position += 1
            finish(with: byte)
        default:
            if byte == UInt8(ascii: "(") { parentheses += 1 }
            if byte == UInt8(ascii: ")") { parentheses = max(0, parentheses - 1) }
            take(1)
        }
    }

    /// Replaces a removed rule head by an unused name, so that the following braces still match.
    private mutating func finish(with end: UInt8?) {
        let isForbidden = StyleFilter.isForbidden(piece)
        if !isForbidden { out += piece }
        if isForbidden, end == UInt8(ascii: "{") { out += "x-removed".utf8 }
        if let end, !isForbidden || end != UInt8(ascii: ";") { out.append(end) }
        piece.removeAll(keepingCapacity: true)
        parentheses = 0
    }

    private mutating func take(_ count: Int) {
        let end = min(bytes.count, position + count)
        piece += bytes[position..<end]
        position = end
    }

    /// A string ends at its quote or, unclosed, at the end of its line.
    private mutating func takeQuoted(_ quote: UInt8) {
        take(1)
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") {
            let byte = bytes[position]
            take(byte == UInt8(ascii: "\\") ? 2 : 1)
            if byte == quote { return }
        }
    }

    private mutating func skipComment() {
        position += 2
        while position < bytes.count, !starts(with: "*/") { position += 1 }
        position = min(bytes.count, position + 2)
        piece.append(0x20)
    }

    /// Length of the `{{ }}` tag here, 0 for none. Names are short; a longer tag counts as two braces.
    private func tagLength() -> Int {
        guard starts(with: "{{") else { return 0 }
        var index = position + 2
        let limit = min(bytes.count, position + 128)
        while index + 1 < limit {
            if bytes[index] == UInt8(ascii: "}"), bytes[index + 1] == UInt8(ascii: "}") { return index + 2 - position }
            index += 1
        }
        return 0
    }

    private func starts(with text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[position...].starts(with: $0) }
    }

    /// Inserts spaces for what is removed, so that the remainder cannot form a new comment or tag.
    private static func withoutMarkup(_ css: String) -> [UInt8] {
        var out: [UInt8] = []
        let bytes = Array(css.utf8)
        out.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let rest = bytes[index...]
            if rest.starts(with: "<!--".utf8) {
                out.append(0x20)
                index += 4
            } else if rest.starts(with: "-->".utf8) {
                out.append(0x20)
                index += 3
            } else {
                out.append(bytes[index] == UInt8(ascii: "<") || bytes[index] == 0 ? 0x20 : bytes[index])
                index += 1
            }
        }
        return out
    }
}
