/// A phone number in the international format of ITU-T E.164.
///
/// Only the format is validated, not whether the number exists.
public struct PhoneNumber: Sendable, Hashable, CustomStringConvertible {
    /// `+` and 8 to 15 digits, for example `+27821234567`.
    public let e164: String

    /// Parses a number as typed: ignores spaces, hyphens, dots and parentheses, reads a leading `00` as `+`, and drops
    /// the `(0)` of `+44 (0)20 …`, which is dialled only within the country.
    /// - Throws: `AddressProblem`.
    public init(_ text: String) throws(AddressProblem) {
        if Self.isE164(text) {
            e164 = text
            return
        }
        var digits = ""
        var isInternational = false
        for scalar in text.replacing("(0)", with: "").unicodeScalars where !Self.isSeparator(scalar) {
            switch scalar {
            case "+" where digits.isEmpty && !isInternational: isInternational = true
            case "0"..."9": digits.unicodeScalars.append(scalar)
            default: throw .invalidNumber
            }
        }
        guard isInternational || !digits.isEmpty else { throw .empty }
        if !isInternational, digits.hasPrefix("00") {
            isInternational = true
            digits.removeFirst(2)
        }
        guard isInternational, !digits.hasPrefix("0") else { throw .missingCountryCode }
        guard (8...15).contains(digits.utf8.count) else { throw .wrongNumberOfDigits }
        e164 = "+" + digits
    }

    public var description: String { e164 }

    /// Fast path for numbers already in E.164: all stored ones, and most of a file.
    private static func isE164(_ text: String) -> Bool {
        let bytes = text.utf8
        guard (9...16).contains(bytes.count), bytes.first == UInt8(ascii: "+") else { return false }
        let digits = bytes.dropFirst()
        return digits.first != UInt8(ascii: "0") && digits.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// Pasted numbers contain hyphens and dashes of many lengths, and invisible direction marks.
    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "-", ".", "(", ")", "\u{2010}"..."\u{2015}", "\u{2212}": true
        default: scalar.properties.isWhitespace || scalar.properties.generalCategory == .format
        }
    }
}
