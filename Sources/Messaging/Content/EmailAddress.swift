import Foundation

/// An email address accepted by mail servers: the mailbox of RFC 5321, with the UTF-8 of RFC 6531, without comments,
/// display names or folding.
///
/// Addresses are equal if their `normalised` forms are.
public struct EmailAddress: Sendable, Hashable, CustomStringConvertible {
    /// Part before the `@`, as typed, including quotes.
    public let localPart: String
    /// Part after the `@`, in lower case and NFC, or an address literal in brackets.
    public let domain: String
    /// Domain with every label in ASCII (`xn--…`), for DNS and servers without SMTPUTF8.
    public let asciiDomain: String

    /// - Throws: `AddressProblem`. Surrounding white space is ignored; white space inside is an error.
    public init(_ text: String) throws(AddressProblem) {
        if let plain = PlainMailbox(text) {
            self.init(localPart: plain.localPart, domain: plain.domain, asciiDomain: plain.domain)
        } else {
            try self.init(anyScript: text)
        }
    }

    private init(localPart: String, domain: String, asciiDomain: String) {
        self.localPart = localPart
        self.domain = domain
        self.asciiDomain = asciiDomain
    }

    /// Parses any address; `PlainMailbox` accepts only addresses that this parses identically.
    init(anyScript text: String) throws(AddressProblem) {
        let trimmed = text.trimmingSpaces()
        guard !trimmed.isEmpty else { throw .empty }
        guard trimmed.utf8.count <= 254 else { throw .tooLong }
        guard trimmed.unicodeScalars.allSatisfy(Self.isAllowed) else { throw .forbiddenCharacter }
        guard let at = trimmed.lastIndex(of: "@"), at > trimmed.startIndex else { throw .missingAt }
        let host = trimmed[trimmed.index(after: at)...]
        guard !host.isEmpty else { throw .missingAt }
        localPart = try Self.checkedLocalPart(trimmed[..<at])
        (domain, asciiDomain) = try EmailDomain.read(String(host))
        guard localPart.utf8.count + 1 + asciiDomain.utf8.count <= 254 else { throw .tooLong }
    }

    /// Address for display.
    public var text: String { localPart + "@" + domain }

    /// Address for the mail server: with the ASCII domain, unless the local part requires SMTPUTF8 anyway.
    public var wire: String { needsSMTPUTF8 ? text : localPart + "@" + asciiDomain }

    /// Whether the server must support SMTPUTF8 (RFC 6531), because the local part is not ASCII.
    public var needsSMTPUTF8: Bool { !localPart.utf8.allSatisfy { $0 < 0x80 } }

    /// Key for comparing addresses: NFC, lower case, ASCII domain.
    ///
    /// The local part is lower-cased too. RFC 5321 (2.4) leaves its case to the receiving server, but no server in use
    /// distinguishes `Ada` from `ada`, while people type both: an unsubscribed `Ada@` must not receive mail as `ada@`,
    /// nor be counted twice. Outgoing mail keeps the case that was typed.
    public var normalised: String {
        let composed = needsSMTPUTF8 ? localPart.precomposedStringWithCanonicalMapping : localPart
        return composed.lowercased() + "@" + asciiDomain
    }

    public var description: String { text }

    public static func == (one: EmailAddress, other: EmailAddress) -> Bool { one.normalised == other.normalised }

    public func hash(into hasher: inout Hasher) { hasher.combine(normalised) }

    /// Rejects controls, spaces and angle brackets, which could end the address in a header or a command, and format
    /// characters (direction overrides, zero-width characters), which could make one address look like another.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "<" || scalar == ">" || scalar.properties.isWhitespace { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: return false
        default: return true
        }
    }

    private static func checkedLocalPart(_ part: Substring) throws(AddressProblem) -> String {
        guard part.utf8.count <= 64 else { throw .localPartTooLong }
        if part.utf8.first == UInt8(ascii: "\"") {
            guard isQuoted(Array(part.utf8)) else { throw .invalidLocalPart }
            return String(part)
        }
        // Two addresses in one field are the most common mistake.
        if part.contains("@") { throw .missingAt }
        let atoms = part.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard atoms.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isAtomByte) }) else { throw .invalidLocalPart }
        return String(part)
    }

    /// RFC 5322, 3.2.3, and any UTF-8 (RFC 6531, 3.3).
    private static func isAtomByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: true
        default: "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
        }
    }

    /// RFC 5321, 4.1.2: quotes around at least one character, inner quotes and backslashes escaped.
    private static func isQuoted(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 3, bytes.last == UInt8(ascii: "\"") else { return false }
        var index = 1
        while index < bytes.count - 1 {
            if bytes[index] == UInt8(ascii: "\"") { return false }
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return index == bytes.count - 1
    }
}

/// Domain of an email address.
enum EmailDomain {
    /// - Returns: the domain for display and its ASCII form.
    static func read(_ text: String) throws(AddressProblem) -> (shown: String, ascii: String) {
        if text.hasPrefix("[") {
            let literal = text.lowercased().replacing("[ipv6:", with: "[IPv6:")
            guard isLiteral(literal) else { throw .invalidDomain }
            return (literal, literal)
        }
        // UTS 46 maps compatibility forms (full-width letters and dots) to plain ones first.
        let mapped = text.replacing("\u{3002}", with: ".").precomposedStringWithCompatibilityMapping.lowercased()
            .precomposedStringWithCanonicalMapping
        let labels = mapped.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard labels.count > 1 || mapped == "localhost" else { throw .invalidDomain }
        var ascii: [String] = []
        for label in labels { ascii.append(try aLabel(of: label)) }
        guard let last = ascii.last, !last.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { throw .invalidDomain }
        let joined = ascii.joined(separator: ".")
        guard joined.utf8.count <= 253 else { throw .invalidDomain }
        return (mapped, joined)
    }

    /// Validates and encodes a label: letters, digits and inner hyphens of any script, 1 to 63 octets in ASCII (RFC
    /// 1035, RFC 5890).
    private static func aLabel(of label: String) throws(AddressProblem) -> String {
        guard !label.hasPrefix("-"), !label.hasSuffix("-"), label.unicodeScalars.allSatisfy(isLabelCharacter),
            let ascii = Punycode.aLabel(of: label), (1...63).contains(ascii.utf8.count)
        else { throw .invalidDomain }
        return ascii
    }

    private static func isLabelCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "0"..."9", "-": return true
        case _ where scalar.isASCII: return false
        default: break
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark,
            .decimalNumber:
            return true
        // Emoji domains exist, although registries discourage them.
        case .otherSymbol: return true
        default: return false
        }
    }

    /// `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321, 4.1.3).
    private static func isLiteral(_ text: String) -> Bool {
        guard text.hasSuffix("]") else { return false }
        let inner = text.dropFirst().dropLast()
        return inner.hasPrefix("IPv6:") ? isIPv6(inner.dropFirst(5)) : isIPv4(inner)
    }

    private static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
                    && (Int(part) ?? 256) < 256
            }
    }

    private static func isIPv6(_ text: Substring) -> Bool {
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return false }
        var groups = 0
        for (index, half) in halves.enumerated() where !half.isEmpty {
            let parts = half.split(separator: ":", omittingEmptySubsequences: false)
            for (position, part) in parts.enumerated() {
                let isLast = index == halves.count - 1 && position == parts.count - 1
                if isLast, part.contains(".") {
                    guard isIPv4(part) else { return false }
                    groups += 2
                } else {
                    guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit),
                        part.utf8.count == part.count
                    else { return false }
                    groups += 1
                }
            }
        }
        return halves.count == 2 ? groups <= 7 : groups == 8
    }
}
