import Foundation
import Messaging
import Synchronization
import TestSupport
import Testing

@testable import Providers
@testable import Transport

@Suite("HTTP connection pools")
struct HTTPConnectionPoolsTests {
    private func quick(_ change: (inout ConnectionTimings) -> Void = { _ in }) -> ConnectionTimings {
        var timings = ConnectionTimings()
        timings.firstRetry = .milliseconds(5)
        timings.firstConfigurationRetry = .milliseconds(5)
        change(&timings)
        return timings
    }

    @Test("Every message is sent once, over at most the allowed connections, which are kept alive")
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
        // Includes the connection test.
        #expect(server.connections <= 5)
    }

    @Test("Request and response are recorded")
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
        // Interim response headers are not part of the response.
        #expect(reply[header: "link"] == nil)
        #expect(reply.body == Array(#"{"id": "gw-1"}"#.utf8))
    }

    @Test("An unreachable gateway is given no messages until it is reachable again")
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

    @Test("A gateway recovers without a message once it is reachable again")
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
        "A broken connection leaves the message in doubt only once the whole body was sent",
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

    @Test("A request is never resent when a kept connection dies")
    func noRepeat() throws {
        let bodies = Mutex<[String]>([])
        let server = try ScriptedServer { line in
            // The first request of a connection is answered, the second accepted and left without a response.
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

    @Test("A request that times out is in doubt")
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

    @Test("Reading stops after the maximum response size")
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

    @Test(
        "A response that is not HTTP leaves the message in doubt",
        arguments: ["220 mx ready\r\n", "\u{0}\u{1}\r\n\r\n", ""])
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

    @Test("Redirects are not followed")
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

    @Test("A wrong token pauses the gateway, and a single message probes it")
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
        // A successful connection does not prove that the token works.
        #expect(rig.waits { $0.retryAt == nil })
        #expect(rig.reaches(capacity: 1))
        #expect(rig.report()?.trouble != nil)
        isRight.withLock { $0 = true }
        rig.transport.submit([Fixture.request(5, port: server.port)])
        #expect(rig.collects(5))
        #expect(rig.waits { $0.capacity == 4 && $0.trouble == nil })
    }

    @Test("Messages are held back for as long as the gateway asks")
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
        // Recovers without a message, then probes with one.
        #expect(rig.waits { $0.capacity == 1 })
        rig.transport.submit([Fixture.request(2, port: server.port, body: "calm")])
        #expect(rig.collects(2))
        #expect(rig.waits { $0.capacity == 4 })
    }

    @Test("Private networks are unreachable unless allowed")
    func networks() throws {
        let server = try ScriptedServer { $0.serveHTTP() }
        defer { server.close() }
        // 127.0.0.1 as a single number, so that only the connection check can detect it.
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

    @Test("Stopping waits for pending responses")
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

    @Test("Stopping without a grace period leaves sent requests in doubt and returns the rest")
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

    @Test("Requests and mails share a thread without blocking each other")
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

@Suite("Gateway test")
struct GenericHTTPTesterTests {
    private func tester(_ networks: NetworkPolicy = .anywhere) -> LiveProviderTester {
        LiveProviderTester(catalog: Catalog.all.reaching(networks))
    }

    @Test("The result shows the gateway's response and never the token")
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

    @Test("Rejection, wrong token and timeout are reported separately")
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
