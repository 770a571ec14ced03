import Messaging

/// A body part whose fixed pieces were encoded once. A message only encodes its own values, so a mail of 10 KB costs a
/// copy of 10 KB.
///
/// What it makes decodes to the same text as `EncodedPart` would, byte for byte where nothing has to be encoded; in
/// quoted-printable each piece begins a line of its own, after a soft line break.
struct EncodedTemplate: Sendable {
    private struct Piece: Sendable {
        var bytes: [UInt8]
        /// Columns of its last line.
        var endColumn: Int
        /// Columns of its first line, when another follows.
        var firstLine: Int?
    }

    let type: String
    private let template: PlainTemplate
    private let isASCII: Bool
    /// `nil` when the pieces alone need an encoding.
    private let plain: [Piece]?
    private let quoted: [Piece]
    /// Octets that the pieces may come to, with what stands around them.
    private let fixedRoom: Int

    /// `nil` when the text has sections, is blank but for its values, is shorter in base64, or holds pictures.
    init?(_ template: MergeTemplate, type: String) {
        guard let merged = PlainTemplate(template) else { return nil }
        let fixed = merged.pieces.joined()
        guard fixed.utf8.contains(where: { $0 > 32 }), Self.mayStand(Array(fixed.utf8)) else { return nil }
        var whole = fixed
        let survey = whole.withUTF8 { EncodedPart.Survey(UnsafeRawBufferPointer($0)) }
        guard survey.fitsSevenBit || !survey.wantsBase64(of: fixed.utf8.count) else { return nil }
        self.type = type
        self.template = merged
        isASCII = survey.isASCII
        plain = survey.fitsSevenBit ? merged.pieces.map(Self.plainPiece) : nil
        quoted = merged.pieces.map(Self.quotedPiece)
        fixedRoom = 160 + quoted.reduce(0) { $0 + $1.bytes.count + 8 }
    }

    /// Bytes it keeps.
    var footprint: Int { quoted.reduce(0) { $0 + $1.bytes.count } + (plain ?? []).reduce(0) { $0 + $1.bytes.count } }

    /// One receiver's values with what was learnt by looking at them once.
    struct Values {
        fileprivate var texts: [String]
        fileprivate var isPlain: Bool
        fileprivate var count: Int
    }

    /// `nil` when they hold something that wants the long way: line ends and other controls, what looks like a
    /// boundary, the beginning of a picture.
    func values(from values: MergeValues) -> Values? {
        let texts = template.values(from: values)
        var known = Values(texts: texts, isPlain: true, count: 0)
        for text in texts {
            var text = text
            let look = text.withUTF8 { bytes -> (mayStand: Bool, isASCII: Bool) in
                var isASCII = true
                for byte in bytes {
                    if byte < 32 || byte == 127 { return (false, false) }
                    if byte > 127 { isASCII = false }
                }
                return (Self.mayStand(bytes), isASCII)
            }
            guard look.mayStand else { return nil }
            if !look.isASCII { known.isPlain = false }
            known.count += text.utf8.count
        }
        return known.count <= MergeTemplate.maximumOutputBytes / 4 ? known : nil
    }

    /// An upper bound of what `write` adds.
    func room(for values: Values) -> Int { fixedRoom + values.count * 4 }

    /// Writes the part's headers, an empty line and the body.
    func write(_ values: Values, to out: inout MailWriter) {
        if let plain, values.isPlain, fits(plain, values.texts) {
            out.partHeaders(type: type, isASCII: true, encoding: .sevenBit)
            for (index, piece) in plain.enumerated() {
                if index > 0 { out.append(values.texts[index - 1]) }
                out.append(piece.bytes)
            }
        } else {
            out.partHeaders(type: type, isASCII: isASCII && values.isPlain, encoding: .quotedPrintable)
            writeQuoted(values.texts, to: &out)
        }
    }

    private func writeQuoted(_ texts: [String], to out: inout MailWriter) {
        var column = 0
        for (index, piece) in quoted.enumerated() {
            if index > 0 {
                out.quote(texts[index - 1], column: &column)
                if column > 0, !piece.bytes.isEmpty {
                    out.append("=\r\n")
                    column = 0
                }
            }
            if piece.bytes.isEmpty { continue }
            out.append(piece.bytes)
            column = piece.endColumn
        }
    }

    /// Whether no line becomes longer than a mail may have (RFC 5322 section 2.1.1).
    private func fits(_ pieces: [Piece], _ texts: [String]) -> Bool {
        var column = 0
        for (index, piece) in pieces.enumerated() {
            if index > 0 { column += texts[index - 1].utf8.count }
            if let first = piece.firstLine {
                guard column + first <= EncodedPart.longestLine else { return false }
                column = piece.endColumn
            } else {
                column += piece.endColumn
            }
            guard column <= EncodedPart.longestLine else { return false }
        }
        return true
    }

    /// A boundary begins with `=_`, and a picture travels as a part of its own.
    private static func mayStand(_ bytes: some Collection<UInt8>) -> Bool {
        var last: UInt8 = 0
        var holdsColon = false
        for byte in bytes {
            if last == UInt8(ascii: "="), byte == UInt8(ascii: "_") { return false }
            if byte == UInt8(ascii: ":") { holdsColon = true }
            last = byte
        }
        return !holdsColon || !holdsPicture(bytes)
    }

    private static func holdsPicture(_ bytes: some Collection<UInt8>) -> Bool {
        var matched = 0
        for byte in bytes {
            if byte == picture[matched] {
                matched += 1
                if matched == picture.count { return true }
            } else {
                matched = byte == picture[0] ? 1 : 0
            }
        }
        return false
    }

    private static let picture = Array("data:image/".utf8)

    private static func plainPiece(_ text: String) -> Piece {
        var text = text
        let bytes = text.withUTF8 { bytes in
            let raw = UnsafeRawBufferPointer(bytes)
            return EncodedPart.withNetworkLineEnds(raw, EncodedPart.Survey(raw))
        }
        return piece(bytes)
    }

    private static func quotedPiece(_ text: String) -> Piece {
        var text = text
        var bytes: [UInt8] = []
        var width = 0
        text.withUTF8 { EncodedPart.quote(UnsafeRawBufferPointer($0), to: &bytes, width: &width) }
        var made = piece(bytes)
        made.endColumn = width
        return made
    }

    private static func piece(_ bytes: [UInt8]) -> Piece {
        guard let last = bytes.lastIndex(of: 10), let first = bytes.firstIndex(of: 13) else {
            return Piece(bytes: bytes, endColumn: bytes.count, firstLine: nil)
        }
        return Piece(bytes: bytes, endColumn: bytes.count - last - 1, firstLine: first)
    }
}
