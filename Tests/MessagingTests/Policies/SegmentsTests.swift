import Messaging
import Testing

struct SegmentsTests {
    @Test("Segments are counted as documented", arguments: tableCases)
    func table(text: String, encoding: Segments.Encoding, units: Int, segments: Int) {
        let result = Segments(of: text)
        #expect(result.encoding == encoding)
        #expect(result.units == units)
        #expect(result.segments == segments)
    }

    @Test("The remaining units of the last segment are reported", arguments: remainingCases)
    func remaining(text: String, perSegment: Int, remaining: Int) {
        let result = Segments(of: text)
        #expect(result.perSegment == perSegment)
        #expect(result.remainingInSegment == remaining)
    }

    @Test("The characters that force UCS-2 are listed once, in order, at most ten")
    func forcedBy() {
        #expect(Segments(of: "Hello [£5] ~€").forcedBy == [])
        #expect(Segments(of: "“Hi” – it’s “you”").forcedBy == ["“", "”", "–", "’"])
        #expect(Segments(of: "e\u{301}").forcedBy == ["é"])
        #expect(Segments(of: "אבגדהוזחטיכל").forcedBy.count == 10)
    }

    @Test("A CR LF counts as two units")
    func lineEnds() {
        #expect(Segments(of: "a\r\nb").units == 4)
        #expect(Segments(of: "a\r\nb").encoding == .gsm7)
    }

    @Test("Every character of the GSM alphabet is seven-bit")
    func alphabet() {
        let basic =
            "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
            + "abcdefghijklmnopqrstuvwxyzäöñüà"
        #expect(Segments(of: basic).units == 127)
        #expect(Segments(of: basic).encoding == .gsm7)
        #expect(Segments(of: "^{}\\[~]|€\u{C}").units == 20)
    }
}

private func times(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }

private let tableCases: [(String, Segments.Encoding, Int, Int)] = [
    ("", Segments.Encoding.gsm7, 0, 0), (times(160, "a"), .gsm7, 160, 1), (times(161, "a"), .gsm7, 161, 2),
    (times(306, "a"), .gsm7, 306, 2), (times(307, "a"), .gsm7, 307, 3), (times(160, "é"), .gsm7, 160, 1),
    (times(80, "{"), .gsm7, 160, 1), (times(81, "{"), .gsm7, 162, 2), (times(80, "€"), .gsm7, 160, 1),
    (times(152, "a") + "{" + times(153, "a"), .gsm7, 307, 3), (times(70, "ê"), .ucs2, 70, 1),
    (times(71, "ê"), .ucs2, 71, 2), (times(134, "ê"), .ucs2, 134, 2), (times(135, "ê"), .ucs2, 135, 3),
    (times(35, "😀"), .ucs2, 70, 1), (times(36, "😀"), .ucs2, 72, 2), (times(66, "😀"), .ucs2, 132, 2),
    (times(67, "😀"), .ucs2, 134, 3), (times(70, "`"), .ucs2, 70, 1),
]

private let remainingCases: [(String, Int, Int)] = [
    ("", 160, 160), ("abc", 160, 157), (times(161, "a"), 153, 145), (times(81, "{"), 153, 143), ("ê", 70, 69),
    (times(36, "😀"), 67, 61),
]
