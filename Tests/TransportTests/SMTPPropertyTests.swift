import Messaging
import TestSupport
import Testing

@testable import Transport

/// Server with random replies that follows the protocol and records what it did with each message.
private struct RandomServer {
    enum Fate { case accepted, refused, empty }
    var random: SeededGenerator
    var pending = ""
    var inBody = false
    var recipients: [String] = []
    var sender = false
    var fates: [String: Fate] = [:]
    var complaints: [String] = []

    mutating func hear(_ text: String) -> String {
        pending += text
        var out = ""
        while true {
            if inBody {
                guard let end = pending.range(of: pending.hasPrefix(".\r\n") ? ".\r\n" : "\r\n.\r\n") else { break }
                let isEmpty = end.lowerBound == pending.startIndex
                pending = String(pending[end.upperBound...])
                out += endBody(isEmpty)
            } else {
                guard let end = pending.range(of: "\r\n") else { break }
                let command = String(pending[..<end.lowerBound])
                pending = String(pending[end.upperBound...])
                out += obey(command)
            }
        }
        return out
    }

    private mutating func endBody(_ isEmpty: Bool) -> String {
        inBody = false
        let person = recipients.first
        (recipients, sender) = ([], false)
        guard let person else { return "554 5.5.1 no recipients\r\n" }
        if isEmpty { complaints.append("an empty mail for \(person)") }
        guard Int.random(in: 0..<6, using: &random) > 0 else {
            fates[person] = .refused
            return "451 4.3.0 later\r\n"
        }
        fates[person] = .accepted
        return "250-2.0.0 fine\r\n250 2.0.0 queued\r\n"
    }

    private mutating func obey(_ command: String) -> String {
        let refuses = Int.random(in: 0..<5, using: &random) == 0
        switch command.prefix(4) {
        case "RSET":
            (recipients, sender) = ([], false)
            return "250 reset\r\n"
        case "MAIL":
            if sender { complaints.append("nested MAIL") }
            sender = !refuses
            return refuses ? "451 4.3.0 not now\r\n" : "250 Ok\r\n"
        case "RCPT":
            let person = String(command.dropFirst(9).prefix { $0 != ">" })
            guard sender else { return "503 5.5.1 need MAIL\r\n" }
            if refuses { return "550 5.1.1 nobody\r\n" }
            recipients.append(person)
            return "250-Ok\r\n250 Ok\r\n"
        case "DATA":
            guard sender else { return "503 5.5.1 need MAIL\r\n" }
            // Some servers accept DATA without a recipient, and some reject it with one.
            if recipients.isEmpty && Bool.random(using: &random) { return "554 5.5.1 no recipients\r\n" }
            if !recipients.isEmpty && refuses { return "451 4.3.0 disk\r\n" }
            inBody = true
            return "354 go\r\n"
        default:
            complaints.append("unknown command \(command)")
            return "500 what\r\n"
        }
    }
}

struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }
    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

@Suite("Random server replies")
struct SMTPPropertyTests {
    @Test("Each message has exactly one result, which matches the server's record", arguments: 0..<200)
    func books(seed: UInt64) {
        var server = RandomServer(random: SeededGenerator(seed + 1))
        var random = SeededGenerator(seed + 7_000)
        let line = Conversation(seed % 2 == 0 ? .full : .bare)
        let breakAfter = seed % 3 == 0 ? Int.random(in: 1...40, using: &random) : Int.max
        var next: Int64 = 1
        var steps = 0
        while line.session.closing == nil, line.answers.count < 20 || line.session.wait != .nothing, steps < 5000 {
            steps += 1
            if next <= 20, line.session.wantsMore {
                line.session.enqueue(
                    Fixture.submission(next, mail: Fixture.mail(".x\r\ny\r\n", to: "p\(next)@example.org")))
                next += 1
            }
            let bytes = line.session.window.unwritten
            if !bytes.isEmpty {
                let count = Int.random(in: 1...bytes.count, using: &random)
                let text = String(decoding: bytes.prefix(count), as: UTF8.self)
                line.session.wrote(count, offering: count)
                line.hears(server.hear(text))
            } else {
                line.hears("")
            }
            if steps == breakAfter { line.breaks() }
        }
        line.breaks()
        #expect(server.complaints == [])
        #expect(line.session.closing?.isOrderly == true || breakAfter != .max)
        let unstarted = Set(line.session.takeUnstarted().map(\.messageID))
        for id in 1..<next {
            guard let response = line.answers[id] else {
                #expect(unstarted.contains(id))
                continue
            }
            let fate = server.fates["p\(id)@example.org"]
            switch response {
            case .smtp(let reply) where reply.code == 250: #expect(fate == .accepted)
            case .smtp: #expect(fate != .accepted)
            case .brokenConnection(_, handedOver: false): #expect(fate == nil)
            default: #expect(breakAfter != .max)
            }
        }
    }
}
