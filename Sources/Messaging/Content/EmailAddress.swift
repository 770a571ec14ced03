import Foundation

/// An email address that a message can be handed to a mail server with: the mailbox of RFC 5321, with the UTF-8 of RFC 6531,
/// without comments, display names or folding.
///
/// Two addresses are equal when their `normalised` forms are.
public struct EmailAddress: Sendable, Hashable, CustomStringConvertible {
    /// The part before the `@`, as typed, quotes included.
    public let localPart: String
    /// The part after the `@`, lower-case, composed; an address in brackets for a literal.
    public let domain: String
    /// The domain with every label in ASCII (`xn--…`), as DNS and servers without SMTPUTF8 know it.
    public let asciiDomain: String

    /// - Throws: `AddressProblem`. White space around the address is passed over, inside it is refused.
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

    /// Reads what any address may hold; `PlainMailbox` takes nothing that this would read differently.
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

    /// The address as it is shown.
    public var text: String { localPart + "@" + domain }

    /// The address as it goes to the mail server: with the ASCII domain unless the local part needs SMTPUTF8 anyway.
    public var wire: String { needsSMTPUTF8 ? text : localPart + "@" + asciiDomain }

    /// Whether only a server with the SMTPUTF8 extension (RFC 6531) can take it: the local part is not ASCII.
    public var needsSMTPUTF8: Bool { !localPart.utf8.allSatisfy { $0 < 0x80 } }

    /// The key by which addresses are matched: composed, lower-case, with the ASCII domain.
    ///
    /// The local part is lower-cased too. RFC 5321 (2.4) leaves its case to the receiving server, but none in use tells `Ada`
    /// from `ada`, while people type both: an unsubscribed `Ada@` must not be written to as `ada@`, nor one person counted
    /// twice. What is sent keeps the case that was typed.
    public var normalised: String {
        let composed = needsSMTPUTF8 ? localPart.precomposedStringWithCanonicalMapping : localPart
        return composed.lowercased() + "@" + asciiDomain
    }

    public var description: String { text }

    public static func == (one: EmailAddress, other: EmailAddress) -> Bool { one.normalised == other.normalised }

    public func hash(into hasher: inout Hasher) { hasher.combine(normalised) }

    /// No control, space or angle bracket anywhere: each could end the address inside a header or a command. Format marks
    /// (direction overrides, zero-width characters) could make one address look like another.
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
        // Two addresses in one field are the commonest slip.
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

/// The part of an address after the `@`.
enum EmailDomain {
    /// - Returns: the domain to show and its ASCII form.
    static func read(_ text: String) throws(AddressProblem) -> (shown: String, ascii: String) {
        if text.hasPrefix("[") {
            let literal = text.lowercased().replacing("[ipv6:", with: "[IPv6:")
            guard isLiteral(literal) else { throw .invalidDomain }
            return (literal, literal)
        }
        // UTS 46 maps compatibility forms (full-width letters and dots) to plain ones before anything is looked up.
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

    /// Letters, digits and inner hyphens of any script, 1 to 63 octets in ASCII (RFC 1035, RFC 5890).
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
        // Emoji domains exist, though registries frown on them.
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
