/// A phone number in the international form of ITU-T E.164.
///
/// Only the form is checked; whether the number exists is the numbering plan's to say.
public struct PhoneNumber: Sendable, Hashable, CustomStringConvertible {
    /// `+` and 8 to 15 digits, such as `+27821234567`.
    public let e164: String

    /// Reads a number as people write it: spaces, hyphens, dots and parentheses are passed over, a leading `00` stands for
    /// `+`, and the `(0)` of `+44 (0)20 …` is left out, since it is dialled only inside the country.
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

    /// What is stored, and most of a file, is in its form already: a million of them are read in a moment.
    private static func isE164(_ text: String) -> Bool {
        let bytes = text.utf8
        guard (9...16).contains(bytes.count), bytes.first == UInt8(ascii: "+") else { return false }
        let digits = bytes.dropFirst()
        return digits.first != UInt8(ascii: "0") && digits.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// Hyphens and dashes come in many lengths when a number is pasted; direction marks come along unseen.
    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "-", ".", "(", ")", "\u{2010}"..."\u{2015}", "\u{2212}": true
        default: scalar.properties.isWhitespace || scalar.properties.generalCategory == .format
        }
    }
}
