import Messaging
import TestSupport
import Testing

@testable import Transport

@Suite("SMTP session")
struct SMTPSessionTests {
    static let envelope = "MAIL FROM:<hello@example.org>\r\nRCPT TO:<ada@example.org>\r\nDATA\r\n"
    static let sizedEnvelope = envelope.replacing("org>\r\nRCPT", with: "org> SIZE=22\r\nRCPT")
    static let body = "Subject: x\r\n\r\nHello.\r\n.\r\n"

    @Test("With PIPELINING one write carries the end of a message and the envelope of the next")
    func pipelines() {
        let line = Conversation(.full)
        line.enqueue(1, 2)
        #expect(line.said() == Self.sizedEnvelope)
        line.hears("250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 go\r\n")
        #expect(line.said() == Self.body + Self.sizedEnvelope)
        line.hears("250 2.0.0 Ok: queued as A1\r\n250 Ok\r\n250 Ok\r\n354 go\r\n")
        #expect(line.answers[1] == .smtp(SMTPResponse(command: .body, code: 250, text: "2.0.0 Ok: queued as A1")))
        #expect(line.said() == Self.body)
        line.hears("250 2.0.0 Ok: queued as A2\r\n")
        #expect(line.answers[2]?.code == 250)
        #expect(line.session.isIdle)
    }

    @Test("Without PIPELINING each command waits for the previous reply")
    func locksStep() {
        let line = Conversation(.bare)
        line.enqueue(1, 2)
        for (said, heard) in [
            ("MAIL FROM:<hello@example.org>\r\n", "250 Ok\r\n"), ("RCPT TO:<ada@example.org>\r\n", "250 Ok\r\n"),
            ("DATA\r\n", "354 go\r\n"), (Self.body, "250 Ok\r\n"), ("MAIL FROM:<hello@example.org>\r\n", ""),
        ] {
            #expect(line.said() == said)
            line.hears(heard)
        }
        #expect(line.answers[1]?.code == 250)
        #expect(line.answers[2] == nil)
    }

    @Test("Replies are parsed independently of read boundaries", arguments: 1...60)
    func cutsAnywhere(size: Int) {
        let line = Conversation(.full)
        line.enqueue(1)
        _ = line.said()
        func hear(_ text: String) {
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                line.hears(String(decoding: bytes[start..<min(start + size, bytes.count)], as: UTF8.self))
            }
        }
        hear("250-2.1.0 one\r\n250 2.1.0 two\r\n250 Ok\r\n354 go\r\n")
        #expect(line.said() == Self.body)
        hear("250-2.0.0 queued\r\n250-\r\n250 2.0.0 as B7\r\n")
        #expect(line.answers[1] == .smtp(SMTPResponse(command: .body, code: 250, text: "2.0.0 queued 2.0.0 as B7")))
    }

    @Test("A refused recipient with an accepted DATA does no harm")
    func emptyBody() {
        let line = Conversation(.full)
        line.enqueue(1, 2)
        _ = line.said()
        line.hears("250 Ok\r\n550 5.1.1 No such user\r\n354 go\r\n")
        #expect(line.answers[1] == .smtp(SMTPResponse(command: .rcpt, code: 550, text: "5.1.1 No such user")))
        #expect(line.said() == "\r\n.\r\n" + Self.sizedEnvelope)
        line.hears("554 no valid recipients\r\n250 Ok\r\n250 Ok\r\n354 go\r\n")
        #expect(line.said() == Self.body)
        line.hears("250 Ok\r\n")
        #expect(line.answers[2]?.code == 250)
    }

    @Test("After a refused recipient and a refused DATA, RSET is sent with the next envelope")
    func resets() {
        let line = Conversation(.full)
        line.enqueue(1, 2)
        _ = line.said()
        line.hears("250 Ok\r\n450 4.2.0 Greylisted\r\n554 5.5.1 no recipients\r\n")
        #expect(line.answers[1]?.code == 450)
        #expect(line.answers[1]?.command == .rcpt)
        #expect(line.said() == "RSET\r\n" + Self.sizedEnvelope)
        line.hears("250 Ok\r\n250 Ok\r\n250 Ok\r\n354 go\r\n")
        #expect(line.said() == Self.body)
    }

    @Test("A refused sender keeps its reply and needs no RSET")
    func refusedSender() {
        let line = Conversation(.full)
        line.enqueue(1, 2)
        _ = line.said()
        line.hears("550 5.7.1 not you\r\n503 5.5.1 need MAIL\r\n503 5.5.1 need RCPT\r\n")
        #expect(line.answers[1] == .smtp(SMTPResponse(command: .mail, code: 550, text: "5.7.1 not you")))
        #expect(line.said() == Self.sizedEnvelope)
    }

    @Test("In lock-step mode a refused recipient is followed by RSET, then by the next sender")
    func lockStepReset() {
        let line = Conversation(.bare)
        line.enqueue(1, 2)
        _ = line.said()
        line.hears("250 Ok\r\n")
        _ = line.said()
        line.hears("551 elsewhere\r\n")
        #expect(line.answers[1]?.code == 551)
        #expect(line.said() == "RSET\r\n")
        line.hears("250 Ok\r\n")
        #expect(line.said() == "MAIL FROM:<hello@example.org>\r\n")
    }

    @Test("A refused body or DATA is the result of the message")
    func refusals() {
        let line = Conversation(.full)
        line.enqueue(1, 2)
        _ = line.said()
        line.hears("250 Ok\r\n250 Ok\r\n451 4.3.0 later\r\n")
        #expect(line.answers[1]?.command == .data)
        _ = line.said()
        line.hears("250 reset\r\n250 Ok\r\n250 Ok\r\n354 go\r\n")
        _ = line.said()
        line.hears("554 5.6.0 no\r\n")
        #expect(line.answers[2] == .smtp(SMTPResponse(command: .body, code: 554, text: "5.6.0 no")))
    }

    @Test(
        "Lines that begin with a dot are dot-stuffed", arguments: ["A\r\n.b\r\n..c\r\n", ".first\r\n", "x\r\n.", "."])
    func stuffsDots(text: String) {
        let line = Conversation(.bare)
        line.session.enqueue(Fixture.submission(1, mail: Fixture.mail(text)))
        for reply in ["250 a\r\n", "250 b\r\n", "354 c\r\n"] {
            _ = line.said()
            line.hears(reply)
        }
        let wire = line.said()
        #expect(wire.hasSuffix("\r\n.\r\n"))
        // The receiving side (RFC 5321 section 4.5.2): remove the terminator, then the leading dot of each line that
        // has one. Swift counts CRLF as one character.
        let lines = wire.dropLast(2).split(separator: "\r\n", omittingEmptySubsequences: false)
        let read = lines.map { $0.hasPrefix(".") ? $0.dropFirst() : $0 }.joined(separator: "\r\n")
        #expect(read == (text.hasSuffix("\r\n") ? text : text + "\r\n"))
    }

    @Test("A message larger than the window is sent completely, in pieces")
    func largeBody() {
        let line = Conversation(.bare)
        let text = String(repeating: ".line of text\r\n", count: 20_000)
        line.session.enqueue(Fixture.submission(1, mail: Fixture.mail(text)))
        for reply in ["250 a\r\n", "250 b\r\n", "354 c\r\n"] {
            _ = line.said()
            line.hears(reply)
        }
        #expect(line.session.window.unwritten.count <= WriteWindow.capacity)
        #expect(line.said() == String(repeating: "..line of text\r\n", count: 20_000) + ".\r\n")
        line.hears("250 Ok\r\n")
        #expect(line.answers[1]?.code == 250)
    }

    @Test("MAIL parameters are sent only if needed and supported")
    func parameters() {
        func mailCommand(_ capabilities: SMTPCapabilities, _ mail: MailTransfer) -> String {
            let line = Conversation(capabilities)
            line.session.enqueue(Fixture.submission(1, mail: mail))
            return String(line.said().prefix { $0 != "\r\n" })
        }
        var mail = Fixture.mail("Grüße, many of them")
        mail.needsSMTPUTF8 = true
        #expect(mailCommand(.full, mail) == "MAIL FROM:<hello@example.org> SIZE=21 BODY=8BITMIME SMTPUTF8")
        #expect(mailCommand(.full, Fixture.mail("abc")) == "MAIL FROM:<hello@example.org> SIZE=3")
        #expect(mailCommand(.bare, Fixture.mail("Grüße")) == "MAIL FROM:<hello@example.org>")
    }

    @Test("A message the server cannot accept is refused without asking it")
    func refusesLocally() {
        let line = Conversation(.full)
        let large = Fixture.mail(String(repeating: "x", count: 100_001))
        line.session.enqueue(Fixture.submission(1, mail: large))
        line.enqueue(2)
        #expect(line.answers[1]?.code == 552)
        #expect(line.said() == Self.sizedEnvelope)
        #expect(line.session.answered == 0)

        let old = Conversation(.bare)
        var foreign = Fixture.mail(to: "grüße@example.org")
        foreign.needsSMTPUTF8 = true
        old.session.enqueue(Fixture.submission(3, mail: foreign))
        old.session.enqueue(
            Fixture.submission(4, mail: Fixture.mail(to: "ada@example.org>\r\nRCPT TO:<eve@example.org")))
        #expect(old.said() == "")
        #expect(old.answers[3]?.code == 553)
        #expect(old.answers[4]?.code == 501)
    }

    @Test("Leaving finishes the current body, drops the next envelope, and sends QUIT when idle")
    func leaves() {
        let line = Conversation(.full)
        line.enqueue(1, 2)
        _ = line.said()
        line.hears("250 a\r\n250 b\r\n354 c\r\n")
        _ = line.said()
        line.session.leave()
        #expect(line.session.closing == nil)
        line.hears("250 queued\r\n")
        #expect(line.answers[1]?.code == 250)
        #expect(line.answers[2]?.isNotHandedOver == true)
        #expect(line.session.closing?.isOrderly == true)

        let idle = Conversation(.full)
        idle.session.leave()
        #expect(idle.said() == "QUIT\r\n")
        idle.hears("221 bye\r\n")
        #expect(idle.session.closing?.isOrderly == true)
    }

    @Test("A mid-session authentication request closes the connection as an account error", arguments: [530, 535])
    func accountFault(code: Int) {
        let line = Conversation(.full)
        line.enqueue(1, 2)
        _ = line.said()
        line.hears("\(code) 5.7.0 Authentication required\r\n")
        #expect(line.answers[1]?.code == code)
        #expect(line.session.closing?.isAccountFault == true)
        #expect(line.session.takeUnstarted().map(\.messageID) == [2])
    }
}
