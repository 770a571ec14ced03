import CDigest
import Foundation

/// A body part in its transfer encoding. For any text, lines are at most 998 octets (76 if encoded, RFC 2045 section
/// 6), end with CRLF, and are ASCII.
struct EncodedPart {
    enum Encoding: String {
        case sevenBit = "7bit"
        case quotedPrintable = "quoted-printable"
        case base64
    }

    let type: String
    let encoding: Encoding
    let isASCII: Bool
    let body: [UInt8]

    static let longestLine = 998

    init(_ text: String, type: String) {
        self.type = type
        var text = text
        (encoding, isASCII, body) = text.withUTF8 { Self.encode(UnsafeRawBufferPointer($0)) }
    }

    /// Statistics that decide the encoding, gathered in one pass over the text.
    struct Survey {
        /// Bytes that quoted-printable writes as three.
        var special = 0
        var isASCII = true
        var hasControls = false
        var hasCarriageReturns = false
        var longest = 0

        init(_ bytes: UnsafeRawBufferPointer) {
            var lineStart = 0
            Self.kinds.withUnsafeBufferPointer { kinds in
                var index = 0
                while index < bytes.count {
                    if index + 8 <= bytes.count,
                        Self.isPlain(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                    {
                        index += 8
                        continue
                    }
                    defer { index += 1 }
                    let kind = kinds[Int(bytes[index])]
                    if kind == Self.plain { continue }
                    if kind == Self.lineEnd {
                        if bytes[index] == 13 { hasCarriageReturns = true }
                        longest = max(longest, index - lineStart)
                        lineStart = index + 1
                        continue
                    }
                    special += 1
                    if kind == Self.eightBit { isASCII = false }
                    if kind == Self.control { hasControls = true }
                }
            }
            longest = max(longest, bytes.count - lineStart)
        }

        var fitsSevenBit: Bool { isASCII && !hasControls && longest <= EncodedPart.longestLine }

        /// Base64 writes four bytes for three, quoted-printable three for each special one.
        func wantsBase64(of count: Int) -> Bool { special * 2 > count / 3 }

        /// Tests eight bytes at once: none below 32, above 126, or `=`. (S. E. Anderson, "Bit Twiddling Hacks".)
        private static func isPlain(_ word: UInt64) -> Bool {
            let ones: UInt64 = 0x0101_0101_0101_0101
            let tops: UInt64 = 0x8080_8080_8080_8080
            let equals = word ^ (ones &* 61)
            let below32 = (word &- ones &* 32) & ~word
            let is127 = (word &+ ones) | word
            let isEquals = (equals &- ones) & ~equals
            return (below32 | is127 | isEquals) & tops == 0
        }

        private static let plain: UInt8 = 0
        private static let lineEnd: UInt8 = 1
        private static let equals: UInt8 = 2
        private static let control: UInt8 = 3
        private static let eightBit: UInt8 = 4

        private static let kinds: [UInt8] = (0...255).map { byte in
            switch byte {
            case 10, 13: lineEnd
            case 61: equals
            case 128...: eightBit
            case 9: plain
            case ..<32, 127: control
            default: plain
            }
        }
    }

    private static func encode(_ bytes: UnsafeRawBufferPointer) -> (Encoding, Bool, [UInt8]) {
        let survey = Survey(bytes)
        if survey.fitsSevenBit { return (.sevenBit, true, withNetworkLineEnds(bytes, survey)) }
        guard survey.wantsBase64(of: bytes.count) else { return (.quotedPrintable, survey.isASCII, quoted(bytes)) }
        let options: Data.Base64EncodingOptions = [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ]
        return (
            .base64, survey.isASCII, Array(Data(withNetworkLineEnds(bytes, survey)).base64EncodedData(options: options))
        )
    }

    /// Converts line endings (CRLF, CR or LF) to CRLF.
    static func withNetworkLineEnds(_ bytes: UnsafeRawBufferPointer, _ survey: Survey) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + bytes.count / 32 + 16)
        var index = 0
        while index < bytes.count {
            let end = survey.hasCarriageReturns ? anyLineEnd(bytes, from: index) : newline(bytes, from: index)
            out.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[index..<end]))
            guard end < bytes.count else { break }
            out.append(13)
            out.append(10)
            index = end + (bytes[end] == 13 && end + 1 < bytes.count && bytes[end + 1] == 10 ? 2 : 1)
        }
        return out
    }

    private static func newline(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        guard let base = bytes.baseAddress, let hit = memchr(base + start, 10, bytes.count - start) else {
            return bytes.count
        }
        return UnsafeRawPointer(hit) - base
    }

    private static func anyLineEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index < bytes.count && bytes[index] != 10 && bytes[index] != 13 { index += 1 }
        return index
    }

    private static let hexDigits = Array("0123456789ABCDEF".utf8)
    /// 76 including the `=` of a soft line break.
    private static let quotedWidth = 75

    private static func quoted(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count * 5 / 4 + 64)
        var width = 0
        quote(bytes, to: &out, width: &width)
        return out
    }

    /// Appends quoted-printable text (RFC 2045 section 6.7), continuing a line of `width` columns.
    static func quote(_ bytes: UnsafeRawBufferPointer, to out: inout [UInt8], width: inout Int) {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 10 || byte == 13 {
                out.append(13)
                out.append(10)
                width = 0
                index += byte == 13 && index + 1 < bytes.count && bytes[index + 1] == 10 ? 2 : 1
                continue
            }
            // Trailing spaces and tabs are lost in transit; some servers mangle a leading dot or "From ".
            let endsLine = index + 1 == bytes.count || bytes[index + 1] == 10 || bytes[index + 1] == 13
            let isSpace = byte == 32 || byte == 9
            let isBare = isSpace ? !endsLine : byte > 32 && byte < 127 && byte != 61 && !(width == 0 && byte == 46)
            let cost = isBare ? 1 : 3
            if width + cost > quotedWidth {
                out.append(61)
                out.append(13)
                out.append(10)
                width = 0
            }
            if isBare {
                out.append(byte)
            } else {
                out.append(61)
                out.append(hexDigits[Int(byte >> 4)])
                out.append(hexDigits[Int(byte & 15)])
            }
            width += cost
            index += 1
        }
    }

    func contains(_ text: String) -> Bool { body.contains(text: text) }
}

extension [UInt8] {
    func contains(text: String) -> Bool {
        var text = text
        return text.withUTF8 { needle in
            withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress else { return false }
                return switchboard_find(start, bytes.count, needle.baseAddress, needle.count) != nil
            }
        }
    }
}
