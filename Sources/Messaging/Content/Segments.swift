/// How many SMS a text makes, each of which is paid for.
///
/// One SMS carries 140 octets: 160 seven-bit units when every character is in the GSM alphabet (ten of them, such as `€`
/// and `{`, take two), else 70 UTF-16 units. A longer text is cut into parts that each lose six octets to a header: 153 or
/// 67 units. A character of two units is never cut, so a part may end one unit short.
///
/// | text | encoding | units | segments |
/// |---|---|---|---|
/// | nothing | GSM-7 | 0 | 0 |
/// | 160 × a | GSM-7 | 160 | 1 |
/// | 161 × a | GSM-7 | 161 | 2 |
/// | 306 × a | GSM-7 | 306 | 2 |
/// | 307 × a | GSM-7 | 307 | 3 |
/// | 160 × é | GSM-7 | 160 | 1 |
/// | 80 × { | GSM-7 | 160 | 1 |
/// | 81 × { | GSM-7 | 162 | 2 |
/// | 80 × € | GSM-7 | 160 | 1 |
/// | 152 × a, {, 153 × a | GSM-7 | 307 | 3 |
/// | 70 × ê | UCS-2 | 70 | 1 |
/// | 71 × ê | UCS-2 | 71 | 2 |
/// | 134 × ê | UCS-2 | 134 | 2 |
/// | 135 × ê | UCS-2 | 135 | 3 |
/// | 35 × 😀 | UCS-2 | 70 | 1 |
/// | 36 × 😀 | UCS-2 | 72 | 2 |
/// | 66 × 😀 | UCS-2 | 132 | 2 |
/// | 67 × 😀 | UCS-2 | 134 | 3 |
/// | 70 × ` | UCS-2 | 70 | 1 |
public struct Segments: Sendable, Equatable {
    public enum Encoding: Sendable, Equatable {
        case gsm7
        case ucs2
    }

    public let encoding: Encoding
    /// Seven-bit units for GSM-7, UTF-16 units for UCS-2.
    public let units: Int
    /// How many SMS; 0 for no text.
    public let segments: Int
    /// Units each segment can hold: 160 or 70 for one, 153 or 67 for several.
    public let perSegment: Int
    /// Units that still fit the last segment.
    public let remainingInSegment: Int
    /// The characters outside the GSM alphabet, each once in order, at most ten: what to replace to pay for fewer segments.
    public let forcedBy: [Character]

    public init(of text: String) {
        forcedBy = Self.offenders(in: text)
        encoding = forcedBy.isEmpty ? .gsm7 : .ucs2
        let widths = encoding == .gsm7 ? Self.gsm7Widths(text) : Self.ucs2Widths(text)
        units = widths.reduce(0, +)
        let single = encoding == .gsm7 ? 160 : 70
        guard units > single else {
            segments = units == 0 ? 0 : 1
            perSegment = single
            remainingInSegment = single - units
            return
        }
        perSegment = encoding == .gsm7 ? 153 : 67
        var count = 1
        var used = 0
        for width in widths {
            if used + width > perSegment {
                count += 1
                used = 0
            }
            used += width
        }
        segments = count
        remainingInSegment = perSegment - used
    }

    private static func gsm7Widths(_ text: String) -> [Int] {
        text.unicodeScalars.map { GSM7Alphabet.units(of: $0) ?? 1 }
    }

    private static func ucs2Widths(_ text: String) -> [Int] { text.unicodeScalars.map { UTF16.width($0) } }

    private static func offenders(in text: String) -> [Character] {
        guard text.unicodeScalars.contains(where: { GSM7Alphabet.units(of: $0) == nil }) else { return [] }
        var found: [Character] = []
        for character in text where found.count < 10 {
            let isForeign = character.unicodeScalars.contains { GSM7Alphabet.units(of: $0) == nil }
            if isForeign, !found.contains(character) { found.append(character) }
        }
        return found
    }
}
