/// Fast path for nearly every address: letters, digits, dots and a few symbols, and a domain without `xn--`. Parsed in
/// one pass over the bytes, because every message of a broadcast is addressed and such addresses need no Unicode
/// processing.
struct PlainMailbox {
    let localPart: String
    /// Lower-case.
    let domain: String

    /// `nil` if the text is not such an address, whether otherwise valid or not.
    init?(_ text: String) {
        var text = text
        let read = text.withUTF8 { bytes -> (String, String)? in
            guard bytes.count <= 254, let at = bytes.firstIndex(of: UInt8(ascii: "@")), (1...64).contains(at),
                Self.isLocalPart(bytes[..<at]), let domain = Self.domain(bytes[(at + 1)...])
            else { return nil }
            return (String(decoding: bytes[..<at], as: UTF8.self), domain)
        }
        guard let read else { return nil }
        (localPart, domain) = read
    }

    private static let dot = UInt8(ascii: ".")
    private static let hyphen = UInt8(ascii: "-")

    private static func isLocalPart(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var last = dot
        for byte in bytes {
            switch byte {
            case dot where last == dot: return false
            case dot, hyphen, UInt8(ascii: "+"), UInt8(ascii: "_"): break
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: break
            default: return false
            }
            last = byte
        }
        return last != dot
    }

    /// At least two labels of 1 to 63 letters, digits and inner hyphens, the last not all digits.
    private static func domain(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
        var lowered: [UInt8] = []
        lowered.reserveCapacity(bytes.count)
        var (labels, length, isNumber) = (1, 0, true)
        for byte in bytes {
            let last = lowered.last ?? dot
            switch byte {
            case dot:
                guard length > 0, last != hyphen else { return nil }
                (labels, length, isNumber) = (labels + 1, 0, true)
            case hyphen:
                // `xn--` and similar prefixes mark encoded labels.
                guard length > 0, !(length == 3 && last == hyphen) else { return nil }
                (length, isNumber) = (length + 1, false)
            case 0x30...0x39: length += 1
            case 0x41...0x5A, 0x61...0x7A: (length, isNumber) = (length + 1, false)
            default: return nil
            }
            guard length <= 63 else { return nil }
            lowered.append((0x41...0x5A).contains(byte) ? byte + 0x20 : byte)
        }
        guard length > 0, lowered.last != hyphen, labels > 1, !isNumber, lowered.count <= 253 else { return nil }
        return String(decoding: lowered, as: UTF8.self)
    }
}
