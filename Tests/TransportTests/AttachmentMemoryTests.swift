import Foundation
import Messaging
import Synchronization
import TestSupport
import Testing

@testable import Providers
@testable import Transport

@Suite("Large attachments")
struct AttachmentMemoryTests {
    private static let connections = 20
    private static let size = 25 * 1024 * 1024

    /// Field of `/proc/self/status`, in bytes.
    private static func memory(_ field: String) throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(field + ":") })
        return try #require(Int(line.split(whereSeparator: { $0 == " " || $0 == "\t" })[1])) * 1024
    }

    /// Increase of this process's peak memory while `work` runs, in bytes.
    private static func peak(_ work: () throws -> Void) throws -> Int {
        // proc(5): resets the peak to the current resident size.
        try "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
        let before = try memory("VmRSS")
        try work()
        return try memory("VmHWM") - before
    }

    private func send(to server: ScriptedServer, _ bodies: borrowing Mutex<[Int]>) throws {
        let account = Fixture.account(
            Fixture.smtpSettings(["port": "\(server.port)", "max_connections": "\(Self.connections)"]))
        let provider = try SMTPProvider(account: account)
        let file = MessageAttachment(
            filename: "Plan.pdf", contentType: "application/pdf",
            content: AttachmentContent([UInt8](repeating: 0x5A, count: Self.size)))
        let rig = try TransportRig(account)
        #expect(rig.opens(Self.connections))
        let submissions = try (1...Int64(Self.connections)).map { id in
            var outbound = Fixture.outbound(token: "m-\(id)")
            outbound.attachments = [file]
            return Submission(messageID: id, attempt: 1, providerID: 1, transfer: try provider.transfer(for: outbound))
        }
        #expect(Set(submissions.map { Digest.hex($0.transfer.mailBody) }).count == Self.connections)
        rig.transport.submit(submissions)
        #expect(rig.collects(Self.connections))
        #expect(rig.answers.values.allSatisfy { $0.code == 250 })
        let counts = bodies.withLock { counts in
            defer { counts = [] }
            return counts
        }
        #expect(counts.count == Self.connections)
        #expect(counts.allSatisfy { $0 > Self.size / 3 * 4 })
    }

    /// Takes the minimum of three runs, because other tests in this process allocate at the same time. Twenty separate
    /// copies would take 680 MB in each.
    @Test("Twenty connections sending 25 MB each use less than 200 MB in total")
    func shared() throws {
        let bodies = Mutex<[Int]>([])
        // All bodies are in flight together: none is read before every connection has one.
        let allBegan = DispatchSemaphore(value: 0)
        let begun = Mutex(0)
        let server = try ScriptedServer { connection in
            connection.greet("250-PIPELINING\r\n250 8BITMIME\r\n")
            while let command = connection.hear() {
                guard command.hasPrefix("DATA") else {
                    connection.say("250 Ok\r\n")
                    continue
                }
                connection.say("354 go\r\n")
                let isLast = begun.withLock { count in
                    count += 1
                    return count % Self.connections == 0
                }
                if isLast { for _ in 1..<Self.connections { allBegan.signal() } } else { allBegan.wait() }
                guard let count = connection.drainBody() else { return }
                bodies.withLock { $0.append(count) }
                connection.say("250 2.0.0 Ok\r\n")
            }
        }
        defer { server.close() }
        var least = Int.max
        for _ in 1...3 where least >= 200 * 1024 * 1024 {
            least = min(least, try Self.peak { try send(to: server, bodies) })
        }
        #expect(least < 200 * 1024 * 1024)
    }
}

extension Transfer {
    fileprivate var mailBody: MessageBody { if case .mail(let mail) = self { mail.body } else { MessageBody() } }
}
