import Mustache
import Testing

@testable import Messaging

/// Templates and values made up at random, rendered by `MergeTemplate` and by swift-mustache, must come out alike.
struct MergeTemplateEngineTests {
    @Test("renders as swift-mustache does, to the white space", arguments: 0..<20)
    func agrees(seed: Int) throws {
        var dice = Dice(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1)
        for _ in 0..<40 {
            let source = dice.template(depth: 0)
            let values = dice.values()
            let own = try MergeTemplate(source, as: .html).render(values)
            let engine = try MustacheTemplate(string: source).render(values.value)
            #expect(own == engine, "\(source.debugDescription) with \(values.json)")
            let ownText = try MergeTemplate(source, as: .text).render(values)
            let engineText = try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}\n" + source).render(values.value)
            #expect(ownText == engineText, "\(source.debugDescription) with \(values.json)")
        }
    }

    @Test("plain placeholders render as swift-mustache does", arguments: 0..<10)
    func plainAgrees(seed: Int) throws {
        var dice = Dice(state: UInt64(seed) &* 0xD1B5_4A32_D192_ED03 | 1)
        for _ in 0..<100 {
            let source = (0..<6).map { _ in dice.pick(Dice.texts) + "{{" + dice.pick(Dice.names) + "}}" }.joined()
            let values = dice.values()
            let template = try MergeTemplate(source, as: .html)
            #expect(template.hasOnlyPlainPlaceholders)
            #expect(
                try template.render(values) == MustacheTemplate(string: source).render(values.value),
                "\(source.debugDescription) with \(values.json)")
        }
    }
}

private struct Dice {
    static let texts = [
        " ", "  ", "\n", "\r\n", "\t", "\n  ", " \n", "x", "word ", " < & ", "{ ", "}", "} }", "é", "😀\n", "\n\n", "\r",
        "",
        "<a href=\"/", "\u{2028}", "{\n",
    ]
    static let names = ["a", "b", "c", "o", "o.a", "o.b.c", "l", ".a", "o.l", "z", "e", "zero"]

    /// SplitMix64, so that a failing seed can be run again.
    var state: UInt64

    mutating func roll(_ sides: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(sides))
    }

    mutating func pick<T>(_ from: [T]) -> T { from[roll(from.count)] }

    mutating func template(depth: Int) -> String {
        (0..<(2 + roll(7))).map { _ in piece(depth: depth) }.joined()
    }

    private mutating func piece(depth: Int) -> String {
        switch roll(depth < 3 ? 10 : 7) {
        case 0...3: return pick(Self.texts)
        case 4: return "{{" + pick(["", " "]) + pick(Self.names + ["."]) + pick(["", " ", "\n"]) + "}}"
        case 5: return pick(["{{! note }}", "{{!\n}}", "{{!}}"])
        case 6: return "\n"
        default:
            let name = pick(Self.names + ["."])
            return "{{" + pick(["#", "^"]) + name + "}}" + template(depth: depth + 1) + "{{/" + name + pick(["", " "])
                + "}}"
        }
    }

    mutating func values() -> MergeValues {
        var members: [String: MergeValue] = [:]
        for name in ["a", "b", "c", "o", "l", "e", "zero"] where roll(5) > 0 { members[name] = value(depth: 0) }
        return MergeValues(members)
    }

    private mutating func value(depth: Int) -> MergeValue {
        switch roll(depth < 3 ? 10 : 7) {
        case 0: return ""
        case 1: return .string(pick(["text", "<i>\"'&", "é\u{301}", " ", "{{a}}"]))
        case 2: return .number(pick(["0", "0.00", "12.50", "-1", "0e5"]))
        case 3: return .bool(roll(2) == 0)
        case 4: return .null
        case 5: return .list([])
        case 6: return "word"
        case 7: return .list((0..<roll(4)).map { _ in value(depth: depth + 1) })
        default:
            return .object(
                Dictionary(uniqueKeysWithValues: ["a", "b", "c", "l"].map { ($0, value(depth: depth + 1)) }))
        }
    }
}
