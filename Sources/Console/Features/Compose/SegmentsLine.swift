import Foundation
import Messaging

/// Segment count of an SMS. `Public/js/compose-segments.js` computes the same text while typing.
struct SegmentsLine: Sendable {
    let encoding: String
    let characters: String
    let segments: String
    let segmentsWord: String
    let left: String
    let forcedBy: String?
    let forcedByCode: String?
    let placeholders: String?

    /// Estimate for a text with placeholders: each counts as eight characters, about the length of a name.
    init(template text: String) {
        let (guess, placeholders) = Self.guess(text)
        self.init(guess, placeholders: placeholders)
    }

    /// Count for a merged text.
    init(merged text: String) { self.init(text, placeholders: 0) }

    private init(_ text: String, placeholders: Int) {
        let count = Segments(of: text)
        encoding = count.encoding == .gsm7 ? "GSM-7" : "UCS-2"
        characters = String(count.units)
        segments = String(count.segments)
        segmentsWord = count.segments == 1 ? "segment" : "segments"
        left = String(count.remainingInSegment)
        let offender = count.forcedBy.first
        forcedBy = offender.map(String.init)
        forcedByCode = offender?.unicodeScalars.first.map { scalar in
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
        self.placeholders = placeholders > 0 ? String(placeholders) : nil
    }

    private static let name = "xxxxxxxx"

    /// Replaces variables by eight letters and removes sections and comments; an unclosed tag stays.
    private static func guess(_ text: String) -> (text: String, placeholders: Int) {
        var out = ""
        var placeholders = 0
        var rest = text[...]
        while let open = rest.range(of: "{{") {
            let isTriple = rest[open.upperBound...].first == "{"
            let inside = isTriple ? rest.index(after: open.upperBound) : open.upperBound
            guard let close = rest[inside...].range(of: isTriple ? "}}}" : "}}") else { break }
            out += rest[..<open.lowerBound]
            let mark = rest[inside..<close.lowerBound].first { $0 != " " }
            if let mark, !"#^/!".contains(mark) {
                out += name
                placeholders += 1
            }
            rest = rest[close.upperBound...]
        }
        return (out + rest, placeholders)
    }
}
