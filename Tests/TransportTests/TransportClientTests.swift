import Foundation
import Messaging
import Synchronization
import TestSupport
import Testing

@testable import Transport

@Suite("SMTP connections")
struct TransportClientTests {
    private func account(_ port: Int, _ more: [String: String] = [:], id: Int64 = 1) -> ProviderAccount {
        Fixture.account(Fixture.smtpSettings(["port": "\(port)", "max_connections": "8"].merging(more) { $1 }), id: id)
    }

    private func patient(_ change: (inout ConnectionTimings) -> Void) -> ConnectionTimings {
        var timings = ConnectionTimings()
        change(&timings)
        return timings
    }

    @Test(
        "All connections together deliver every message once",
        arguments: ["250-PIPELINING\r\n250 8BITMIME\r\n", "250 HELP\r\n"])
    func carries(capabilities: String) throws {
        let bodies = Mutex<[String: Int]>([:])
        let server = try ScriptedServer { line in
            line.greet(capabilities)
            line.serve(took: { body in bodies.withLock { $0[body.last ?? "", default: 0] += 1 } })
        }
        defer { server.close() }
        let rig = try TransportRig(account(server.port))
        #expect(rig.opens(5))
        rig.transport.submit(
            (1...300).map { Fixture.submission($0, mail: Fixture.mail("Subject: x\r\n\r\n.body \($0)\r\n")) })
        #expect(rig.collects(300))
        #expect(rig.answers.values.allSatisfy { $0.code == 250 })
        #expect(rig.repeats == 0)
        #expect(bodies.withLock { $0 } == Dictionary(uniqueKeysWithValues: (1...300).map { (".body \($0)", 1) }))
        #expect(server.connections == 5)
    }

    @Test("A refused recipient affects only its own message")
    func refuses() throws {
        let server = try ScriptedServer { line in
            line.greet()
            line.serve(refusing: { $0.contains("nobody") ? "550 5.1.1 nobody here" : nil })
        }
        defer { server.close() }
        let rig = try TransportRig(account(server.port))
        #expect(rig.opens(1))
        rig.transport.submit(
            (1...40).map { id in
                Fixture.submission(id, mail: Fixture.mail(to: id % 3 == 0 ? "nobody@example.org" : "ada@example.org"))
            })
        #expect(rig.collects(40))
        for (id, response) in rig.answers { #expect(response.code == (id % 3 == 0 ? 550 : 250)) }
    }

    @Test("A refused connection is reported, and retried once the server listens")
    func refused() throws {
        let rig = try TransportRig(account(try ScriptedServer.deafPort()))
        rig.transport.open(connections: 3, to: 1)
        #expect(rig.waits { $0.trouble != nil })
        let report = try #require(rig.report())
        #expect(report.capacity == 0)
        #expect(report.trouble?.contains("connection refused") == true)
        #expect(report.retryAt != nil)
        rig.transport.submit([Fixture.submission(1)])
        #expect(rig.collects(1))
        #expect(rig.answers[1]?.isNotHandedOver == true)

        let server = try ScriptedServer { line in
            line.greet()
            line.serve()
        }
        defer { server.close() }
        rig.transport.use([account(server.port)])
        #expect(rig.opens(2))
        #expect(rig.report()?.trouble == nil)
    }

    @Test("Connections are reopened automatically after a failure")
    func retries() throws {
        let server = try ScriptedServer { line in
            guard line.number > 2 else { return line.say("421 too busy\r\n") }
            line.greet()
            line.serve()
        }
        defer { server.close() }
        let rig = try TransportRig(timings: patient { $0.firstRetry = .milliseconds(5) }, account(server.port))
        rig.transport.open(connections: 1, to: 1)
        #expect(rig.waits { $0.trouble?.contains("421 too busy") == true })
        #expect(rig.waits { $0.capacity == 4 && $0.trouble == nil })
    }

    @Test(
        "Connections that never open report a reason in plain words",
        arguments: [
            ("", [:], "did not answer"), ("SSH-2.0-OpenSSH_9.2\r\n", [:], "is not SMTP"),
            (String(repeating: "220-and so on\r\n", count: 5000), [:], "broke off"),
            ("554 5.7.1 no service\r\n", [:], "554 5.7.1 no service"),
            ("220 hi\r\n", ["tls": "starttls"], "does not offer STARTTLS"),
            ("220 hi\r\n", ["username": "u", "password": "s3cr3t"], "does not offer a login"),
            ("220 hi\r\n", ["tls": "implicit"], "TLS"),
        ])
    func explains(greeting: String, more: [String: String], words: String) throws {
        let server = try ScriptedServer { line in
            line.say(greeting)
            while let command = line.hear() { line.say(command.hasPrefix("EHLO") ? "250 mx\r\n" : "500 what\r\n") }
        }
        defer { server.close() }
        let rig = try TransportRig(
            timings: patient { $0.connect = greeting.isEmpty ? .milliseconds(150) : .seconds(60) },
            account(server.port, more))
        rig.transport.open(connections: 1, to: 1)
        #expect(rig.waits { $0.trouble != nil })
        #expect(rig.report()?.trouble?.contains(words) == true, "\(rig.report()?.trouble ?? "")")
        #expect(rig.report()?.trouble?.contains("s3cr3t") == false)
    }

    @Test("A wrong password is reported with the server's reply, without the password")
    func wrongPassword() throws {
        let server = try ScriptedServer { line in
            line.greet("250 AUTH PLAIN\r\n")
            while let command = line.hear() {
                line.say(command.hasPrefix("AUTH") ? "535 5.7.8 Authentication failed\r\n" : "250 Ok\r\n")
            }
        }
        defer { server.close() }
        let rig = try TransportRig(account(server.port, ["username": "ada", "password": "s3cr3t"]))
        rig.transport.open(connections: 1, to: 1)
        #expect(rig.waits { $0.trouble != nil })
        let report = try #require(rig.report())
        #expect(report.trouble == "Wrong user name or password: 535 5.7.8 Authentication failed")
        #expect(try #require(report.retryAt) - Timestamp.now() > .seconds(30))
    }

    @Test("An unknown host is reported by name")
    func unknownHost() throws {
        let rig = try TransportRig(Fixture.account(Fixture.smtpSettings(["host": "no-such-host.invalid"])))
        rig.transport.open(connections: 1, to: 1)
        #expect(rig.waits { $0.trouble != nil })
        #expect(rig.report()?.trouble?.contains("no-such-host.invalid") == true)
    }

    @Test("A server that hangs up after DATA leaves one message in doubt, and the others are sent again")
    func dropsAfterData() throws {
        let server = try ScriptedServer { line in
            line.greet()
            while let command = line.hear() {
                guard command == "DATA" else {
                    line.say("250 Ok\r\n")
                    continue
                }
                line.say("354 go\r\n")
                _ = line.hearBody()
                return
            }
        }
        defer { server.close() }
        let rig = try TransportRig(account(server.port))
        #expect(rig.opens(1))
        rig.transport.submit((1...4).map { Fixture.submission($0) })
        #expect(rig.collects(4))
        #expect(rig.answers[1]?.isInDoubt == true)
        for id in Int64(2)...4 { #expect(rig.answers[id]?.isNotHandedOver == true) }
        #expect(rig.waits { $0.capacity == 0 && $0.trouble != nil })
    }

    @Test("Messages not started when a connection breaks move to another one")
    func movesOn() throws {
        let gate = Gate()
        let server = try ScriptedServer { line in
            line.greet()
            guard line.number == 1 else { return line.serve() }
            _ = line.hear()
            gate.wait()
        }
        defer { server.close() }
        let rig = try TransportRig(account(server.port))
        #expect(rig.opens(1))
        #expect(rig.opens(2))
        rig.transport.submit((1...8).map { Fixture.submission($0) })
        #expect(rig.collects(6))
        gate.open()
        #expect(rig.collects(8))
        #expect(rig.answers.values.count { $0.code == 250 } == 7)
        #expect(rig.answers.values.count { $0.isNotHandedOver } == 1)
    }

    @Test(
        "A server that limits mails per connection receives the rest over further connections, each once",
        arguments: [1, 3], ["250-PIPELINING\r\n250 8BITMIME\r\n", "250 HELP\r\n"])
    func fewALine(mails: Int, capabilities: String) throws {
        let bodies = Mutex<[String: Int]>([:])
        let server = try ScriptedServer { line in
            line.greet(capabilities)
            var taken = 0
            while taken < mails, let command = line.hear() {
                guard command == "DATA" else {
                    line.say("250 Ok\r\n")
                    continue
                }
                line.say("354 go\r\n")
                guard let body = line.hearBody() else { return }
                bodies.withLock { $0[body.last ?? "", default: 0] += 1 }
                taken += 1
                line.say("250 Ok\r\n")
            }
        }
        defer { server.close() }
        let rig = try TransportRig(account(server.port))
        #expect(rig.opens(1))
        rig.transport.submit(
            (1...12).map { Fixture.submission($0, mail: Fixture.mail("Subject: x\r\n\r\nbody \($0)\r\n")) })
        #expect(rig.collects(12))
        #expect(rig.answers.values.allSatisfy { $0.code == 250 }, "\(rig.answers)")
        #expect(rig.repeats == 0)
        #expect(bodies.withLock { $0 } == Dictionary(uniqueKeysWithValues: (1...12).map { ("body \($0)", 1) }))
    }

    @Test("A server that never replies costs no more than its timeout")
    func silent() throws {
        let server = try ScriptedServer { line in
            line.greet()
            while let command = line.hear(), command != "DATA" { line.say("250 Ok\r\n") }
            if line.number == 1 { line.say("354 go\r\n") }
            while line.hear() != nil {}
        }
        defer { server.close() }
        let timings = patient {
            $0.reply = .milliseconds(100)
            $0.finalReply = .milliseconds(150)
        }
        let rig = try TransportRig(timings: timings, account(server.port))
        #expect(rig.opens(1))
        #expect(rig.opens(2))
        rig.transport.submit([Fixture.submission(1), Fixture.submission(2)])
        #expect(rig.collects(2))
        #expect(rig.answers.values.count { $0.isInDoubt } == 1)
        #expect(rig.answers.values.count { $0.isNotHandedOver } == 1)
    }

    @Test(
        "After a protocol violation the connection is closed, and no unsent message counts as sent",
        arguments: [
            "250 a\r\n250 b\r\n354 go\r\n250 queued\r\n", "ha ha ha\r\n", String(repeating: "2", count: 200_000),
        ])
    func lies(words: String) throws {
        let server = try ScriptedServer { line in
            line.greet()
            _ = line.hear()
            line.say(words)
            while line.hear() != nil {}
        }
        defer { server.close() }
        let rig = try TransportRig(account(server.port))
        #expect(rig.opens(1))
        rig.transport.submit([Fixture.submission(1), Fixture.submission(2)])
        #expect(rig.collects(2))
        #expect(rig.answers.values.allSatisfy { $0.isNotHandedOver })
    }

    @Test("Idle connections send QUIT")
    func idles() throws {
        let words = Mutex<[String]>([])
        let gone = Gate()
        let server = try ScriptedServer { line in
            line.greet()
            while let command = line.hear() {
                words.withLock { $0.append(command) }
                line.say("221 bye\r\n")
            }
            gone.open()
        }
        defer { server.close() }
        let rig = try TransportRig(timings: patient { $0.idle = .milliseconds(20) }, account(server.port))
        rig.transport.open(connections: 1, to: 1)
        gone.wait()
        #expect(words.withLock { $0 } == ["QUIT"])
        #expect(rig.waits { $0.capacity == 0 })
        #expect(rig.report()?.trouble == nil)
    }

    @Test("A server that refuses more connections keeps those it has, and is not asked again at once")
    func crowded() throws {
        let server = try ScriptedServer { line in
            guard line.number <= 2 else { return line.say("421 4.7.0 too many connections\r\n") }
            line.greet()
            line.serve()
        }
        defer { server.close() }
        let rig = try TransportRig(account(server.port))
        #expect(rig.opens(1))
        #expect(rig.opens(2))
        rig.transport.open(connections: 3, to: 1)
        var next: Int64 = 1
        while server.connections < 3 && next < 20_000 {
            rig.transport.submit([Fixture.submission(next)])
            #expect(rig.collects(Int(next)))
            next += 1
        }
        for _ in 0..<50 {
            rig.transport.open(connections: 8, to: 1)
            rig.transport.submit([Fixture.submission(next)])
            #expect(rig.collects(Int(next)))
            next += 1
        }
        #expect(rig.report() == ConnectionReport(providerID: 1, capacity: 8))
        // One more may have been opened before the first rejection was read.
        #expect(server.connections <= 8)
    }

    @Test("A slow server does not delay another")
    func independent() throws {
        let slow = try ScriptedServer { line in while line.hear() != nil {} }
        let quick = try ScriptedServer { line in
            line.greet()
            line.serve()
        }
        defer {
            slow.close()
            quick.close()
        }
        let rig = try TransportRig(account(slow.port, id: 1), account(quick.port, id: 2))
        rig.transport.open(connections: 4, to: 1)
        #expect(rig.opens(2, to: 2))
        rig.transport.submit((1...50).map { Fixture.submission($0, provider: 2) })
        #expect(rig.collects(50))
    }

    @Test("Changed settings close the old connections once their work is done")
    func changes() throws {
        let gate = Gate()
        let old = try ScriptedServer { line in
            line.greet()
            _ = line.hear()
            gate.wait()
            line.say("250 Ok\r\n")
            line.serve()
        }
        let new = try ScriptedServer { line in
            line.greet()
            line.serve()
        }
        defer {
            old.close()
            new.close()
        }
        let rig = try TransportRig(account(old.port))
        #expect(rig.opens(1))
        rig.transport.submit([Fixture.submission(1), Fixture.submission(2)])
        rig.transport.use([account(new.port)])
        #expect(rig.waits { $0.capacity == 0 })
        #expect(rig.opens(1))
        gate.open()
        rig.transport.submit([Fixture.submission(3)])
        #expect(rig.collects(3))
        #expect(rig.answers.values.allSatisfy { $0.code == 250 })
        #expect(new.connections == 1)
    }

    @Test("Stopping waits for pending replies and returns the rest")
    func stops() throws {
        let handedOver = Gate()
        let response = Gate()
        let server = try ScriptedServer { line in
            line.greet()
            while let command = line.hear(), command != "DATA" { line.say("250 Ok\r\n") }
            line.say("354 go\r\n")
            _ = line.hearBody()
            handedOver.open()
            response.wait()
            line.say("250 2.0.0 queued as Z\r\n")
            while line.hear() != nil {}
        }
        defer { server.close() }
        let rig = try TransportRig(account(server.port))
        #expect(rig.opens(1))
        rig.transport.submit((1...4).map { Fixture.submission($0) })
        handedOver.wait()
        Thread.detachNewThread { response.open() }
        rig.transport.stop(grace: .seconds(20))
        rig.collect()
        #expect(rig.answers[1]?.code == 250)
        for id in Int64(2)...4 { #expect(rig.answers[id]?.isNotHandedOver == true) }
        rig.transport.submit([Fixture.submission(5)])
        rig.collect()
        #expect(rig.answers[5]?.isNotHandedOver == true)
    }

    @Test("Stopping without a grace period leaves submitted messages in doubt")
    func stopsAtOnce() throws {
        let handedOver = Gate()
        let server = try ScriptedServer { line in
            line.greet()
            while let command = line.hear(), command != "DATA" { line.say("250 Ok\r\n") }
            line.say("354 go\r\n")
            _ = line.hearBody()
            handedOver.open()
            while line.hear() != nil {}
        }
        defer { server.close() }
        let rig = try TransportRig(account(server.port))
        #expect(rig.opens(1))
        rig.transport.submit([Fixture.submission(1), Fixture.submission(2)])
        handedOver.wait()
        rig.transport.stop(grace: .milliseconds(10))
        rig.collect()
        #expect(rig.answers[1]?.isInDoubt == true)
        #expect(rig.answers[2]?.isNotHandedOver == true)
    }
}

/// One-shot gate that releases all waiting threads.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    func open() { semaphore.signal() }
    func wait() {
        if semaphore.wait(timeout: .now() + 20) == .success { semaphore.signal() }
    }
}
