import Glibc
import Testing

@testable import HTTPServing

/// Clients that exceed the limits: each gets a clear response, and the server keeps running.
@Suite("Hostile clients")
struct HostileClientTests {
    private func exchange(
        limits: Limits = Limits(), _ body: @escaping @Sendable (RawClient) throws -> RawClient.Answer
    ) async throws -> RawClient.Answer {
        let server = try startServer(limits: limits) { .now(.text("\($0.body.count) \($0.headers.pairs.count)")) }
        defer { server.stop() }
        let port = server.port
        return try await onThread {
            let answer = try body(try RawClient(port: port))
            let next = try RawClient(port: port)
            next.request("GET /")
            guard try next.answer().status == 200 else { throw RawClient.Failure(description: "the server is gone") }
            return answer
        }
    }

    @Test("An announced gigabyte is answered 413 without reading it")
    func announced() async throws {
        let answer = try await exchange { client in
            client.request("POST /", ["Content-Length: 1073741824"])
            return try client.answer()
        }
        #expect(answer.status == 413)
        #expect(answer["Connection"] == "close")
        #expect(answer.text == "The request is larger than the 1048576 bytes allowed here.")
    }

    @Test("A gigabyte sent regardless is still answered 413")
    func announcedAndSent() async throws {
        let answer = try await exchange { client in
            client.request("POST /", ["Content-Length: 1073741824"])
            let piece = [UInt8](repeating: 0x61, count: 1024 * 1024)
            for _ in 0..<1024 where !client.send(piece) { break }
            return try client.answer()
        }
        #expect(answer.status == 413)
    }

    @Test("A content length beyond the integer range is rejected")
    func absurdLength() async throws {
        let answer = try await exchange { client in
            client.request("POST /", ["Content-Length: 99999999999999999999999999"])
            return try client.answer()
        }
        #expect([400, 413].contains(answer.status))
    }

    @Test("A chunked gigabyte is answered 413 as soon as it exceeds the limit")
    func chunked() async throws {
        let answer = try await exchange { client in
            client.request("POST /", ["Transfer-Encoding: chunked"])
            let piece = Array("100000\r\n".utf8) + [UInt8](repeating: 0x61, count: 0x100000) + Array("\r\n".utf8)
            for _ in 0..<1024 where !client.send(piece) { break }
            return try client.answer()
        }
        #expect(answer.status == 413)
        #expect(answer.text == "The request is larger than the 1048576 bytes allowed here.")
    }

    @Test("32 KB of headers and 8 KB of target are accepted")
    func largeButAllowed() async throws {
        let answer = try await exchange { client in
            let headers = (0..<32).map { "X-\($0): " + String(repeating: "h", count: 980) }
            client.request("GET /" + String(repeating: "p", count: 8 * 1024 - 1), headers)
            return try client.answer()
        }
        #expect(answer.status == 200)
        #expect(answer.text == "0 33")
    }

    @Test("Larger headers are answered 431", arguments: [34, 60, 102_400])
    func largeHeaders(kilobytes: Int) async throws {
        let answer = try await exchange { client in
            client.send("GET / HTTP/1.1\r\nHost: x\r\n")
            let line = Array(("X: " + String(repeating: "h", count: 1019) + "\r\n").utf8)
            for _ in 0..<kilobytes where !client.send(line) { break }
            client.send("\r\n")
            return try client.answer()
        }
        #expect(answer.status == 431)
    }

    @Test("An endless header line is answered 431")
    func endlessHeader() async throws {
        let answer = try await exchange { client in
            client.send("GET / HTTP/1.1\r\nHost: x\r\nX: ")
            let piece = [UInt8](repeating: 0x61, count: 1024 * 1024)
            for _ in 0..<100 where !client.send(piece) { break }
            return try client.answer()
        }
        #expect(answer.status == 431)
    }

    @Test("A longer target is answered 414", arguments: [9, 30, 100, 10_240])
    func longTarget(kilobytes: Int) async throws {
        let answer = try await exchange { client in
            client.send("GET /")
            let piece = [UInt8](repeating: 0x61, count: 1024)
            for _ in 0..<kilobytes where !client.send(piece) { break }
            client.send(" HTTP/1.1\r\nHost: x\r\n\r\n")
            return try client.answer()
        }
        #expect(answer.status == 414)
    }

    @Test("Many tiny headers are rejected, not stored")
    func tinyHeaders() async throws {
        let answer = try await exchange { client in
            client.send("GET / HTTP/1.1\r\nHost: x\r\n" + String(repeating: "a:b\r\n", count: 5000) + "\r\n")
            return try client.answer()
        }
        #expect([400, 431].contains(answer.status))
    }

    @Test(
        "Garbage instead of a request ends with 400 or a closed connection",
        arguments: ["\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "\r\n\r\n\r\n\r\nX\r\n\r\n"])
    func rubbish(text: String) async throws {
        var limits = Limits()
        limits.idleSeconds = 1
        let answer = try await exchange(limits: limits) { client in
            client.send(text)
            return (try? client.answer()) ?? RawClient.Answer(status: 400, headers: [], body: [])
        }
        #expect((400...505).contains(answer.status))
    }

    @Test("Bodies in memory share one limit")
    func bodyMemory() async throws {
        var limits = Limits()
        limits.bodyMemory = 1000
        let server = try startServer(limits: limits) { request in
            .now(.text(request.bodyProblem?.message ?? "ok", status: request.bodyProblem?.status ?? 200))
        }
        defer { server.stop() }
        let port = server.port
        let statuses = try await onThread {
            let client = try RawClient(port: port)
            return try [900, 1100, 900].map {
                client.request("POST /", body: String(repeating: "a", count: $0))
                return try client.answer().status
            }
        }
        #expect(statuses == [200, 503, 200])
    }
}
