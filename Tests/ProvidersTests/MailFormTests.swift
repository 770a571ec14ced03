import Foundation
import Messaging
import TestSupport
import Testing

@testable import Providers

@Suite("Prepared mail content")
struct MailFormTests {
    static func form(html: String = "", text: String = "", subject: String = "S {{name}}") throws -> PreparedMail? {
        PreparedMail(
            try ContentRenderer(Content(deliveryChannel: .email, subject: subject, html: html, text: text)),
            composer: Fixture.composer, wrap: { mail, _ in .mail(mail) })
    }

    static func mail(_ form: PreparedMail, _ values: MergeValues) throws -> [UInt8] {
        guard case .mail(let mail) = try form.transfer(of: values, in: blank) else { throw CancellationError() }
        return mail.body.bytes
    }

    static let blank = Fixture.outbound(subject: "", text: "")

    /// Output of the composer for the same message, rendered as a whole.
    static func whole(_ content: Content, _ values: MergeValues) throws -> [UInt8] {
        try Fixture.composer.mail(for: blank.filled(with: try ContentRenderer(content).render(values))).body.bytes
    }

    static let texts = [
        "Dear {{name}},\nyour balance is {{balance}}.\n", "{{name}}", "{{name}}{{balance}}x{{name}}",
        "Grüße {{name}}, wie geht's?\n.dot {{balance}} \nend ", "a=b {{name}} = {{balance}}=",
        "{{name}}\n.\n{{balance}}\r\n\r\n{{name}}\rx",
        String(repeating: "word ", count: 400) + "{{name}}",
        String(repeating: "é some words ", count: 40) + "{{name}}, {{name}}",
        String(repeating: "y", count: 990) + "{{name}}" + String(repeating: "z", count: 4), "tab\t{{name}}\t\nx",
        "control \u{07} {{name}}", "Привет {{name}}", "{{#name}}section{{/name}} x", "see =_{{name}}",
        "<img src=\"data:image/png;base64,AAAA\"> {{name}}", "From {{name}}\nFrom here\n{{balance}} ",
    ]
    static let values: [MergeValues] = [
        MergeValues(["name": "Ada", "balance": .number("10.00")]), MergeValues(),
        MergeValues(["name": "Zoë Größe", "balance": "1=2 "]), MergeValues(["name": "two\nlines", "balance": ".."]),
        MergeValues(["name": .string(String(repeating: "long ", count: 300)), "balance": "日本語テキスト"]),
        MergeValues(["name": "=_boundary", "balance": "data:image/png;base64,QUJD"]),
        MergeValues(["name": "<b>&'\"", "balance": " "]), MergeValues(["name": ".", "balance": "\u{7f}"]),
    ]

    @Test("A prepared mail has the same text as one rendered whole, and no line exceeds the limit", arguments: texts)
    func same(text: String) throws {
        for (html, plain) in [("<p>\(text)</p>", text), (text, ""), ("", text)] {
            let content = Content(deliveryChannel: .email, subject: "S {{name}}", html: html, text: plain)
            guard let form = try Self.form(html: html, text: plain) else { continue }
            for values in Self.values {
                let mine = try Self.mail(form, values)
                let theirs = try ReadMail(try Self.whole(content, values))
                let read = try ReadMail(mine)
                #expect(read["Subject"] == theirs["Subject"])
                #expect(read["To"] == theirs["To"])
                if theirs["Content-Type"]?.hasPrefix("multipart/") == true {
                    #expect(try read.parts().map(\.text) == (try theirs.parts().map(\.text)))
                    #expect(
                        try read.parts().map { $0["Content-Type"]?.prefix(10) }
                            == (try theirs.parts().map { $0["Content-Type"]?.prefix(10) }))
                } else {
                    #expect(read.text == theirs.text)
                }
                Self.expectSound(mine)
            }
        }
    }

    private static func expectSound(_ data: [UInt8]) {
        var line: [UInt8] = []
        for byte in data {
            #expect(byte < 128 && byte != 0)
            if byte == 10 {
                #expect(line.last == 13)
                #expect(line.count <= 999)
                line = []
            } else {
                line.append(byte)
            }
        }
    }

    @Test("The bytes are identical if nothing needs encoding")
    func plain() throws {
        let (html, text) = ("<p>Dear {{name}},</p>\n<p>{{balance}}</p>\n", "Dear {{name}},\n{{balance}}\n")
        let form = try #require(try Self.form(html: html, text: text))
        let content = Content(deliveryChannel: .email, subject: "S {{name}}", html: html, text: text)
        for values in Self.values.prefix(2) {
            #expect(try Self.mail(form, values) == (try Self.whole(content, values)))
        }
    }

    @Test(
        "Sections, pictures and text shorter in base64 are not prepared",
        arguments: [
            "{{#name}}x{{/name}}", "<img src=\"data:image/png;base64,AAAA\">", "Привет, как дела? {{name}}", "{{name}}",
        ])
    func refused(text: String) throws {
        #expect(try Self.form(html: text) == nil)
    }

    @Test("Quoted-printable lines break at 76")
    func widths() throws {
        let text =
            String(repeating: "é some words ", count: 40) + "{{name}}, {{name}}\n" + String(repeating: "x", count: 80)
        let form = try #require(try Self.form(text: text))
        for length in 0..<90 {
            let name = String(repeating: "n", count: length)
            let mail = try ReadMail(try Self.mail(form, MergeValues(["name": .string(name)])))
            #expect(mail["Content-Transfer-Encoding"] == "quoted-printable")
            #expect(mail.body.split(separator: 10).allSatisfy { $0.count <= 77 })
            #expect(mail.text == text.replacing("{{name}}", with: name).replacing("\n", with: "\r\n"))
        }
    }

    @Test("An invalid address is refused, as by the composer")
    func badAddress() throws {
        let form = try #require(try Self.form(text: "x"))
        var blank = Self.blank
        blank.address = "nobody"
        #expect(throws: MessageRefused.self) { try form.transfer(of: MergeValues(["name": "x"]), in: blank) }
    }
}
