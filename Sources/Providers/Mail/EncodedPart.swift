import CCurl
import Foundation

/// One body part in the form it travels in. Whatever the text, every line is at most 998 octets, and at most 76 where
/// it is encoded (RFC 2045 section 6), ends with CRLF, and is ASCII.
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

    private static let longestLine = 998

    init(_ text: String, type: String) {
        self.type = type
        var text = text
        (encoding, isASCII, body) = text.withUTF8 { Self.encode(UnsafeRawBufferPointer($0)) }
    }

    /// What decides about the encoding, gathered in one look at the text.
    private struct Survey {
        /// Bytes quoted-printable has to write as three.
        var special = 0
        var isASCII = true
        var hasControls = false
        var longest = 0

        init(_ bytes: UnsafeRawBufferPointer) {
            var lineStart = 0
            for index in 0..<bytes.count {
                let byte = bytes[index]
                if byte == 10 || byte == 13 {
                    longest = max(longest, index - lineStart)
                    lineStart = index + 1
                } else if byte >= 128 {
                    isASCII = false
                    special += 1
                } else if (byte < 32 && byte != 9) || byte == 127 {
                    hasControls = true
                    special += 1
                } else if byte == 61 {
                    special += 1
                }
            }
            longest = max(longest, bytes.count - lineStart)
        }
    }

    private static func encode(_ bytes: UnsafeRawBufferPointer) -> (Encoding, Bool, [UInt8]) {
        let survey = Survey(bytes)
        if survey.isASCII && !survey.hasControls && survey.longest <= longestLine {
            return (.sevenBit, true, withNetworkLineEnds(bytes))
        }
        // Base64 writes four bytes for three, quoted-printable three for each special one.
        guard survey.special * 2 > bytes.count / 3 else { return (.quotedPrintable, survey.isASCII, quoted(bytes)) }
        let options: Data.Base64EncodingOptions = [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed]
        return (.base64, survey.isASCII, Array(Data(withNetworkLineEnds(bytes)).base64EncodedData(options: options)))
    }

    /// CRLF, CR and LF all end a line; each becomes CRLF.
    private static func withNetworkLineEnds(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + bytes.count / 32 + 16)
        var index = 0
        while index < bytes.count {
            let rest = bytes[index...]
            let end = rest.firstIndex { $0 == 10 || $0 == 13 } ?? bytes.count
            out.append(contentsOf: bytes[index..<end])
            guard end < bytes.count else { break }
            out.append(13)
            out.append(10)
            index = end + (bytes[end] == 13 && end + 1 < bytes.count && bytes[end + 1] == 10 ? 2 : 1)
        }
        return out
    }

    private static let hexDigits = Array("0123456789ABCDEF".utf8)
    /// 76 with the `=` of a soft line break.
    private static let quotedWidth = 75

    private static func quoted(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count * 5 / 4 + 64)
        var width = 0
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
            // Space and tab are lost at a line's end; a dot or "From " at its beginning has been mangled by servers.
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
        return out
    }

    func contains(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { needle in
            body.withUnsafeBytes { body in
                guard let start = body.baseAddress else { return false }
                return ccurl_find(start, body.count, needle.baseAddress, needle.count) != nil
            }
        }
    }
}
