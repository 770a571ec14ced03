import Testing

@testable import Messaging

@Suite("Plain mailbox fast path")
struct PlainMailboxTests {
    @Test("The fast path agrees with the full parser and accepts nothing that it rejects")
    func shortWay() {
        let alphabet = Array("aaZZ00xx.-_+@ n\"ü")
        let known = [
            "Ada@Example.ORG", "a@b.c-d.e1", "a@xn--bcher-kva.de", "a@ab--c.de", "a@1.2", "a.@b.c", "a@b..c", "a@-b.c",
            "a@b-.c", "a@b.c-", "@b.c", "a@", "a@b", "a@b.c@d.e",
        ]
        func part(_ most: Int) -> String {
            String((0..<Int.random(in: 1...most)).map { _ in alphabet.randomElement() ?? "a" })
        }
        let made = (0..<4000).map { _ in "\(part(3))@\(part(4)).\(part(2))" }
        var taken = 0
        for text in known + made {
            guard let plain = PlainMailbox(text) else { continue }
            taken += 1
            let long = try? EmailAddress(anyScript: text)
            #expect(long?.localPart == plain.localPart, "\(text)")
            #expect(long?.domain == plain.domain, "\(text)")
            #expect(long?.asciiDomain == plain.domain, "\(text)")
        }
        #expect(taken > 100)
    }

    @Test("An ordinary address takes the fast path, a long label does not")
    func ordinary() {
        #expect(PlainMailbox("ada.lovelace+club@mail.example.org") != nil)
        #expect(PlainMailbox("ada@" + String(repeating: "a", count: 64) + ".org") == nil)
        #expect(PlainMailbox(String(repeating: "a", count: 65) + "@example.org") == nil)
    }
}
