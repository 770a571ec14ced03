import Messaging

/// Serialises a mail, headers first. Header lines are at most 76 octets where the words allow it, and never more than
/// 998 (RFC 5322 section 2.1.1).
struct MailWriter {
    /// Bytes written after the last shared segment.
    private(set) var bytes: [UInt8] = []
    private var before = MessageBody()
    private static let lineWidth = 76

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }

    /// Appends bytes shared with other mails, without copying them.
    mutating func append(shared segment: [UInt8]) {
        before.append(bytes)
        before.append(segment)
        bytes = []
    }

    /// Appends the output of another writer; its shared segments stay shared.
    mutating func append(_ other: MailWriter) {
        if other.before.count > 0 {
            for index in 0..<other.before.segmentCount { append(shared: other.before[segment: index]) }
        }
        append(other.bytes)
    }

    /// The complete mail.
    var body: MessageBody {
        guard before.count > 0 else { return MessageBody(bytes) }
        var body = before
        body.append(bytes)
        return body
    }

    /// Appends a header with a trusted value, unescaped.
    mutating func header(_ name: String, _ value: String) {
        append(name)
        append(": ")
        append(value)
        append("\r\n")
    }

    /// Appends the `Date` header (RFC 5322 section 3.3), in UTC.
    mutating func date(_ moment: Timestamp) {
        let civil = CivilTime(moment)
        // 1970-01-01, day 0, was a Thursday.
        let day = CivilTime.days(year: civil.year, month: civil.month, day: civil.day)
        append("Date: ")
        append(Self.weekdays[Int(((day % 7) + 7) % 7)])
        append(", ")
        if civil.day > 9 { bytes.append(48 + UInt8(civil.day / 10)) }
        bytes.append(48 + UInt8(civil.day % 10))
        append(" ")
        append(civil.monthName)
        append(" ")
        append(String(civil.year))
        for (mark, part) in [(" ", civil.hour), (":", civil.minute), (":", civil.second)] {
            append(mark)
            bytes.append(48 + UInt8(part / 10))
            bytes.append(48 + UInt8(part % 10))
        }
        append(" +0000\r\n")
    }

    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    /// Appends a header with user-supplied text, encoded as necessary.
    mutating func header(_ name: String, text: String) {
        let line = OneLine.of(text)
        let column = name.utf8.count + 2
        header(name, HeaderText.isPlain(line) ? fold(line, column: column) : encode(line, column: column))
    }

    private func encode(_ line: String, column: Int) -> String { HeaderText.encodedWords(line, column: column) }

    mutating func header(_ name: String, name person: String, address: String) {
        let line = OneLine.of(person)
        guard !line.isEmpty else { return header(name, "<\(address)>") }
        append(name)
        append(": ")
        let start = bytes.count
        append(HeaderText.phrase(line, column: name.utf8.count + 2))
        let lineStart = bytes[start...].lastIndex(of: 10).map { $0 + 1 } ?? start - name.utf8.count - 2
        append(bytes.count - lineStart + address.utf8.count + 3 > Self.lineWidth ? "\r\n <" : " <")
        append(address)
        append(">\r\n")
    }

    /// Folds before spaces. The space stays, so unfolding restores the text.
    private func fold(_ line: String, column: Int) -> String {
        guard line.utf8.count + column > Self.lineWidth else { return line }
        var out: [UInt8] = []
        var width = column
        var word: [UInt8] = []
        func flush() {
            if width + word.count > Self.lineWidth, word.first == 32, width > column || !out.isEmpty {
                out += [13, 10]
                width = 0
            }
            out += word
            width += word.count
            word.removeAll(keepingCapacity: true)
        }
        var previous: UInt8 = 0
        for byte in line.utf8 {
            // A run of spaces stays with the following word, so that no line consists of spaces only.
            if byte == 32 && previous != 32 { flush() }
            word.append(byte)
            previous = byte
        }
        flush()
        return String(decoding: out, as: UTF8.self)
    }

    /// Base64 in lines of 76 (RFC 2045 section 6.8), without a line ending after the last.
    mutating func base64Lines(_ text: String) {
        var width = 0
        for byte in text.utf8 {
            if width == Self.lineWidth {
                bytes += [13, 10]
                width = 0
            }
            bytes.append(byte)
            width += 1
        }
    }

    /// Appends a part: headers, an empty line, and the body without a trailing line ending.
    mutating func part(_ part: EncodedPart) {
        partHeaders(type: part.type, isASCII: part.isASCII, encoding: part.encoding)
        append(part.body)
    }

    mutating func partHeaders(type: String, isASCII: Bool, encoding: EncodedPart.Encoding) {
        append("Content-Type: ")
        append(type)
        append(isASCII ? "; charset=us-ascii\r\nContent-Transfer-Encoding: " : Self.eightBitHeaders)
        append(encoding.rawValue)
        append("\r\n\r\n")
    }

    private static let eightBitHeaders = "; charset=utf-8\r\nContent-Transfer-Encoding: "

    /// Appends a quoted-printable value, continuing a line of `column` columns.
    mutating func quote(_ text: String, column: inout Int) {
        var text = text
        text.withUTF8 { EncodedPart.quote(UnsafeRawBufferPointer($0), to: &bytes, width: &column) }
    }
}
