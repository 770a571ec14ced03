import Foundation
import Logging
import Testing

@testable import HTTPServing

@Suite("Bodies as files")
struct BodyFileTests {
    private func start(limit: Int) throws -> Server {
        try Server(
            host: "127.0.0.1", port: 0, workers: 2, logger: Logger(label: "test"), bodyLimit: { _ in limit },
            spoolsBody: { $0.path == "/lines" },
            refuse: { _, status, message in .text(message, status: status) },
            handler: { request in
                guard let file = request.bodyFile else { return .now(.text("memory \(request.body.count)")) }
                let bytes = (try? file.read(limit: .max)) ?? []
                let sum = bytes.reduce(into: UInt64(0)) { $0 = $0 &* 31 &+ UInt64($1) }
                return .now(.text("\(file.path) \(request.body.count) \(bytes.count) \(sum)"))
            })
    }

    @Test(
        "The file is complete, uses no memory, and is deleted with the request", arguments: [0, 1, 70_000, 3_000_000])
    func whole(size: Int) async throws {
        let server = try start(limit: 4_000_000)
        defer { server.stop(grace: .zero) }
        let port = server.port
        let body = String((0..<size).map { _ in Character(UnicodeScalar(UInt8.random(in: 97...122))) })
        let answer = try await onThread {
            let client = try RawClient(port: port)
            client.request("POST /lines", ["Content-Type: application/x-ndjson"], body: body)
            return try client.answer()
        }
        let parts = answer.text.split(separator: " ").map(String.init)
        if size == 0, parts.first == "memory" { return }
        let sum = body.utf8.reduce(into: UInt64(0)) { $0 = $0 &* 31 &+ UInt64($1) }
        #expect(parts.dropFirst() == ["0", "\(size)", "\(sum)"])
        #expect(!FileManager.default.fileExists(atPath: try #require(parts.first)))
    }

    @Test("Other paths and forms are read as usual, and the limit applies")
    func others() async throws {
        let server = try start(limit: 1000)
        defer { server.stop(grace: .zero) }
        let port = server.port
        let answers = try await onThread {
            try [("POST /json", 5), ("POST /lines", 2000)].map { line, size in
                let client = try RawClient(port: port)
                client.request(
                    line, ["Content-Type: application/json"], body: String(repeating: "x", count: size))
                return try client.answer()
            }
        }
        #expect(answers[0].text == "memory 5")
        #expect(answers[1].status == 413)
    }

    @Test("A form is delivered unparsed where signatures cover its bytes")
    func rawForm() async throws {
        let server = try Server(
            host: "127.0.0.1", port: 0, workers: 1, logger: Logger(label: "test"), bodyLimit: { _ in 1000 },
            keepsRawBody: { $0.path == "/hook" }, refuse: { _, status, message in .text(message, status: status) },
            handler: { request in
                .now(.text("\(request.form.pairs.count) \(String(decoding: request.body, as: UTF8.self))"))
            })
        defer { server.stop(grace: .zero) }
        let port = server.port
        let texts = try await onThread {
            try ["/hook", "/form"].map { path in
                let client = try RawClient(port: port)
                client.request("POST \(path)", ["Content-Type: application/x-www-form-urlencoded"], body: "b=%20&a=1")
                return try client.answer().text
            }
        }
        #expect(texts == ["0 b=%20&a=1", "2 "])
    }

    @Test("An uploaded file can be saved permanently")
    func kept() throws {
        let spool = try SpoolFile(directory: NSTemporaryDirectory())
        try Array("some lines".utf8).withUnsafeBytes { try spool.append($0) }
        try spool.finish()
        let target = NSTemporaryDirectory() + "switchboard-test-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: target) }
        var upload: UploadedFile? = UploadedFile(field: "f", filename: "n", contentType: "", spool: spool)
        try upload?.keep(at: target)
        upload = nil
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "some lines")
        #expect(throws: SpoolError.self) { try spool.copy(to: "/nowhere/at/all") }
    }
}
