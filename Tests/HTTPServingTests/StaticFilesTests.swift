import Glibc
import Logging
import Synchronization
import Testing

@testable import HTTPServing

@Suite("Static files")
struct StaticFilesTests {
    private let folder = TemporaryFolder()
    private let files: StaticFiles

    init() {
        folder.write("app.css", "a{}")
        folder.write(".secret", "x")
        mkdir("\(folder.path)/icons", 0o700)
        folder.write("icons/i.svg", "<svg/>")
        symlink("/etc/passwd", "\(folder.path)/leak.txt")
        files = StaticFiles(root: folder.path, urlPrefix: "/static", logger: Logger(label: "test"), reload: true)
    }

    @Test("A file is served with its type, an ETag and nosniff")
    func serves() throws {
        let response = try #require(files.response(for: Request(.get, "/static/app.css")))
        #expect(response.status == 200)
        #expect(response.headers["Content-Type"] == "text/css; charset=utf-8")
        #expect(response.headers["X-Content-Type-Options"] == "nosniff")
        #expect(response.headers["Cache-Control"] == "no-cache")
        guard case .bytes(let bytes) = response.body else { throw RawClient.Failure(description: "no bytes") }
        #expect(bytes == Array("a{}".utf8))
        let icon = files.response(for: Request(.head, "/static/icons/i.svg"))
        #expect(icon?.headers["Content-Type"] == "image/svg+xml")
    }

    @Test("A matching ETag is answered 304", arguments: ["%", "W/%", "\"x\", %", "*"])
    func notModified(pattern: String) throws {
        let etag = try #require(files.response(for: Request(.get, "/static/app.css"))?.headers["ETag"])
        let header = pattern.split(separator: "%", omittingEmptySubsequences: false).joined(separator: etag)
        let request = Request(.get, "/static/app.css", headers: Headers([("If-None-Match", header)]))
        #expect(files.response(for: request)?.status == 304)
        let other = Request(.get, "/static/app.css", headers: Headers([("If-None-Match", "\"other\"")]))
        #expect(files.response(for: other)?.status == 200)
    }

    @Test("The current fingerprint is cached indefinitely, an old one is not")
    func fingerprints() {
        let url = files.url("/static/app.css")
        #expect(url == "/static/app.css?v=\(files.fingerprint("app.css"))")
        let kept = files.response(for: Request(.get, url))?.headers["Cache-Control"]
        #expect(kept == "public, max-age=31536000, immutable")
        #expect(files.response(for: Request(.get, "/static/app.css?v=1"))?.headers["Cache-Control"] == "no-cache")
        #expect(files.fingerprint("none.css") == "")
    }

    @Test(
        "Hidden files and files outside the folder are not found",
        arguments: [
            "/static/../x", "/static/icons/../../etc/passwd", "/static/.secret", "/static/leak.txt", "/static/icons",
            "/static/", "/static", "/other/app.css", "/staticapp.css", "/static//etc/passwd", "/static/%2e%2e/x",
            "/static/app.css/",
        ])
    func refused(path: String) {
        #expect(files.response(for: Request(.get, path)) == nil)
    }

    @Test("A changed file is read again, and other methods are not handled")
    func reloads() {
        let before = files.fingerprint("app.css")
        folder.write("app.css", "a{color:red}")
        #expect(files.fingerprint("app.css") != before)
        #expect(files.response(for: Request(.post, "/static/app.css")) == nil)
    }

    @Test(
        "A fixed response answers plain requests and keeps the connection; others reach the handler")
    func fixed() async throws {
        let answer = try #require(
            FixedResponse(
                Response(headers: Headers([("ETag", "\"e1\""), ("Content-Type", "text/css")]), body: .bytes([97]))))
        let handled = Mutex<[String]>([])
        let server = try startServer(fixed: { $0 == "/a.css" ? answer : nil }) { request in
            handled.withLock { $0.append("\(request.method) \(request.path)") }
            return .now(.text("handler"))
        }
        defer { server.stop() }
        let port = server.port
        let answers = try await onThread {
            let client = try RawClient(port: port)
            return try [
                "GET /a.css HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /a.css HTTP/1.1\r\nHost: x\r\nIf-None-Match: W/\"e1\"\r\n\r\n",
                "GET /a.css HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"e0\"\r\n\r\n",
                "GET /b.css HTTP/1.1\r\nHost: x\r\n\r\n",
                "POST /a.css HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
                "GET /a.css HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nz",
            ].map { text in
                client.send(Array(text.utf8))
                return try client.answer()
            }
        }
        #expect(answers.map(\.status) == [200, 304, 200, 200, 200, 200])
        #expect(answers.map(\.text) == ["a", "", "a", "handler", "handler", "handler"])
        #expect(answers[0]["Content-Type"] == "text/css" && answers[1]["Content-Type"] == nil)
        #expect(answers[1]["ETag"] == "\"e1\"")
        #expect(handled.withLock { $0 } == ["GET /b.css", "POST /a.css", "GET /a.css"])
        #expect(server.metrics.requests == 6)
    }

    @Test("Only a complete response with an ETag can be fixed")
    func notFixed() {
        #expect(FixedResponse(.text("no tag")) == nil)
        #expect(FixedResponse(Response(status: 404, headers: Headers([("ETag", "\"e\"")]))) == nil)
    }
}
