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

    @Test("carries at most 25 MB, whoever sends it")
    func tooLarge() throws {
        let half = Self.file("a.bin", "x/y", [UInt8](repeating: 0, count: [MessageAttachment].mostBytes / 2))
        let (byte, piece) = (Self.file("b", "x/y", [7]), Self.file("c", "x/y", [UInt8](repeating: 0, count: 200_000)))
        let smtp = try SMTPProvider(account: Fixture.account(Fixture.smtpSettings()))
        #expect(throws: Never.self) { try smtp.check([half, half]) }
        let refusal = MessageRefused("The attachments are 25.1 MB together. A message may carry 25 MB.")
        #expect(throws: refusal) { try smtp.check([half, half, byte]) }
        #expect(throws: MessageRefused("The attachments are 25.2 MB together. A message may carry 25 MB.")) {
            try smtp.check([half, half, piece])
        }
        let outbound = Self.outbound(half, half, byte)
        #expect(throws: refusal) { try smtp.transfer(for: outbound) }
        let content = try ContentRenderer(Content(deliveryChannel: .email, subject: "S", text: "T"))
        #expect(throws: refusal) { try smtp.form(of: content).transfer(of: MergeValues(), in: outbound) }
    }

    @Test("keeps what its texts share with other mails, and its boundary is in none of their segments")
    func sharedTexts() throws {
        let shared = Array("shared =_mm-41\r\n".utf8)
        let texts: [[[UInt8]]] = [
            [shared, Array("tail".utf8)], [Array("x=_m".utf8), Array("m-41".utf8)],
            Array("--=_mm-41_1".utf8).map { [$0] },
            [Array("=_m".utf8), Array("m-41 =_mm-4".utf8), Array("1_1 =_mm-41".utf8), Array("_2".utf8)],
        ]
        for segments in texts {
            let mail = try Fixture.composer.mail(for: Self.outbound(Self.file()), capacity: 100) { out in
                out.append("Content-Type: text/plain\r\n\r\n")
                for segment in segments.dropLast() { out.append(shared: segment) }
                out.append(segments.last ?? [])
            }
            let parts = try ReadMail(mail.body.bytes).parts()
            #expect(parts.count == 2)
            #expect(parts[0].body == segments.flatMap(\.self))
            let places = (0..<mail.body.segmentCount).map { mail.body[segment: $0].withUnsafeBytes { $0.baseAddress } }
            for segment in segments.dropLast() where segment.count > 1 {
                #expect(places.contains(segment.withUnsafeBytes { $0.baseAddress }))
            }
        }
    }

    @Test("is refused by the sandbox where only a mail has a place for them", arguments: DeliveryChannel.allCases)
    func sandbox(channel: DeliveryChannel) throws {
        let provider = try SandboxProvider(account: Fixture.account([:], kind: "sandbox", channel: channel))
        let content = try ContentRenderer(Content(deliveryChannel: channel, subject: "S", text: "T"))
        var outbound = Fixture.outbound(channel: channel)
        outbound.attachments = [Self.file("Offer.pdf", "application/pdf", Array("of ours".utf8))]
        let transfers = [
            Result { try provider.transfer(for: outbound) },
            Result { try provider.form(of: content).transfer(of: MergeValues(), in: outbound) },
        ]
        for transfer in transfers {
            if channel == .email {
                guard case .sandbox(let kept) = try transfer.get() else { throw CancellationError() }
                #expect(try ReadMail(kept.payload.bytes).parts().count == 2)
            } else {
                #expect(throws: MessageRefused("Sandbox (nothing leaves) does not send attachments.")) {
                    try transfer.get()
                }
            }
        }
    }
}
