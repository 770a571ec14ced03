import Testing

@testable import Messaging

struct MergeValueTests {
    @Test("JSON comes back as it went in, keys in order, numbers as written")
    func roundTrip() throws {
        let value = try MergeValue(json: #" {"b": [1, 2.50, -0, 1e3, true, false, null], "a": {"x": "é\n\"\\/😀"} } "#)
        #expect(value.json == #"{"a":{"x":"é\n\"\\/😀"},"b":[1,2.50,-0,1e3,true,false,null]}"#)
        #expect(try MergeValue(json: value.json) == value)
    }

    @Test("escapes are read", arguments: escapesCases)
    func escapes(json: String, text: String) throws {
        #expect(try MergeValue(json: json) == .string(text))
        #expect(try MergeValue(json: MergeValue.string(text).json) == .string(text))
    }

    @Test("malformed JSON is refused with a sentence", arguments: malformedCases)
    func malformed(json: String) {
        #expect { try MergeValue(json: json) } throws: {
            ($0 as? MergeValueError)?.message.hasPrefix("The values") == true
        }
    }

    @Test("32 levels are read, 33 refused, a hundred thousand refused without following them")
    func depth() throws {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        _ = try MergeValue(json: nested(32))
        #expect(throws: MergeValueError.self) { try MergeValue(json: nested(33)) }
        #expect(throws: MergeValueError.self) { try MergeValue(json: nested(100_000)) }
    }

    @Test("more than 256 KB is refused")
    func size() throws {
        let most = MergeValue.maximumBytes - 2
        _ = try MergeValue(json: "\"" + String(repeating: "a", count: most) + "\"")
        #expect(throws: MergeValueError.self) {
            try MergeValue(json: "\"" + String(repeating: "a", count: most + 1) + "\"")
        }
    }

    @Test("dotted paths walk objects only")
    func paths() {
        let value: MergeValue = ["member": ["name": "Ada", "tags": ["a"], "note": .null]]
        #expect(value[path: "member.name"] == "Ada")
        #expect(value[path: "member.note"] == MergeValue.null)
        #expect(value[path: "member.tags.0"] == Optional<MergeValue>.none)
        #expect(value[path: "member.name.x"] == Optional<MergeValue>.none)
        #expect(value[path: "nobody"] == Optional<MergeValue>.none)
    }

    @Test("what opens a section", arguments: truthCases)
    func truth(value: MergeValue, isTruthy: Bool) {
        #expect(value.isTruthy == isTruthy)
    }
}

struct MergeValuesTests {
    private let ada = MergeValues([
        "first_name": "Ada",
        "email": "ada@example.com",
        "member": ["first_name": "Ada", "balance": 10, "address": ["city": "London"], "id_number": "secret"],
        "items": [["name": "pen"], ["name": "ink"]],
    ])

    @Test("only an object will do", arguments: ["[]", "1", "null", "\"x\""])
    func onlyObjects(json: String) {
        #expect(throws: MergeValueError.self) { try MergeValues(json: json) }
    }

    @Test("merging goes into objects and replaces the rest")
    func merging() {
        let merged = MergeValues(["a": ["x": 1, "y": 2], "b": [1]]).merging(MergeValues(["a": ["y": 3], "b": [2]]))
        #expect(merged.json == #"{"a":{"x":1,"y":3},"b":[2]}"#)
    }

    @Test("pruning keeps the leaves a template names and whole subtrees for sections")
    func pruning() throws {
        let template = try MergeTemplate(
            "{{first_name}} {{member.balance}} {{member}} {{items}} {{nobody.x}}{{#items}}{{name}}{{/items}}", as: .text
        )
        let pruned = ada.pruned(to: template.paths)
        #expect(
            pruned.json == #"{"first_name":"Ada","items":[{"name":"pen"},{"name":"ink"}],"member":{"balance":10}}"#)
        #expect(try template.render(pruned) == template.render(ada))
    }

    @Test("missing names plain variables with nothing to show, once, in order")
    func missing() throws {
        let template = try MergeTemplate(
            "{{surname}}{{first_name}}{{member.phone}}{{surname}}{{member}}{{#vip}}{{level}}{{/vip}}", as: .text)
        #expect(ada.missing(for: template.paths) == ["surname", "member.phone", "member"])
        #expect(
            MergeValues(["a": "", "b": .null, "c": 0]).missing(for: [.init("a"), .init("b"), .init("c")]) == ["a", "b"])
    }

    @Test("missing in a template follows its sections")
    func missingInSections() throws {
        let template = try MergeTemplate(
            "{{#vip}}{{level}}{{/vip}}{{^vip}}{{reason}}{{/vip}}{{#items}}{{name}}{{price}}{{/items}}", as: .html)
        #expect(try template.missing(in: ada) == ["reason", "price"])
        #expect(try template.missing(in: ada.merging(MergeValues(["vip": true]))) == ["level", "price"])
    }
}

private let escapesCases: [(String, String)] = [
    (#""\u0041\u00e9""#, "Aé"), (#""\ud83d\ude00""#, "😀"), (#""\ud83d""#, "\u{FFFD}"), (#""\ud83dx""#, "\u{FFFD}x"),
    (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\b\f\n\r\t\/""#, "\u{8}\u{c}\n\r\t/"), (#""\u0000""#, "\0"),
]

private let malformedCases: [String] = [
    "", " ", "{", "}", "[1,]", "[,1]", "{\"a\":}", "{\"a\" 1}", "{a:1}", "{\"a\":1,}", "01", "1.", ".5", "+1", "1e",
    "-",
    "tru", "nul", "\"a", "\"\n\"", #""\x""#, #""\u12g4""#, "1 2", "[1}", "NaN", "'a'", "{\"a\":1} x",
]

private let truthCases: [(MergeValue, Bool)] = [
    ("", false), ("x", true), ("0", true), (0, false), (.number("0.00"), false), (.number("-0e9"), false),
    (.number("1e-400"), true), (7, true), (true, true), (false, false), (.null, false), (.list([]), false),
    (.list([0]), true), (.object([:]), true),
]
