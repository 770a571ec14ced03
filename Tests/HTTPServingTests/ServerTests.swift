import Glibc
import Synchronization
import Testing

@testable import HTTPServing

/// Tests the server over loopback sockets.
@Suite("Server")
struct ServerTests {
    @Test("A connection serves many requests, including pipelined ones")
    func keepAlive() async throws {
        let server = try startServer { .now(.text("\($0.method) \($0.path) \($0.query["q"] ?? "-")")) }
        defer { server.stop() }
        let port = server.port
        let texts = try await onThread {
            let client = try RawClient(port: port)
            client.request("GET /a%20b?q=%C3%A9")
            let first = try client.answer()
            client.request("GET /2")
            client.request("BREW /3")
            return [first.text, try client.answer().text, try client.answer().text]
        }
        #expect(texts == ["GET /a b é", "GET /2 -", "BREW /3 -"])
        #expect(server.metrics.requests == 3)
    }

    @Test("The handler sees headers, cookies, the peer and the raw target")
    func request() async throws {
        let seen = Mutex<Request?>(nil)
        let server = try startServer { request in
            seen.withLock { $0 = request }
            return .now(.noContent)
        }
        defer { server.stop() }
        let port = server.port
        let status = try await onThread {
            let client = try RawClient(port: port)
            client.request("GET http://localhost/x%2Fy?a", ["Cookie: s=1; t=2", "X-Thing: \u{e9}"])
            return try client.answer().status
        }
        let request = try #require(seen.withLock { $0 })
        #expect(status == 204)
        #expect(request.path == "/x/y")
        #expect(request.rawTarget == "http://localhost/x%2Fy?a")
        #expect(request.cookies == ["s": "1", "t": "2"])
        #expect(request.headers["x-thing"] == "é")
        #expect(request.remoteAddress == "127.0.0.1")
    }

    @Test("HEAD has the headers of GET and no body")
    func head() async throws {
        let server = try startServer { _ in .now(.text("hello")) }
        defer { server.stop() }
        let port = server.port
        let answers = try await onThread {
            let client = try RawClient(port: port)
            client.request("HEAD /")
            let head = try client.answer(hasBody: false)
            client.request("GET /")
            return [head, try client.answer()]
        }
        #expect(answers[0]["Content-Length"] == "5")
        #expect(answers[0]["Date"] != nil)
        #expect(answers[1].text == "hello")
    }

    @Test("An invalid path is answered 400", arguments: ["/%", "/%zz", "/%00", "/%FF", "/?a=%C0", "nowhere"])
    func badTargets(target: String) async throws {
        let server = try startServer { _ in .now(.text("reached")) }
        defer { server.stop() }
        let port = server.port
        let answer = try await onThread {
            let client = try RawClient(port: port)
            client.request("GET \(target)")
            return try client.answer()
        }
        #expect(answer.status == 400)
    }

    @Test(
        "Ambiguous request framing is answered 400",
        arguments: [
            ["Content-Length: 3", "Transfer-Encoding: chunked"], ["Content-Length: 3", "Content-Length: 3"],
            ["Transfer-Encoding: gzip, chunked"], ["Content-Length: x"], ["Content-Length: -1"],
            ["Content-Length: +3"],
        ])
    func framing(headers: [String]) async throws {
        let server = try startServer { _ in .now(.text("reached")) }
        defer { server.stop() }
        let port = server.port
        let status = try await onThread {
            let client = try RawClient(port: port)
            client.request("POST /", headers)
            return try client.answer().status
        }
        #expect(status == 400)
    }

    @Test("Bodies are read by length or in chunks")
    func bodies() async throws {
        let server = try startServer { .now(.text("\($0.body.count) \($0.body.reduce(0) { $0 &+ Int($1) })")) }
        defer { server.stop() }
        let port = server.port
        let texts = try await onThread {
            let client = try RawClient(port: port)
            client.request("PUT /", body: "abc")
            let plain = try client.answer().text
            client.request("POST /", ["Transfer-Encoding: chunked"])
            client.send("2\r\nab\r\n1;x=y\r\nc\r\n0\r\nTrailer: x\r\n\r\n")
            let chunked = try client.answer().text
            client.request("POST /", body: String(repeating: "a", count: 1024 * 1024))
            return [plain, chunked, try client.answer().text]
        }
        #expect(texts == ["3 294", "3 294", "1048576 \(1_048_576 * 97)"])
    }

    @Test("100-continue is sent before the body is read, and not before a rejection")
    func expectContinue() async throws {
        let server = try startServer { .now(.text("\($0.body.count)")) }
        defer { server.stop() }
        let port = server.port
        let answers = try await onThread {
            let client = try RawClient(port: port)
            client.request("POST /", ["Expect: 100-continue", "Content-Length: 3"])
            let interim = try client.answer()
            client.send("abc")
            let final = try client.answer()
            client.request("POST /", ["Expect: 100-continue", "Content-Length: 2000000"])
            return [interim, final, try client.answer()]
        }
        #expect(answers.map(\.status) == [100, 200, 413])
        #expect(answers[1].text == "3")
    }

    @Test("Responses can be streams, files, large or empty, and header values stay on one line")
    func responses() async throws {
        let folder = TemporaryFolder()
        folder.write("f.txt", String(repeating: "f", count: 300_000))
        let path = "\(folder.path)/f.txt"
        let server = try startServer { request in
            switch request.path {
            case "/stream":
                let left = Mutex(5)
                let box = Box(left)
                return .now(Response(body: .stream { box.next() }))
            case "/file": return .now(Response(body: .file(path: path, size: 300_000)))
            case "/large": return .now(Response(body: .bytes([UInt8](repeating: 7, count: 2_000_000))))
            case "/gone": return .now(Response(body: .file(path: "/nowhere", size: 1)))
            case "/header": return .now(.redirect("/x\r\nEvil: yes"))
            default: return .now(Response(status: 204))
            }
        }
        defer { server.stop() }
        let port = server.port
        let answers = try await onThread {
            let client = try RawClient(port: port)
            return try ["/stream", "/file", "/large", "/gone", "/header", "/none"].map {
                client.request("GET \($0)")
                return try client.answer()
            }
        }
        #expect(answers.map(\.status) == [200, 200, 200, 500, 303, 204])
        #expect(answers[0].body.count == 5 * 50_000)
        #expect(answers[1].body.count == 300_000)
        #expect(answers[2].body == [UInt8](repeating: 7, count: 2_000_000))
        #expect(answers[4]["Location"] == "/xEvil: yes")
        #expect(answers[4]["Evil"] == nil)
        _ = folder
    }

    private final class Box: Sendable {
        let left: Mutex<Int>
        init(_ left: consuming Mutex<Int>) { self.left = left }

        func next() -> [UInt8]? {
            left.withLock { left in
                guard left > 0 else { return nil }
                left -= 1
                return [UInt8](repeating: 1, count: 50_000)
            }
        }
    }

    @Test("A stream without data does not block its thread")
    func patientStream() async throws {
        let isOpen = Atomic<Bool>(false)
        let isDone = Atomic<Bool>(false)
        let server = try startServer(workers: 1) { request in
            guard request.path == "/slow" else {
                isOpen.store(true, ordering: .relaxed)
                return .now(.text("opened"))
            }
            return .now(
                Response(
                    body: .stream {
                        guard isOpen.load(ordering: .relaxed) else { return [] }
                        return isDone.exchange(true, ordering: .relaxed) ? nil : Array("at last".utf8)
                    }))
        }
        defer { server.stop() }
        let port = server.port
        let answers = try await onThread {
            let (slow, other) = (try RawClient(port: port), try RawClient(port: port))
            slow.request("GET /slow")
            other.request("GET /open")
            return [try other.answer().text, try slow.answer().text]
        }
        #expect(answers == ["opened", "at last"])
    }

    @Test("A stream that fails is cut off and not called again")
    func failingStream() async throws {
        let calls = Atomic<Int>(0)
        let server = try startServer { _ in
            .now(
                Response(
                    body: .stream {
                        if calls.add(1, ordering: .relaxed).newValue == 1 { return Array("begin".utf8) }
                        throw RawClient.Failure(description: "broken")
                    }))
        }
        defer { server.stop() }
        let port = server.port
        let failed = try await onThread { () -> Bool in
            let client = try RawClient(port: port)
            client.request("GET /")
            do {
                _ = try client.answer()
                return false
            } catch {
                return true
            }
        }
        #expect(failed)
        #expect(calls.load(ordering: .relaxed) == 2)
    }

    @Test("A client that sends half a request blocks no other")
    func slowClient() async throws {
        let server = try startServer(workers: 1) { .now(.text("\($0.body.count)")) }
        defer { server.stop() }
        let port = server.port
        let texts = try await onThread {
            let slowHead = try RawClient(port: port)
            slowHead.send("GET / HTTP/1.1\r\nHo")
            let slowBody = try RawClient(port: port)
            slowBody.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab")
            let quick = try RawClient(port: port)
            quick.request("GET /")
            let first = try quick.answer().text
            slowHead.send("st: x\r\n\r\n")
            slowBody.send("cd")
            return [first, try slowHead.answer().text, try slowBody.answer().text]
        }
        #expect(texts == ["0", "0", "4"])
    }

    @Test("An idle connection is closed after its timeout")
    func idle() async throws {
        var limits = Limits()
        limits.idleSeconds = 1
        let server = try startServer(limits: limits) { _ in .now(.text("ok")) }
        defer { server.stop() }
        let port = server.port
        let closed = try await onThread {
            let client = try RawClient(port: port)
            client.send("GET / HT")
            return client.isClosedByServer()
        }
        #expect(closed)
    }

    @Test("Connections per address are limited")
    func perAddress() async throws {
        var limits = Limits()
        limits.connectionsPerAddress = 2
        let server = try startServer(limits: limits) { _ in .now(.text("ok")) }
        defer { server.stop() }
        let port = server.port
        let outcome = try await onThread { () -> [Bool] in
            let clients = [try RawClient(port: port), try RawClient(port: port)]
            for client in clients {
                client.request("GET /")
                _ = try client.answer()
            }
            let third = try RawClient(port: port)
            let isRefused = third.isClosedByServer()
            clients[0].request("GET /")
            return [isRefused, try clients[0].answer().status == 200]
        }
        #expect(outcome == [true, true])
    }

    @Test("A port in use and an invalid host are reported in one line")
    func bindErrors() throws {
        let server = try startServer { _ in .now(.noContent) }
        defer { server.stop() }
        let error = #expect(throws: BindError.self) {
            _ = try ListenSocket(host: "127.0.0.1", port: server.port)
        }
        #expect(
            error?.description
                == "cannot listen on 127.0.0.1:\(server.port): the port is in use by another program")
        #expect(error?.code == EADDRINUSE)
        let unknown = #expect(throws: BindError.self) { _ = try ListenSocket(host: "no.such.host.invalid", port: 0) }
        #expect(unknown?.description == "cannot listen on no.such.host.invalid:0: unknown host name")
        let foreign = #expect(throws: BindError.self) { _ = try ListenSocket(host: "192.0.2.1", port: 80) }
        #expect(foreign?.code == EADDRNOTAVAIL)
    }
}
