import Glibc
import Synchronization
import Testing

@testable import HTTPServing

@Suite("Later replies and stopping")
struct LaterAndStopTests {
    @Test("A later reply leaves the worker free for other requests")
    func later() async throws {
        let gate = Gate()
        let server = try startServer(workers: 1) { request in
            guard request.path == "/slow" else { return .now(.text("quick")) }
            return .later {
                gate.wait()
                return .text("slow")
            }
        }
        defer { server.stop() }
        let port = server.port
        let texts = try await onThread {
            let slow = try RawClient(port: port)
            slow.request("GET /slow")
            let quick = try RawClient(port: port)
            quick.request("GET /")
            let first = try quick.answer().text
            gate.open()
            let second = try slow.answer().text
            slow.request("GET /")
            return [first, second, try slow.answer().text]
        }
        #expect(texts == ["quick", "slow", "quick"])
    }

    @Test("A full queue is answered 503 immediately")
    func fullQueue() async throws {
        var limits = Limits()
        limits.laterThreads = 1
        limits.laterQueue = 1
        let gate = Gate()
        let started = Gate()
        let server = try startServer(limits: limits) { _ in
            .later {
                started.open()
                gate.wait()
                return .text("done")
            }
        }
        defer { server.stop() }
        let port = server.port
        let statuses = try await onThread { () -> [Int] in
            let first = try RawClient(port: port)
            first.request("GET /")
            started.wait()
            // Which of the two is queued and which rejected depends on arrival order.
            let others = [try RawClient(port: port), try RawClient(port: port)]
            for client in others { client.request("GET /") }
            var polls = [pollfd]()
            for client in others { polls.append(client.pollEntry) }
            poll(&polls, 2, 20_000)
            let refused = polls[0].revents != 0 ? 0 : 1
            let status = try others[refused].answer().status
            gate.open()
            return [status, try first.answer().status, try others[1 - refused].answer().status]
        }
        #expect(statuses == [503, 200, 200])
    }

    @Test("Stopping lets running requests and later replies finish, and refuses new connections")
    func gracefulStop() async throws {
        let gate = Gate()
        let inside = Gate()
        let insideLater = Gate()
        let server = try startServer { request in
            if request.path == "/later" {
                return .later {
                    insideLater.open()
                    gate.wait()
                    return .text("later done")
                }
            }
            inside.open()
            gate.wait()
            return .now(.text("done"))
        }
        let port = server.port
        let later = Running {
            let client = try RawClient(port: port)
            client.request("GET /later")
            return try client.answer()
        }
        // Sequential, because a connection stays with the worker that accepted it, even while that worker is blocked.
        let running = Running {
            insideLater.wait()
            let client = try RawClient(port: port)
            client.request("GET /")
            return try client.answer()
        }
        let refused = try await onThread { () -> Bool in
            inside.wait()
            let stopped = Gate()
            _ = BackgroundThread.start {
                server.stop(grace: .seconds(20))
                stopped.open()
            }
            // The port refuses connections once stopping begins, while both requests still run.
            while (try? RawClient(port: port)) != nil { sched_yield() }
            gate.open()
            return stopped.wait()
        }
        #expect(refused)
        let answer = try await onThread { try running.value() }
        #expect(answer.text == "done")
        #expect(answer["Connection"] == "close")
        #expect(try await onThread { try later.value().text } == "later done")
        #expect(server.metrics.activeRequests == 0)
        server.stop(grace: .zero)
    }

    @Test("Requests unfinished after the grace period are answered 503")
    func giveUp() async throws {
        let gate = Gate()
        let inside = Gate()
        let server = try startServer { _ in
            .later {
                inside.open()
                gate.wait()
                return .text("too late")
            }
        }
        let port = server.port
        let answer = Running {
            let client = try RawClient(port: port)
            client.request("GET /")
            return try client.answer()
        }
        let status = try await onThread {
            inside.wait()
            server.stop(grace: .milliseconds(10))
            return try answer.value().status
        }
        #expect(status == 503)
        gate.open()
    }

    @Test("A stopped server releases its port")
    func restart() async throws {
        let first = try startServer { _ in .now(.text("1")) }
        let port = first.port
        first.stop()
        // Another test's server may have taken the port; then it is in use and the error says so.
        do {
            let next = try ListenSocket(host: "127.0.0.1", port: port)
            #expect(next.port == port)
            close(next.descriptor)
        } catch let error as BindError {
            #expect(error.code == EADDRINUSE)
        }
    }
}
