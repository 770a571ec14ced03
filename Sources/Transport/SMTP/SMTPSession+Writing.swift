import Messaging

/// Commands and message bodies sent to the server.
extension SMTPSession {
    func expect(_ kind: Expected.Kind) { awaited.append(Expected(kind: kind, end: window.appended)) }

    /// Rejects a message that the server's capabilities rule out, without asking the server. The text states that
    /// nothing was sent.
    func localRefusal(of mail: MailTransfer) -> SMTPResponse? {
        if let limit = capabilities.size, mail.body.count > limit {
            return SMTPResponse(
                command: .mail, code: 552,
                text: "5.3.4 Not sent: message larger than the server takes (SIZE \(limit)).")
        }
        if mail.needsSMTPUTF8 && !capabilities.smtpUTF8 {
            return SMTPResponse(
                command: .mail, code: 553,
                text: "5.6.7 Not sent: the address needs SMTPUTF8, which the server does not offer.")
        }
        guard Self.isSafe(mail.envelopeFrom), Self.isSafe(mail.envelopeTo) else {
            return SMTPResponse(
                command: .mail, code: 501,
                text: "5.5.4 Not sent: the address cannot stand in an SMTP command.")
        }
        return nil
    }

    /// A control character would end the command and begin another.
    private static func isSafe(_ address: String) -> Bool {
        address.utf8.count <= longestAddress && address.utf8.allSatisfy { $0 >= 32 && $0 != 127 }
    }

    func introduce(_ submission: Submission) {
        guard case .mail(let mail) = submission.transfer else { return }
        introduced = Underway(submission: submission, mail: mail, body: BodyCursor(mail.body))
        if needsReset {
            window.append("RSET\r\n")
            expect(.reset)
            needsReset = false
            // In lock-step mode MAIL follows the reply to RSET.
            guard capabilities.pipelining else { return }
        }
        sendMail(mail)
        guard capabilities.pipelining else { return }
        sendRecipient(mail)
        sendData()
    }

    func sendMail(_ mail: MailTransfer) {
        window.append("MAIL FROM:<")
        window.append(mail.envelopeFrom)
        window.append(">")
        if capabilities.offersSize { window.append(" SIZE=\(mail.body.count)") }
        if capabilities.eightBitMIME && Self.hasEightBit(mail.body) { window.append(" BODY=8BITMIME") }
        if mail.needsSMTPUTF8 { window.append(" SMTPUTF8") }
        window.append("\r\n")
        expect(.mail)
    }

    func sendRecipient(_ mail: MailTransfer) {
        window.append("RCPT TO:<")
        window.append(mail.envelopeTo)
        window.append(">\r\n")
        expect(.rcpt)
    }

    func sendData() {
        window.append("DATA\r\n")
        expect(.data)
    }

    /// Writes as much of the body as fits, then its terminator.
    func writeBody() {
        guard delivered != nil, delivered!.terminator == nil else { return }
        delivered!.body.copy(into: window, reserve: Self.envelopeRoom)
        guard delivered!.body.isDone else { return }
        if delivered!.body.endsWithNewline {
            delivered!.terminator = window.appended - 2
            window.append(".\r\n")
        } else {
            delivered!.terminator = window.appended
            window.append("\r\n.\r\n")
        }
        awaited[0].end = window.appended
    }

    private static func hasEightBit(_ body: MessageBody) -> Bool {
        (0..<body.segmentCount).contains { hasEightBit(body[segment: $0]) }
    }

    /// Checks eight bytes at a time.
    private static func hasEightBit(_ data: [UInt8]) -> Bool {
        data.withUnsafeBytes { bytes in
            var index = 0
            while index + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if word & 0x8080_8080_8080_8080 != 0 { return true }
                index += 8
            }
            return bytes[index...].contains { $0 >= 128 }
        }
    }
}
