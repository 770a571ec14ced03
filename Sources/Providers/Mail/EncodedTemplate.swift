import Messaging

/// A body part whose constant pieces are encoded once. Each message encodes only its own values, so a 10 KB mail costs
/// a 10 KB copy.
///
/// The result decodes to the same text as `EncodedPart`, and is byte-identical if nothing needs encoding; in
/// quoted-printable each piece starts a new line after a soft line break.
struct EncodedTemplate: Sendable {
    private struct Piece: Sendable {
        var bytes: [UInt8]
        /// Columns of the last line.
        var endColumn: Int
        /// Columns of the first line, if another follows.
        var firstLine: Int?
    }

    let type: String
    private let template: PlainTemplate
    private let isASCII: Bool
    /// `nil` if the pieces themselves need encoding.
    private let plain: [Piece]?
    private let quoted: [Piece]
    /// Upper bound of the octets of the constant pieces and their surroundings.
    private let fixedRoom: Int

    /// `nil` if the text has sections, is blank apart from its values, is shorter in base64, or contains pictures.
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

    /// Memory used by the encoded pieces, in bytes.
    var footprint: Int { quoted.reduce(0) { $0 + $1.bytes.count } + (plain ?? []).reduce(0) { $0 + $1.bytes.count } }

    /// One receiver's values and the result of scanning them.
    struct Values {
        fileprivate var texts: [String]
        fileprivate var isPlain: Bool
        fileprivate var count: Int
    }

    /// Returns `nil` if a value needs full encoding: line endings and other control characters, text that resembles a
    /// boundary, or the start of a picture.
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

    /// Upper bound of the bytes `write` appends.
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

    /// Whether every line stays within the limit of RFC 5322 section 2.1.1.
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

    /// Rejects text that resembles a boundary (`=_`) or an inline picture, which is sent as a separate part.
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
