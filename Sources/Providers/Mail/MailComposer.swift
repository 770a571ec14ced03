import Messaging

/// Composes a mail (RFC 5322, MIME) from a rendered message. Deterministic: a repeated attempt has the same bytes,
/// hence the same `Message-ID` and the same fingerprint in the log.
struct MailComposer: Sendable {
    let from: EmailAddress
    /// Headers common to all mails of this sender, encoded once.
    private let sender: Sender

    private struct Sender {
        let wire: String
        let needsSMTPUTF8: Bool
        /// Complete `From` header.
        let from: [UInt8]
        /// Complete `Reply-To` header; empty if there is none.
        let replyTo: [UInt8]
    }

    init(from: EmailAddress, fromName: String, replyTo: EmailAddress?) {
        self.from = from
        var (fromHeader, replyHeader) = (MailWriter(capacity: 128), MailWriter(capacity: 128))
        fromHeader.header("From", name: fromName, address: from.wire)
        if let replyTo { replyHeader.header("Reply-To", name: "", address: replyTo.wire) }
        sender = Sender(
            wire: from.wire, needsSMTPUTF8: from.needsSMTPUTF8 || replyTo?.needsSMTPUTF8 == true,
            from: fromHeader.bytes, replyTo: replyHeader.bytes)
    }

    func mail(for outbound: OutboundMessage) throws(MessageRefused) -> MailTransfer {
        try mail(for: outbound, capacity: 2048 + (outbound.html.utf8.count + outbound.text.utf8.count) * 5 / 4) { out in
            writeBody(of: outbound, to: &out)
        }
    }

    /// Writes the message headers, then calls `body`, which continues with its own headers.
    func mail(
        for outbound: OutboundMessage, capacity: Int, body: (inout MailWriter) -> Void
    ) throws(MessageRefused) -> MailTransfer {
        try outbound.attachments.checkSize()
        let receiver: EmailAddress
        do {
            receiver = try EmailAddress(outbound.address)
        } catch {
            throw MessageRefused("“\(OneLine.of(outbound.address))” is not an email address.")
        }
        let to = receiver.wire
        var out = MailWriter(capacity: capacity)
        out.date(outbound.createdAt)
        out.append(sender.from)
        out.header("To", name: outbound.recipientName, address: to)
        out.header("Subject", text: outbound.subject)
        out.append("Message-ID: <")
        out.append(Self.atom(outbound.messageToken))
        out.append("@")
        out.append(from.asciiDomain)
        out.append(">\r\n")
        out.append(sender.replyTo)
        if Self.isAutomatic(outbound.type) { out.header("Auto-Submitted", "auto-generated") }
        if let list = outbound.list { out.headers(of: list, domain: from.asciiDomain) }
        out.header("MIME-Version", "1.0")
        if outbound.attachments.isEmpty {
            body(&out)
        } else {
            var part = MailWriter(capacity: capacity)
            body(&part)
            let written = part.body
            let boundary = Self.boundary("=_m" + Self.stem(outbound.messageToken)) { written.contains(text: $0) }
            out.mixed(part, with: outbound.attachments, boundary: boundary)
        }
        return MailTransfer(
            envelopeFrom: sender.wire, envelopeTo: to,
            needsSMTPUTF8: sender.needsSMTPUTF8 || receiver.needsSMTPUTF8,
            body: out.body)
    }

    /// RFC 3834 section 5: mail written by a person is not auto-submitted.
    private static func isAutomatic(_ type: MessageType) -> Bool { type != .manual && type != .reply }

    private func writeBody(of outbound: OutboundMessage, to out: inout MailWriter) {
        let text = EncodedPart(outbound.text, type: "text/plain")
        guard !outbound.html.isEmpty else { return out.part(text) }
        let inline = InlinePictures(
            outbound.html, name: "\(Self.atom(outbound.messageToken))@\(from.asciiDomain)")
        let html = EncodedPart(inline.html, type: "text/html")
        let boundary = Self.boundary(token: outbound.messageToken, parts: [text, html])
        guard !outbound.text.isEmpty else {
            return Self.write(html, with: inline.pictures, boundary: boundary, to: &out)
        }
        out.header("Content-Type", "multipart/alternative;\r\n boundary=\"\(boundary)\"")
        out.append("\r\n--\(boundary)\r\n")
        out.part(text)
        out.append("\r\n--\(boundary)\r\n")
        Self.write(html, with: inline.pictures, boundary: "=_r\(boundary.dropFirst(2))", to: &out)
        out.append("\r\n--\(boundary)--\r\n")
    }

    /// Writes the HTML part, with its inline pictures if it has any.
    private static func write(
        _ html: EncodedPart, with pictures: [InlinePictures.Picture], boundary: String, to out: inout MailWriter
    ) {
        if pictures.isEmpty { return out.part(html) }
        out.header("Content-Type", "multipart/related; type=\"text/html\";\r\n boundary=\"\(boundary)\"")
        out.append("\r\n--\(boundary)\r\n")
        out.part(html)
        for picture in pictures {
            out.append("\r\n--\(boundary)\r\n")
            out.header("Content-Type", picture.type)
            out.header("Content-Transfer-Encoding", "base64")
            out.header("Content-ID", "<\(picture.contentID)>")
            out.header("Content-Disposition", "inline")
            out.append("\r\n")
            out.base64Lines(picture.base64)
        }
        out.append("\r\n--\(boundary)--\r\n")
    }

    /// Boundary of at most 70 characters (RFC 2046 section 5.1.1); it is quoted, so any atom characters are allowed.
    static func boundary(token: String) -> String { "=_" + stem(token) }

    private static func stem(_ token: String) -> Substring { atom(token).prefix(60) }

    /// Boundary that occurs in no part. `=_` cannot occur in quoted-printable or base64 (RFC 2045 section 6.7), so only
    /// plain parts are searched.
    private static func boundary(token: String, parts: [EncodedPart]) -> String {
        boundary(boundary(token: token)) { boundary in
            parts.contains { $0.encoding == .sevenBit && $0.contains(boundary) }
        }
    }

    private static func boundary(_ stem: String, isTaken: (String) -> Bool) -> String {
        var boundary = stem
        var round = 0
        while isTaken(boundary) {
            round += 1
            boundary = "\(stem)_\(round)"
        }
        return boundary
    }

    /// Left-hand side of a `Message-ID`: characters not allowed in an atom (RFC 5322 section 3.2.3) become hyphens.
    private static func atom(_ token: String) -> String {
        func isSafe(_ byte: UInt8) -> Bool {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95: true
            default: false
            }
        }
        if token.utf8.allSatisfy(isSafe) { return token }
        return String(decoding: token.utf8.map { isSafe($0) ? $0 : 45 }, as: UTF8.self)
    }
}
