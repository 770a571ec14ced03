import Glibc
import Synchronization
import Testing

@testable import HTTPServing

/// Forms received through libmicrohttpd.
@Suite("Forms")
struct FormTests {
    private static func describe(_ request: Request) -> Reply {
        if let problem = request.bodyProblem { return .now(.text(problem.message, status: problem.status)) }
        var lines = request.form.pairs.map { "\($0.name)=\($0.value)" }
        for file in request.files {
            let content = (try? file.read(limit: 100)).map { String(decoding: $0, as: UTF8.self) } ?? "unreadable"
            lines.append("\(file.field):\(file.filename):\(file.contentType):\(file.size):\(content)")
        }
        if !request.body.isEmpty { lines.append("raw \(request.body.count)") }
        return .now(.text(lines.joined(separator: "|")))
    }

    private static let urlEncoded = "Content-Type: application/x-www-form-urlencoded"
    private static let multipart = "Content-Type: multipart/form-data; boundary=XX"

    private func post(
        _ type: String, _ body: String, limits: Limits = Limits(), pieces: Int = .max
    ) async throws -> RawClient.Answer {
        let server = try startServer(limits: limits, handler: Self.describe)
        defer { server.stop() }
        let port = server.port
        return try await onThread {
            let client = try RawClient(port: port)
            guard pieces < body.utf8.count else {
                client.request("POST /", [type], body: body)
                return try client.answer()
            }
            client.request("POST /", [type, "Transfer-Encoding: chunked"])
            var rest = Array(body.utf8)[...]
            while !rest.isEmpty {
                let piece = rest.prefix(pieces)
                client.send(Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + Array("\r\n".utf8))
                rest = rest.dropFirst(pieces)
            }
            client.send("0\r\n\r\n")
            return try client.answer()
        }
    }

    @Test(
        "Urlencoded forms match Fields.parse, in chunks of any size", arguments: [1, 2, 3, 7, Int.max])
    func urlEncodedPieces(pieces: Int) async throws {
        let bodies = ["a=1&b=two+words&a=%C3%A9%26", "empty=&a=1", "a=&a=1&a=", "a=1&bare", "x=1=2", "a=%2B+"]
        for body in bodies {
            let expected = try #require(Fields.parse(urlEncoded: body)).pairs.map { "\($0.name)=\($0.value)" }
            let answer = try await post(Self.urlEncoded, body, pieces: pieces)
            #expect(answer.text == expected.joined(separator: "|"), "\(body)")
        }
    }

    @Test("Multipart forms contain fields and files, in chunks of any size", arguments: [1, 2, 3, 5, 40, Int.max])
    func multipartPieces(pieces: Int) async throws {
        let body = [
            "--XX", "Content-Disposition: form-data; name=\"a\"", "", "one\r\ntwo",
            "--XX", "Content-Disposition: form-data; name=\"e\"", "", "",
            "--XX", "Content-Disposition: form-data; name=\"e\"", "", "x",
            "--XX", "Content-Disposition: form-data; name=\"f\"; filename=\"C:\\\\dir\\\\ü.csv\"",
            "Content-Type: text/csv", "", "a,b\r\n--X\r\n1,2\r\n",
            "--XX", "Content-Disposition: form-data; name=\"none\"; filename=\"\"",
            "Content-Type: application/octet-stream", "", "",
            "--XX--", "",
        ].joined(separator: "\r\n")
        let answer = try await post(Self.multipart, body, pieces: pieces)
        #expect(answer.text == "a=one\r\ntwo|e=|e=x|f:ü.csv:text/csv:15:a,b\r\n--X\r\n1,2\r\n")
    }

    @Test("The result is independent of network packet boundaries")
    func divided() async throws {
        let server = try startServer { request in
            .now(.text(request.form.all("e").map { String($0.utf8.count) }.joined(separator: " ")))
        }
        defer { server.stop() }
        let port = server.port
        let texts = try await onThread {
            let client = try RawClient(port: port)
            // Empty fields with the same name, around the sizes at which chunks are cut.
            return try (3900..<4110).map { padding in
                let parts = [String(repeating: "p", count: padding), "", "x", ""].map {
                    "--XX\r\nContent-Disposition: form-data; name=\"e\"\r\n\r\n\($0)\r\n"
                }
                client.request("POST /", [Self.multipart], body: parts.joined() + "--XX--\r\n")
                return try client.answer().text
            }
        }
        #expect(texts == (3900..<4110).map { "\($0) 0 1 0" })
    }

    @Test(
        "Form errors are reported",
        arguments: [
            (urlEncoded, "a=%zz", "The form could not be read: a percent escape is broken."),
            (urlEncoded, "a=%4", "The form could not be read: a percent escape is broken."),
            (urlEncoded, "a=%00", "The form contains a NUL character."),
            (urlEncoded, "a%00b=1", "The form contains a NUL character."),
            (urlEncoded, "a=%FF", "The form contains text that is not valid UTF-8."),
            (urlEncoded, "%FF=a", "The form contains text that is not valid UTF-8."),
            (multipart, "rubbish", "The form could not be read: it does not begin with its boundary."),
            (multipart, "--XX\r\nContent-Dis", "The form could not be read: it is incomplete."),
            (
                multipart, "--XX\r\nContent-Type: text/plain\r\n\r\nx\r\n--XX--\r\n",
                "The form could not be read: a part has no name."
            ),
            (
                "Content-Type: multipart/form-data", "--XX--",
                "The form could not be read: the multipart boundary is missing or not valid."
            ),
        ])
    func problems(type: String, body: String, message: String) async throws {
        let answer = try await post(type, body)
        #expect(answer.status == 400)
        #expect(answer.text == message)
    }

    @Test("Too many fields, an oversized field and an oversized file are rejected")
    func limits() async throws {
        var limits = Limits()
        limits.formFields = 3
        limits.fieldBytes = 10
        limits.upload = 5
        let many = try await post(Self.urlEncoded, "a=1&b=2&c=3&d=4", limits: limits)
        #expect(many.status == 413 && many.text == "The form has more than 3 fields.")
        let long = try await post(Self.urlEncoded, "a=12345678901", limits: limits)
        #expect(long.status == 413 && long.text == "A field of the form is longer than 10 bytes.")
        let file = "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n123456\r\n--XX--\r\n"
        let large = try await post(Self.multipart, file, limits: limits)
        #expect(large.status == 413 && large.text == "The file “x” is larger than 5 bytes.")
    }

    @Test("Half a million empty fields give one clear error")
    func manyFields() async throws {
        let answer = try await post(Self.urlEncoded, String(repeating: "a&", count: 500_000))
        #expect(answer.status == 413)
        #expect(answer.text == "The form has more than 1000 fields.")
    }

    @Test("A non-form body is delivered unchanged")
    func raw() async throws {
        let answer = try await post("Content-Type: application/json", "{\"a\":\"%zz\"}")
        #expect(answer.text == "raw 11")
    }

    @Test("An uploaded file exists as long as it is referenced")
    func temporaryFile() async throws {
        let kept = Mutex<[UploadedFile]>([])
        let server = try startServer { request in
            kept.withLock { $0 = request.files }
            return .now(.text("ok"))
        }
        let port = server.port
        _ = try await onThread {
            let client = try RawClient(port: port)
            let part = "Content-Disposition: form-data; name=\"f\"; filename=\"x\""
            client.request("POST /", [Self.multipart], body: "--XX\r\n\(part)\r\n\r\nhello\r\n--XX--\r\n")
            return try client.answer().status
        }
        server.stop()
        let path = try #require(kept.withLock { $0.first?.path })
        #expect(try kept.withLock { try $0.first?.read(limit: 4) } == Array("hell".utf8))
        kept.withLock { $0 = [] }
        #expect(access(path, F_OK) != 0)
    }
}
