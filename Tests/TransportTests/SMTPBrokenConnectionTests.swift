import Messaging
import TestSupport
import Testing

@testable import Transport

/// The step at which a connection breaks decides which message is in doubt: only one whose end may have been sent.
@Suite("Broken SMTP connections")
struct SMTPBrokenConnectionTests {
    enum Break: CaseIterable { case lost, goodbye }

    private func cut(_ line: Conversation, _ how: Break) {
        switch how {
        case .lost: line.breaks()
        case .goodbye: line.hears("421 4.3.2 shutting down\r\n")
        }
    }

    @Test("Nothing is in doubt before DATA is answered", arguments: Break.allCases, 0...2)
    func beforeBody(how: Break, replies: Int) {
        let line = Conversation(.full)
        line.enqueue(1, 2, 3)
        _ = line.said()
        for reply in ["250 a\r\n", "250 b\r\n"].prefix(replies) { line.hears(reply) }
        cut(line, how)
        #expect(line.answers[1]?.isNotHandedOver == true)
        #expect(line.answers[2] == nil)
        #expect(line.session.takeUnstarted().map(\.messageID) == [2, 3])
    }

    @Test(
        "Once the final dot is written, only that message is in doubt and the next is not", arguments: Break.allCases,
        0...3)
    func afterBody(how: Break, nextReplies: Int) {
        let line = Conversation(.full)
        line.enqueue(1, 2, 3)
        _ = line.said()
        line.hears("250 a\r\n250 b\r\n354 c\r\n")
        _ = line.said()
        let replies = ["250 queued\r\n", "250 a\r\n", "250 b\r\n"].prefix(nextReplies)
        for reply in replies { line.hears(reply) }
        cut(line, how)
        if nextReplies == 0 {
            #expect(line.answers[1]?.isInDoubt == true)
        } else {
            #expect(line.answers[1]?.code == 250)
        }
        #expect(line.answers[2]?.isNotHandedOver == true)
        #expect(line.answers[3] == nil)
        #expect(line.session.takeUnstarted().map(\.messageID) == [3])
    }

    @Test("A message is in doubt from the first byte of its terminator, not before")
    func everyByte() {
        let body = Array("Subject: x\r\n\r\nHello.".utf8)
        let wire = body.count + 5
        for written in 0...wire {
            let line = Conversation(.bare)
            line.session.enqueue(Fixture.submission(1, mail: Fixture.mail(String(decoding: body, as: UTF8.self))))
            for reply in ["250 a\r\n", "250 b\r\n", "354 c\r\n"] {
                _ = line.said()
                line.hears(reply)
            }
            line.session.wrote(written, offering: written)
            line.breaks()
            #expect(line.answers[1]?.isInDoubt == (written > body.count), "\(written) of \(wire) bytes")
        }
    }

    @Test("Bytes passed to TLS count as written")
    func offeredToTLS() {
        let line = Conversation(.full)
        line.enqueue(1)
        _ = line.said()
        line.hears("250 a\r\n250 b\r\n354 c\r\n")
        line.session.wrote(0, offering: line.session.window.unwritten.count)
        line.breaks()
        #expect(line.answers[1]?.isInDoubt == true)
    }

    @Test("A refused recipient stays refused if the connection breaks before DATA is answered")
    func refusedThenLost() {
        let line = Conversation(.full)
        line.enqueue(1)
        _ = line.said()
        line.hears("250 a\r\n550 5.1.1 nobody\r\n")
        line.breaks()
        #expect(line.answers[1]?.code == 550)
    }

    @Test("A rejection during the body is a final reply, and nothing was handed over")
    func refusedEarly() {
        let line = Conversation(.bare)
        let large = String(repeating: "text\r\n", count: 30_000)
        line.session.enqueue(Fixture.submission(1, mail: Fixture.mail(large)))
        for reply in ["250 a\r\n", "250 b\r\n", "354 c\r\n"] {
            _ = line.said()
            line.hears(reply)
        }
        line.session.wrote(1000, offering: 1000)
        line.hears("552 5.3.4 too much\r\n")
        #expect(line.answers[1]?.code == 552)
        #expect(line.session.closing != nil)
    }

    @Test(
        "A connection that violates the protocol is closed, and no message counts as accepted",
        arguments: [
            "250 a\r\n250 b\r\n354 c\r\n250 queued\r\n", "250 a\r\n250 b\r\n250 queued\r\n", "354 go\r\n",
            "hello\r\n", "250-a\r\n550 b\r\n", "250*a\r\n", "99 a\r\n", "650 a\r\n", "25", "\r\n",
            "250 a\r\n250 b\r\n554 no\r\n250 unasked\r\n",
        ])
    func lies(words: String) {
        let line = Conversation(.full)
        line.enqueue(1)
        _ = line.said()
        line.hears(words)
        if line.session.closing == nil { line.breaks() }
        #expect(line.session.closing?.isOrderly == false)
        #expect(line.answers[1] != nil)
        #expect(line.answers[1]?.code != 250)
        #expect(line.answers[1]?.isInDoubt == false)
    }

    @Test("An endless reply or line is cut off, and little of it is kept")
    func endless() {
        let line = Conversation(.full)
        line.enqueue(1)
        _ = line.said()
        var bytes = 0
        while line.session.closing == nil && bytes < 1_000_000 {
            line.hears(String(repeating: "2", count: 500))
            bytes += 500
        }
        #expect(bytes <= ReplyParser.longestLine + 500)

        let other = Conversation(.full)
        other.enqueue(1)
        _ = other.said()
        bytes = 0
        while other.session.closing == nil && bytes < 1_000_000 {
            other.hears("250-and another thing\r\n")
            bytes += 23
        }
        #expect(bytes <= ReplyParser.longestReply + 23)
        #expect(other.answers[1]?.isNotHandedOver == true)
    }

    @Test("An idle connection closed by the server leaves no error")
    func idle() {
        let line = Conversation(.full)
        line.hears("421 4.4.2 idle too long\r\n")
        #expect(line.session.closing?.isOrderly == true)
        #expect(line.answers.isEmpty)
    }
}
