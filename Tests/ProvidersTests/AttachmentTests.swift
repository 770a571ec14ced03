import Foundation
import Messaging
import TestSupport
import Testing

@testable import Providers

@Suite("Mail attachments")
struct AttachmentTests {
    private static func outbound(_ attachments: MessageAttachment..., html: String = "", text: String = "Hello Ada.")
        -> OutboundMessage
    {
        var outbound = Fixture.outbound(html: html, text: text)
        outbound.attachments = attachments
        return outbound
    }

    private static func file(
        _ name: String = "Offer.pdf", _ type: String = "application/pdf", _ bytes: [UInt8] = [1, 2, 3]
    ) -> MessageAttachment {
        MessageAttachment(filename: name, contentType: type, content: AttachmentContent(bytes))
    }

    private static func parts(_ outbound: OutboundMessage) throws -> [ReadMail] {
        let mail = try ReadMail(try Fixture.composer.mail(for: outbound).body.bytes)
        #expect(mail["Content-Type"]?.hasPrefix("multipart/mixed;") == true)
        return try mail.parts()
    }

    @Test(
        "The text parts come first, then each file", arguments: [0, 1, 2, 3, 56, 57, 58, 114, 57 * 1024, 57 * 1024 + 1])
    func parts(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let parts = try Self.parts(
            Self.outbound(
                Self.file("Offer.pdf", "application/pdf", bytes), Self.file("b.png", "image/png"), html: "<p>Hello</p>")
        )
        #expect(parts.count == 3)
        #expect(try parts[0].parts().map(\.text) == ["Hello Ada.", "<p>Hello</p>"])
        #expect(parts[1]["Content-Type"] == "application/pdf")
        #expect(parts[1]["Content-Disposition"] == "attachment; filename=\"Offer.pdf\"")
        #expect(parts[1]["Content-Transfer-Encoding"] == "base64")
        let lines = String(decoding: parts[1].body, as: UTF8.self).components(separatedBy: "\r\n")
        #expect(lines.dropLast().allSatisfy { $0.count == 76 })
        #expect((lines.last ?? "").count <= 76)
        #expect(Data(base64Encoded: lines.joined()) == Data(bytes))
        #expect(parts[2]["Content-Type"] == "image/png")
    }

    @Test("The encoded file is shared between mails, and the result is deterministic")
    func shared() throws {
        let file = Self.file("a.bin", "application/octet-stream", [UInt8](repeating: 7, count: 100_000))
        let bodies = try ["m-1", "m-2"].map { token in
            var outbound = Self.outbound(file)
            outbound.messageToken = token
            return try Fixture.composer.mail(for: outbound).body
        }
        let places = bodies.map { body in
            (0..<body.segmentCount).first { body[segment: $0].count > 100_000 }.map { index in
                body[segment: index].withUnsafeBytes { $0.baseAddress }
            }
        }
        #expect(places[0] == places[1] && places[0] != nil)
        for body in bodies { #expect(body.count - file.content.base64Lines.count < 1500) }
        #expect(bodies[0] != bodies[1])
        #expect(
            try Fixture.composer.mail(for: Self.outbound(file)).body
                == Fixture.composer.mail(for: Self.outbound(file)).body)
    }

    @Test(
        "File names are encoded so that mail clients can read them",
        arguments: [
            ("Offer.pdf", "filename=\"Offer.pdf\""), ("a \"b\".txt", "filename=\"a \\\"b\\\".txt\""),
            ("Größe.pdf", "filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf"), ("../../etc/passwd", "filename=\"passwd\""),
            ("C:\\files\\x.doc", "filename=\"x.doc\""),
            ("x\r\nBcc: eve@example.org", "filename=\"x Bcc: eve@example.org\""),
            ("", "filename=\"attachment\""), ("///", "filename=\"attachment\""),
        ])
    func filenames(name: String, parameter: String) throws {
        let parts = try Self.parts(Self.outbound(Self.file(name)))
        #expect(parts[1]["Content-Disposition"] == "attachment; " + parameter)
        #expect(parts[1]["Bcc"] == nil)
    }

    @Test("A long file name is split into pieces that fit into lines")
    func longName() throws {
        let name = String(repeating: "длинное имя ", count: 20) + ".pdf"
        let mail = try Fixture.composer.mail(for: Self.outbound(Self.file(name))).body.bytes
        let part = try ReadMail(mail).parts()[1]
        #expect(part.headerLines.allSatisfy { $0.utf8.count <= 78 })
        let pieces = try #require(part["Content-Disposition"]).split(separator: "; ").dropFirst()
        let value = pieces.enumerated().map { index, piece in
            let start = "filename*\(index)*=" + (index == 0 ? "UTF-8''" : "")
            #expect(piece.hasPrefix(start))
            return piece.dropFirst(start.count)
        }.joined()
        #expect(value.removingPercentEncoding == name)
    }

    @Test(
        "An invalid type, or one that must not be encoded, becomes application/octet-stream",
        arguments: [
            "", "pdf", "message/rfc822", "multipart/mixed", "a/b/c", "text/plain; charset=utf-8", "x/y\r\nA: b",
        ])
    func types(type: String) throws {
        let parts = try Self.parts(Self.outbound(Self.file("x", type)))
        #expect(parts[1]["Content-Type"] == "application/octet-stream")
    }

    @Test("The boundary does not occur in the text")
    func boundary() throws {
        let first = try ReadMail(Fixture.composer.mail(for: Self.outbound(Self.file())).body.bytes).boundary
        let hostile = "before\r\n--\(first)--\r\nafter"
        let parts = try Self.parts(Self.outbound(Self.file(), text: hostile))
        #expect(parts.count == 2)
        #expect(parts[0].text == hostile)
    }

    @Test("Prepared once for all receivers, the mail has the same parts")
    func prepared() throws {
        let form = try #require(try MailFormTests.form(html: "<p>Hi {{name}}</p>", text: "Hi {{name}}"))
        var blank = MailFormTests.blank
        blank.attachments = [Self.file()]
        guard case .mail(let mail) = try form.transfer(of: MergeValues(["name": "Ada"]), in: blank) else {
            Issue.record("not a mail")
            return
        }
        let parts = try ReadMail(mail.body.bytes).parts()
        #expect(try parts[0].parts().map(\.text) == ["Hi Ada", "<p>Hi Ada</p>"])
        #expect(Data(base64Encoded: String(decoding: parts[1].body, as: UTF8.self)) == Data([1, 2, 3]))
    }
}
