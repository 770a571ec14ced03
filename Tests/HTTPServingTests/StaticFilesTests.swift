import Glibc
import Logging
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

    @Test("a file is served with its type, an ETag and nosniff")
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

    @Test("who knows the ETag is told 304", arguments: ["%", "W/%", "\"x\", %", "*"])
    func notModified(pattern: String) throws {
        let etag = try #require(files.response(for: Request(.get, "/static/app.css"))?.headers["ETag"])
        let header = pattern.split(separator: "%", omittingEmptySubsequences: false).joined(separator: etag)
        let request = Request(.get, "/static/app.css", headers: Headers([("If-None-Match", header)]))
        #expect(files.response(for: request)?.status == 304)
        let other = Request(.get, "/static/app.css", headers: Headers([("If-None-Match", "\"other\"")]))
        #expect(files.response(for: other)?.status == 200)
    }

    @Test("the right fingerprint may be kept for ever, an old one may not")
    func fingerprints() {
        let url = files.url("/static/app.css")
        #expect(url == "/static/app.css?v=\(files.fingerprint("app.css"))")
        let kept = files.response(for: Request(.get, url))?.headers["Cache-Control"]
        #expect(kept == "public, max-age=31536000, immutable")
        #expect(files.response(for: Request(.get, "/static/app.css?v=1"))?.headers["Cache-Control"] == "no-cache")
        #expect(files.fingerprint("none.css") == "")
    }

    @Test(
        "nothing outside the folder or hidden is served",
        arguments: [
            "/static/../x", "/static/icons/../../etc/passwd", "/static/.secret", "/static/leak.txt", "/static/icons",
            "/static/", "/static", "/other/app.css", "/staticapp.css", "/static//etc/passwd", "/static/%2e%2e/x",
            "/static/app.css/",
        ])
    func refused(path: String) {
        #expect(files.response(for: Request(.get, path)) == nil)
    }

    @Test("a changed file is read again, and another method is not ours")
    func reloads() {
        let before = files.fingerprint("app.css")
        folder.write("app.css", "a{color:red}")
        #expect(files.fingerprint("app.css") != before)
        #expect(files.response(for: Request(.post, "/static/app.css")) == nil)
    }
}
