import Foundation
import Messaging
import TestSupport
import Testing

@testable import Providers

@Suite("Mail composer")
struct MailComposerTests {
    static func parse(_ outbound: OutboundMessage, by composer: MailComposer = Fixture.composer) throws -> ReadMail {
        try ReadMail(try composer.mail(for: outbound).body.bytes)
    }

    @Test("A mail has all required headers and both texts")
    func headers() throws {
        let composer = MailComposer(
            from: try EmailAddress("hello@example.org"), fromName: "Example Ltd.",
            replyTo: try EmailAddress("desk@example.org"))
        let mail = try Self.parse(Fixture.outbound(html: "<p>Hello</p>\n"), by: composer)
        #expect(mail["Date"] == "Thu, 24 Dec 2026 08:00:00 +0000")
        #expect(mail["From"] == "\"Example Ltd.\" <hello@example.org>")
        #expect(mail["To"] == "Ada Lovelace <ada@example.org>")
        #expect(mail["Subject"] == "Your balance")
        #expect(mail["Message-ID"] == "<m-41@example.org>")
        #expect(mail["Reply-To"] == "<desk@example.org>")
        #expect(mail["MIME-Version"] == "1.0")
        #expect(mail["Auto-Submitted"] == nil)
        let parts = try mail.parts()
        #expect(parts.map(\.text) == ["Hello Ada.", "<p>Hello</p>\r\n"])
        #expect(parts.map { $0["Content-Type"] } == ["text/plain; charset=us-ascii", "text/html; charset=us-ascii"])
    }

    @Test("A broadcast mail has unfolded unsubscribe headers, each once; a personal mail has none")
    func list() throws {
        var outbound = Fixture.outbound(html: "<p>Hello</p>")
        #expect(try Self.parse(outbound)["List-Unsubscribe"] == nil)
        let url = "https://console.example.com/u/\(String(repeating: "k", count: 32))"
        outbound.list = MailList(
            channelID: 7, name: "News, weekly", unsubscribe: UnsubscribeLink(url: url, isOneClick: true))
        let bytes = try Fixture.composer.mail(for: outbound).body.bytes
        let text = String(decoding: bytes, as: UTF8.self)
        let head = text.prefix(upTo: try #require(text.range(of: "\r\n\r\n")).lowerBound).split(separator: "\r\n")
        #expect(head.filter { $0 == "List-Unsubscribe: <\(url)>" }.count == 1)
        #expect(head.filter { $0 == "List-Unsubscribe-Post: List-Unsubscribe=One-Click" }.count == 1)
        #expect(head.filter { $0 == "Precedence: bulk" }.count == 1)
        #expect(head.filter { $0 == "List-Id: \"News, weekly\" <channel-7.example.org>" }.count == 1)
        outbound.list = MailList(channelID: nil, name: "", unsubscribe: UnsubscribeLink(url: url, isOneClick: false))
        let plain = try Self.parse(outbound)
        #expect(plain["List-Id"] == "<broadcasts.example.org>")
        #expect(plain["List-Unsubscribe"] == "<\(url)>")
        #expect(plain["List-Unsubscribe-Post"] == nil)
        outbound.list = MailList(channelID: nil, name: "", unsubscribe: nil)
        #expect(try Self.parse(outbound)["List-Unsubscribe"] == nil)
    }

    @Test("The output is deterministic")
    func deterministic() throws {
        let outbound = Fixture.outbound(name: "Ада", subject: "Привет 👋", html: "<p>é</p>", text: "é")
        #expect(try Fixture.composer.mail(for: outbound).body.bytes == Fixture.composer.mail(for: outbound).body.bytes)
    }

    @Test("A single text makes a single part")
    func singlePart() throws {
        #expect(try Self.parse(Fixture.outbound()).text == "Hello Ada.")
        let html = try Self.parse(Fixture.outbound(html: "<b>x</b>", text: ""))
        #expect(html["Content-Type"] == "text/html; charset=us-ascii")
    }

    @Test(
        "A mail sent by a program is marked as auto-submitted",
        arguments: [("birthday", true), ("manual", false), ("reply", false)])
    func automatic(type: String, isAutomatic: Bool) throws {
        let mail = try Self.parse(Fixture.outbound(type: MessageType(rawValue: type)))
        #expect(mail["Auto-Submitted"] == (isAutomatic ? "auto-generated" : nil))
    }

    static let texts = [
        "Hello", "Grüße aus München", "Привет, как дела? Это довольно длинная строка, которую нужно свернуть.",
        "こんにちは世界、これは長い件名です。折り返しが必要になります。", "👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦 family 👍🏽",
        "A plain subject that is a good deal longer than one line of a mail header may be, so it is folded",
        "=?utf-8?Q?not_encoded?=", "tab\tand  two spaces", String(repeating: "x", count: 2000),
        String(repeating: "ß", count: 300), "a \"quoted\" \\ name, with; specials (all) <of> them@", "مرحبا بالعالم",
    ]

    @Test("Subjects and names in any script are encoded in lines of at most 76", arguments: texts)
    func scripts(text: String) throws {
        let mail = try Self.parse(Fixture.outbound(name: text, subject: text))
        let expected = text.replacing("\t", with: " ")
        #expect(mail.decoded("Subject") == expected)
        #expect(mail.decodedName("To") == expected)
        for line in mail.headerLines {
            #expect(line.utf8.count <= 76, "\(line)")
            #expect(line.utf8.allSatisfy { (32...126).contains($0) })
            #expect(!line.allSatisfy { $0 == " " })
        }
        for word in mail.head.matches(of: /=\?utf-8\?[QB]\?[^?]*\?=/) { #expect(word.output.utf8.count <= 75) }
    }

    @Test(
        "A subject or name cannot inject a header",
        arguments: ["\r\n", "\n", "\r", "\0", "\r\n ", "\u{85}", "\u{2028}", "\u{0B}"])
    func injection(separator: String) throws {
        let evil = "Hello\(separator)Bcc: eve@example.org\(separator)\(separator)<b>body</b>"
        let composer = MailComposer(from: try EmailAddress("hello@example.org"), fromName: evil, replyTo: nil)
        let mail = try Self.parse(Fixture.outbound(name: evil, subject: evil, token: evil), by: composer)
        #expect(
            Set(mail.names) == [
                "Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type",
                "Content-Transfer-Encoding",
            ])
        #expect(!mail.headerLines.joined().utf8.contains { $0 < 32 })
        #expect(mail.text == "Hello Ada.")
        #expect(mail.decoded("Subject")?.hasPrefix("Hello Bcc: eve@example.org") == true)
    }

    @Test(
        "A mail without a valid address is refused",
        arguments: ["", "ada", "ada@example.org\r\nBcc: eve@example.org", "a b@c.d"])
    func badAddress(address: String) {
        #expect(throws: MessageRefused.self) { try Fixture.composer.mail(for: Fixture.outbound(to: address)) }
    }

    @Test("An international domain becomes ASCII, and an international local part requires SMTPUTF8")
    func international() throws {
        let domain = try Fixture.composer.mail(for: Fixture.outbound(to: "ada@bücher.example"))
        #expect(domain.envelopeTo == "ada@xn--bcher-kva.example")
        #expect(!domain.needsSMTPUTF8)
        let name = try Fixture.composer.mail(for: Fixture.outbound(to: "адa@example.org"))
        #expect(name.envelopeTo == "адa@example.org")
        #expect(name.needsSMTPUTF8)
    }

    static let bodies = [
        "plain\nlines\r\nof\rall kinds", ".dot\n..two\nFrom here", String(repeating: "y", count: 998),
        String(repeating: "y", count: 999), String(repeating: "word ", count: 500), "Grüße\n\n  indented \t\nend ",
        "Привет\nмир\n" + String(repeating: "длинная строка ", count: 200), "你好\n世界", "👩‍🚀 to the moon", "a=b&c=d é",
        "null \0 and bell \u{07}", "--=_boundary\n--=_x--", " ",
    ]

    @Test("The text survives decoding, and no line exceeds the limit", arguments: bodies)
    func roundTrip(body: String) throws {
        let data = try Fixture.composer.mail(for: Fixture.outbound(html: body, text: body)).body.bytes
        let parts = try ReadMail(data).parts()
        let expected = body.replacing("\r\n", with: "\n").replacing("\r", with: "\n").replacing("\n", with: "\r\n")
        #expect(parts.map(\.text) == [expected, expected])
        var line = 0
        for (index, byte) in data.enumerated() {
            #expect(byte < 128 && byte != 0)
            if byte == 10 {
                #expect(data[index - 1] == 13)
                #expect(line - 1 <= 998)
                line = 0
            } else {
                line += 1
            }
        }
        for part in parts where part["Content-Transfer-Encoding"] != "7bit" {
            #expect(part.body.split(separator: 10).allSatisfy { $0.count <= 77 })
        }
    }

    @Test("The smaller encoding is used")
    func encodings() {
        #expect(EncodedPart("plain", type: "text/plain").encoding == .sevenBit)
        #expect(EncodedPart("Mostly plain, with one é in it", type: "text/plain").encoding == .quotedPrintable)
        #expect(EncodedPart("Привет, мир", type: "text/plain").encoding == .base64)
        #expect(EncodedPart(String(repeating: "z", count: 999), type: "text/plain").encoding == .quotedPrintable)
    }

    @Test("The boundary does not occur in the texts")
    func boundary() throws {
        let first = try Self.parse(Fixture.outbound(html: "x", text: "x")).boundary
        let hostile = "before\r\n--\(first)\r\nafter"
        let mail = try Self.parse(Fixture.outbound(html: hostile, text: hostile))
        let parts = try mail.parts()
        #expect(mail.boundary != first)
        #expect(parts.map(\.text) == [hostile, hostile])
    }

    @Test("The fingerprint is the SHA-256 of the mail's bytes")
    func digest() {
        #expect(
            Digest.hex(MessageBody(Array("abc".utf8)))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test("Pictures in the HTML become parts of their own, each once")
    func pictures() throws {
        let png = String(repeating: "iVBORw0K", count: 30)
        let mail = try Self.parse(
            Fixture.outbound(
                html: """
                    <img src="data:image/png;base64,\(png)"><img alt='' src='data:image/png;base64,\(png)'>\
                    <img src="data:image/gif;base64,R0lGODlh"><p>data:image/png;base64,AAAA and \
                    <img src="data:image/svg+xml;base64,PHN2Zz4="></p>
                    """))
        let alternative = try mail.parts()
        let related = try #require(alternative.last)
        #expect(related["Content-Type"]?.hasPrefix("multipart/related") == true)
        let parts = try related.parts()
        #expect(parts.map { $0["Content-Type"] } == ["text/html; charset=us-ascii", "image/png", "image/gif"])
        let ids = parts.dropFirst().compactMap { $0["Content-ID"]?.dropFirst().dropLast() }
        let html = parts[0].text
        #expect(html.components(separatedBy: "\"cid:\(ids[0])\"").count == 2)
        #expect(html.components(separatedBy: "'cid:\(ids[0])'").count == 2)
        #expect(html.contains("\"cid:\(ids[1])\""))
        #expect(html.contains("data:image/svg+xml"))
        #expect(html.contains("<p>data:image/png;base64,AAAA and"))
        #expect(parts[1].headerLines.count == 4)
        #expect(String(decoding: parts[1].body, as: UTF8.self).replacing("\r\n", with: "") == png)
        #expect(String(decoding: parts[1].body, as: UTF8.self).split(separator: "\r\n").allSatisfy { $0.count <= 76 })
    }
}
