import Foundation
import Messaging
import Synchronization
import TestSupport
import Testing

@testable import Providers
@testable import Transport

@Suite("Requests to a gateway")
struct HTTPConnectionPoolsTests {
    private func quick(_ change: (inout ConnectionTimings) -> Void = { _ in }) -> ConnectionTimings {
        var timings = ConnectionTimings()
        timings.firstRetry = .milliseconds(5)
        timings.firstConfigurationRetry = .milliseconds(5)
        change(&timings)
        return timings
    }

    @Test("carry every message once, over as many connections as allowed, which are kept")
    func carries() throws {
        let bodies = Mutex<[String: Int]>([:])
        let server = try ScriptedServer { line in
            line.serveHTTP { request in
                bodies.withLock { $0[request.body, default: 0] += 1 }
                return "202 Accepted"
            }
        }
        defer { server.close() }
        let rig = try TransportRig(Fixture.gateway(server.port))
        #expect(rig.reaches())
        for batch in 0..<50 {
            let ids = (1...4).map { Int64(batch * 4 + $0) }
            rig.transport.submit(ids.map { Fixture.request($0, port: server.port, body: "body \($0)") })
            #expect(rig.collects((batch + 1) * 4))
        }
        #expect(rig.answers.values.allSatisfy { $0.status == 202 })
        #expect(rig.repeats == 0)
        #expect(bodies.withLock { $0 } == Dictionary(uniqueKeysWithValues: (1...200).map { ("body \($0)", 1) }))
        // One only to see whether it can be reached.
        #expect(server.connections <= 5)
    }

    @Test("say what was asked, and what was answered")
    func exchange() throws {
        let heard = Mutex<[HeardRequest]>([])
        let server = try ScriptedServer { line in
            while let request = line.hearRequest() {
                heard.withLock { $0.append(request) }
                line.say("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
                line.response("202 Taken", "X-Name: gw-1\r\n", body: #"{"id": "gw-1"}"#)
            }
        }
        defer { server.close() }
        let account = Fixture.gateway(server.port)
        let rig = try TransportRig(account)
        #expect(rig.reaches())
        let transfer = try GenericHTTPProvider(account: account).transfer(for: Fixture.outbound(channel: .sms))
        rig.transport.submit([Submission(messageID: 1, attempt: 1, providerID: 1, transfer: transfer)])
        #expect(rig.collects(1))
        let request = try #require(heard.withLock { $0.first })
        #expect(request.line == "POST /messages HTTP/1.1")
        #expect(request.headers["authorization"] == "Bearer t0ken-of-ours")
        #expect(request.headers["idempotency-key"] == "m-41")
        #expect(request.headers["expect"] == nil)
        #expect(request.field("id") == "m-41")
        guard case .http(let reply)? = rig.answers[1] else {
            Issue.record("no answer")
            return
        }
        #expect(reply.status == 202 && reply.reason == "Taken")
        #expect(reply[header: "x-name"] == "gw-1")
        // What came before the answer is not part of it.
        #expect(reply[header: "link"] == nil)
        #expect(reply.body == Array(#"{"id": "gw-1"}"#.utf8))
    }

    @Test("to a gateway that nobody answers at hold no message, and go on when somebody does")
    func refused() throws {
        let port = try ScriptedServer.deafPort()
        let rig = try TransportRig(timings: quick(), Fixture.gateway(port))
        rig.transport.open(connections: 1, to: 1)
        #expect(rig.waits { $0.trouble?.contains("connection refused") == true && $0.capacity == 0 })
        rig.transport.submit([Fixture.request(1, port: port)])
        #expect(rig.collects(1))
        #expect(rig.answers[1]?.isNotHandedOver == true)
        let server = try ScriptedServer { $0.serveHTTP() }
        defer { server.close() }
        rig.transport.use([Fixture.gateway(server.port)])
        #expect(rig.reaches())
        #expect(rig.report()?.trouble == nil)
    }

    @Test("a trouble is over by itself when the gateway is there again")
    func comesBack() throws {
        let port = try ScriptedServer.deafPort()
        let rig = try TransportRig(timings: quick(), Fixture.gateway(port))
        rig.transport.open(connections: 1, to: 1)
        #expect(rig.waits { $0.trouble != nil })
        let server = try ScriptedServer(port: port) { $0.serveHTTP() }
        defer { server.close() }
        #expect(rig.waits { $0.trouble == nil && $0.capacity > 0 })
    }

    @Test(
        "that break before the whole body was taken are not handed over; afterwards nobody can tell",
        arguments: [(20_000_000, false), (2, true)])
    func breaks(size: Int, handedOver: Bool) throws {
        let server = try ScriptedServer { line in
            guard line.hearHead() != nil else { return }
            if handedOver { _ = line.hear(bytes: size) }
        }
        defer { server.close() }
        let rig = try TransportRig(Fixture.gateway(server.port))
        #expect(rig.reaches())
        rig.transport.submit([
            Fixture.request(1, port: server.port, body: String(repeating: "x", count: size))
        ])
        #expect(rig.collects(1))
        #expect(rig.answers[1]?.isInDoubt == handedOver)
        #expect(rig.answers[1]?.isNotHandedOver == !handedOver)
        #expect(rig.waits { $0.trouble?.contains("closed the connection") == true })
    }

    @Test("are never sent a second time over a new connection when a kept one dies")
    func noRepeat() throws {
        let bodies = Mutex<[String]>([])
        let server = try ScriptedServer { line in
            // The first request of a connection is answered, the second taken and left without an answer.
            for isFirst in [true, false] {
                guard let request = line.hearRequest() else { return }
                bodies.withLock { $0.append(request.body) }
                if isFirst { line.response("202 Accepted") }
            }
        }
        defer { server.close() }
        let rig = try TransportRig(timings: quick(), Fixture.gateway(server.port, ["max_connections": "1"]))
        #expect(rig.reaches(capacity: 1))
        rig.transport.submit([Fixture.request(1, port: server.port, body: "first")])
        #expect(rig.collects(1))
        rig.transport.submit([Fixture.request(2, port: server.port, body: "second")])
        #expect(rig.collects(2))
        #expect(rig.answers[1]?.status == 202)
        #expect(rig.answers[2]?.isInDoubt == true)
        #expect(rig.waits { $0.capacity == 1 })
        rig.transport.submit([Fixture.request(3, port: server.port, body: "third")])
        #expect(rig.collects(3))
        #expect(bodies.withLock { $0 } == ["first", "second", "third"])
    }

    @Test("are given up when their time is over, and are in doubt")
    func timesOut() throws {
        let server = try ScriptedServer { line in while line.hearRequest() != nil {} }
        defer { server.close() }
        let rig = try TransportRig(Fixture.gateway(server.port))
        #expect(rig.reaches())
        rig.transport.submit([Fixture.request(1, port: server.port, timeLimit: .milliseconds(100))])
        #expect(rig.collects(1))
        #expect(rig.answers[1]?.isInDoubt == true)
        #expect(rig.report()?.trouble?.contains("did not answer within") == true)
    }

    @Test("read no more of an answer than is needed")
    func endless() throws {
        let server = try ScriptedServer { line in
            guard let request = line.hearRequest() else { return }
            if request.body == "head" {
                line.say("HTTP/1.1 200 OK\r\n")
                for _ in 0..<4000 { line.say("X-Filler: \(String(repeating: "y", count: 100))\r\n") }
            } else {
                line.say("HTTP/1.1 200 OK\r\n\r\n")
                for _ in 0..<4000 { line.say(String(repeating: "z", count: 1000)) }
            }
        }
        defer { server.close() }
        let rig = try TransportRig(timings: quick(), Fixture.gateway(server.port))
        #expect(rig.reaches())
        rig.transport.submit([Fixture.request(1, port: server.port, body: "body")])
        #expect(rig.collects(1))
        guard case .http(let reply)? = rig.answers[1] else {
            Issue.record("its status was read")
            return
        }
        #expect(reply.status == 200)
        #expect(reply.body.count <= HTTPCall.longestAnswer)
        rig.transport.submit([Fixture.request(2, port: server.port, body: "head")])
        #expect(rig.collects(2))
        #expect(rig.answers[2]?.isInDoubt == true)
    }

    @Test("to what is no web server are in doubt, and end", arguments: ["220 mx ready\r\n", "\u{0}\u{1}\r\n\r\n", ""])
    func noise(words: String) throws {
        let server = try ScriptedServer { line in
            _ = line.hearRequest()
            line.say(words)
        }
        defer { server.close() }
        let rig = try TransportRig(Fixture.gateway(server.port))
        #expect(rig.reaches())
        rig.transport.submit([Fixture.request(1, port: server.port)])
        #expect(rig.collects(1))
        #expect(rig.answers[1]?.isInDoubt == true)
    }

    @Test("follow no redirect")
    func redirects() throws {
        let other = try ScriptedServer { $0.serveHTTP() }
        let server = try ScriptedServer { line in
            line.serveHTTP { _ in "307 Temporary Redirect|Location: http://127.0.0.1:\(other.port)/" }
        }
        defer {
            server.close()
            other.close()
        }
        let rig = try TransportRig(
            timings: quick { $0.firstConfigurationRetry = .seconds(60) }, Fixture.gateway(server.port))
        #expect(rig.reaches())
        rig.transport.submit([Fixture.request(1, port: server.port)])
        #expect(rig.collects(1))
        #expect(rig.answers[1]?.status == 307)
        #expect(other.connections == 0)
        #expect(rig.waits { $0.capacity == 0 && $0.trouble?.contains("sends us to http://127.0.0.1") == true })
    }

    @Test("with a wrong token pause the gateway; one message at a time finds out when it is right")
    func account() throws {
        let isRight = Mutex(false)
        let server = try ScriptedServer { line in
            line.serveHTTP { _ in isRight.withLock { $0 } ? "202 Accepted" : "401 Unauthorized" }
        }
        defer { server.close() }
        let rig = try TransportRig(timings: quick(), Fixture.gateway(server.port))
        #expect(rig.reaches())
        rig.transport.submit((1...4).map { Fixture.request($0, port: server.port) })
        #expect(rig.collects(4))
        #expect(rig.waits { $0.trouble?.contains("does not accept the token") == true && $0.capacity == 0 })
        // It can be connected to, which proves nothing.
        #expect(rig.waits { $0.retryAt == nil })
        #expect(rig.reaches(capacity: 1))
        #expect(rig.report()?.trouble != nil)
        isRight.withLock { $0 = true }
        rig.transport.submit([Fixture.request(5, port: server.port)])
        #expect(rig.collects(5))
        #expect(rig.waits { $0.capacity == 4 && $0.trouble == nil })
    }

    @Test("are held back as long as the gateway asks")
    func throttled() throws {
        let server = try ScriptedServer { line in
            line.serveHTTP { $0.body == "busy" ? "429 Too Many Requests|Retry-After: 1" : "202 Accepted" }
        }
        defer { server.close() }
        let rig = try TransportRig(timings: quick(), Fixture.gateway(server.port))
        #expect(rig.reaches())
        rig.transport.submit([Fixture.request(1, port: server.port, body: "busy")])
        #expect(rig.collects(1))
        #expect(rig.waits { $0.capacity == 0 && $0.retryAt != nil })
        #expect(rig.report()?.trouble == nil)
        // By itself, one message first.
        #expect(rig.waits { $0.capacity == 1 })
        rig.transport.submit([Fixture.request(2, port: server.port, body: "calm")])
        #expect(rig.collects(2))
        #expect(rig.waits { $0.capacity == 4 })
    }

    @Test("never lead into a private network unless that is allowed")
    func networks() throws {
        let server = try ScriptedServer { $0.serveHTTP() }
        defer { server.close() }
        // 127.0.0.1 as one number, so that only the connection itself can tell.
        let disguised = Fixture.gateway(
            server.port, ["url": "http://2130706433:\(server.port)/", "token": ""], id: 2)
        let rig = try TransportRig(networks: .publicOnly, Fixture.gateway(server.port), disguised)
        #expect(rig.waits { $0.trouble?.contains("private network") == true && $0.capacity == 0 })
        rig.transport.open(connections: 1, to: 1)
        rig.transport.open(connections: 1, to: 2)
        rig.transport.submit([Fixture.request(1, port: server.port)])
        #expect(rig.collects(1))
        #expect(rig.answers[1]?.isNotHandedOver == true)
        #expect(rig.waits(for: 2) { $0.trouble?.contains("private network (127.0.0.1)") == true })
        #expect(server.connections == 0)
    }

    @Test("when the program stops, an answer is waited for")
    func stops() throws {
        let handedOver = Gate()
        let response = Gate()
        let server = try ScriptedServer { line in
            guard line.hearRequest() != nil else { return }
            handedOver.open()
            response.wait()
            line.response("202 Accepted")
        }
        defer { server.close() }
        let rig = try TransportRig(Fixture.gateway(server.port))
        #expect(rig.reaches())
        rig.transport.submit([Fixture.request(1, port: server.port)])
        handedOver.wait()
        Thread.detachNewThread { response.open() }
        rig.transport.stop(grace: .seconds(20))
        rig.collect()
        #expect(rig.answers[1]?.status == 202)
        rig.transport.submit([Fixture.request(2, port: server.port)])
        rig.collect()
        #expect(rig.answers[2]?.isNotHandedOver == true)
    }

    @Test("when the program stops without patience, what was handed over is in doubt and the rest is not")
    func stopsAtOnce() throws {
        let handedOver = Gate()
        let server = try ScriptedServer { line in
            guard line.hearHead()?.headers["x-message"] == "1" else {
                // Never reads the body of the others.
                handedOver.wait()
                return
            }
            _ = line.hear(bytes: 2)
            handedOver.open()
            while line.hear() != nil {}
        }
        defer { server.close() }
        let rig = try TransportRig(Fixture.gateway(server.port))
        #expect(rig.reaches())
        rig.transport.submit([
            Fixture.request(1, port: server.port),
            Fixture.request(2, port: server.port, body: String(repeating: "x", count: 20_000_000)),
        ])
        handedOver.wait()
        rig.transport.stop(grace: .milliseconds(10))
        rig.collect()
        #expect(rig.answers[1]?.isInDoubt == true)
        #expect(rig.answers[2]?.isNotHandedOver == true)
    }

    @Test("and mails share a thread without being in each other's way")
    func together() throws {
        let gateway = try ScriptedServer { $0.serveHTTP() }
        let mail = try ScriptedServer { line in
            line.greet()
            line.serve()
        }
        defer {
            gateway.close()
            mail.close()
        }
        let smtp = Fixture.account(Fixture.smtpSettings(["port": "\(mail.port)", "max_connections": "3"]), id: 2)
        let rig = try TransportRig(Fixture.gateway(gateway.port), smtp)
        #expect(rig.reaches())
        #expect(rig.opens(3, to: 2))
        for batch in 0..<40 {
            let first = Int64(batch * 8)
            rig.transport.submit(
                (1...8).map { number in
                    number % 2 == 0
                        ? Fixture.request(first + Int64(number), port: gateway.port)
                        : Fixture.submission(first + Int64(number), provider: 2)
                })
            #expect(rig.collects((batch + 1) * 8))
        }
        #expect(rig.answers.values.allSatisfy { $0.status == 202 || $0.code == 250 })
        #expect(rig.repeats == 0)
        #expect(mail.connections == 3)
    }
}

@Suite("A test of a gateway")
struct GenericHTTPTesterTests {
    private func tester(_ networks: NetworkPolicy = .anywhere) -> LiveProviderTester {
        LiveProviderTester(catalog: Catalog.all.reaching(networks))
    }

    @Test("tells the gateway's words, and never the token")
    func accepted() throws {
        let server = try ScriptedServer { line in
            guard line.hearRequest() != nil else { return }
            line.response("202 Accepted", "X-Echo: t0ken-of-ours\r\n", body: #"{"id": "gw-1"}"#)
        }
        defer { server.close() }
        let result = tester().test(Fixture.gateway(server.port), outbound: Fixture.outbound(channel: .sms))
        #expect(result.accepted)
        #expect(result.transcript.first == #"HTTP 202 Accepted {"id": "gw-1"}"#)
        #expect(result.summary == #"Accepted: 202 Accepted {"id": "gw-1"}"#)
        #expect(!(result.transcript.joined() + result.summary).contains("t0ken-of-ours"))
    }

    @Test("tells a refusal, a wrong token and silence")
    func refused() throws {
        let server = try ScriptedServer { line in
            line.serveHTTP { $0.field("text") == "x" ? "401 No" : "422 No such number" }
        }
        defer { server.close() }
        let account = Fixture.gateway(server.port)
        #expect(
            tester().test(account, outbound: Fixture.outbound(text: "y")).summary == "Refused: 422 No such number {}")
        #expect(
            tester().test(account, outbound: Fixture.outbound(text: "x")).summary.contains("does not accept the token"))
        let deaf = Fixture.gateway(try ScriptedServer.deafPort())
        #expect(tester().test(deaf, outbound: Fixture.outbound()).summary.contains("connection refused"))
        #expect(tester(.publicOnly).test(account, outbound: Fixture.outbound()).summary.contains("private network"))
    }
}
