import Testing

@testable import Messaging

struct MergeTemplateTests {
    private func render(_ source: String, _ json: String = "{}", as kind: MergeTemplate.Kind = .html) throws -> String {
        try MergeTemplate(source, as: kind).render(MergeValues(json: json))
    }

    @Test("values are put in, missing ones show nothing", arguments: basicsCases)
    func basics(source: String, json: String, expected: String) throws {
        #expect(try render(source, json) == expected)
        #expect(try render(source, json, as: .text) == expected)
    }

    @Test("HTML escapes every value, text none")
    func escaping() throws {
        let json = #"{"x":"<b>\"&'"}"#
        for tag in ["{{x}}", "{{{x}}}", "{{&x}}", "{{& x }}"] {
            #expect(try render(tag, json) == "&lt;b&gt;&quot;&amp;&#39;")
            #expect(try render(tag, json, as: .text) == #"<b>"&'"#)
        }
        #expect(try render("{{x}}", #"{"x":"<\u0301script>"}"#) == "&lt;\u{301}script&gt;")
    }

    @Test("entities are decoded inside tags of HTML only")
    func entitiesInTags() throws {
        #expect(try render("&lt;{{&nbsp;x&nbsp;}}&gt;", #"{"x":1}"#) == "&lt;1&gt;")
        #expect(try render("{{&amp;x}}", #"{"x":1}"#) == "1")
        #expect(throws: MergeTemplateError(problem: .partial, line: 1)) { try MergeTemplate("{{&gt; x}}", as: .html) }
        #expect(throws: MergeTemplateError(problem: .invalidName("nbsp;x"), line: 1)) {
            try MergeTemplate("{{&nbsp;x}}", as: .text)
        }
    }

    @Test("a value cannot turn a link into a script", arguments: linksCases)
    func links(value: String, shown: String) throws {
        let json = #"{"x":"\#(value)"}"#
        #expect(try render(#"<a HREF = "{{x}}">"#, json) == #"<a HREF = "\#(shown)">"#)
        #expect(try render("<img src='{{#x}}{{x}}{{/x}}'>", json) == "<img src='\(shown)'>")
    }

    @Test("a value in text is not taken for a link")
    func notLinks() throws {
        #expect(try render("<b title=\"{{x}}\">{{x}}", #"{"x":"note: a"}"#) == "<b title=\"note: a\">note: a")
    }

    @Test("what is wrong is said with its line", arguments: problemsCases)
    func problems(source: String, problem: MergeTemplateError.Problem, line: Int) {
        let expected = MergeTemplateError(problem: problem, line: line)
        #expect(throws: expected) { try MergeTemplate(source, as: .html) }
        #expect(throws: expected) { try MergeTemplate(source, as: .text) }
        #expect(expected.message.hasPrefix("Line \(line): "))
    }

    @Test(
        "what only pages can do is refused in the words of messages",
        arguments: [
            ("{{> head}}", "{{> }} is not available in messages. Use a header, a footer or a wrapper instead."),
            ("{{<a}}{{/a}}", "{{< }} and {{$ }} are not available in messages."),
            ("{{$a}}{{/a}}", "{{< }} and {{$ }} are not available in messages."),
            ("{{=<% %>=}}", "The delimiters {{ and }} cannot be changed in messages."),
            ("{{% CONTENT_TYPE:TEXT}}", "{{% }} is not available in messages."),
        ])
    func wording(source: String, sentence: String) {
        #expect {
            try MergeTemplate(source, as: .html)
        } throws: {
            ($0 as? MergeTemplateError)?.message == "Line 1: " + sentence
        }
    }

    @Test("64 levels are allowed; the 65th is refused, a hundred thousand no differently")
    func nesting() throws {
        func nested(_ levels: Int) -> String {
            String(repeating: "{{#a}}", count: levels) + "x" + String(repeating: "{{/a}}", count: levels)
        }
        #expect(try render(nested(64), #"{"a":true}"#) == "x")
        #expect(throws: MergeTemplateError(problem: .tooDeep, line: 1)) { try MergeTemplate(nested(65), as: .html) }
        let hostile = String(repeating: "{{#a}}", count: 100_000)
        #expect(throws: MergeTemplateError(problem: .tooDeep, line: 1)) { try MergeTemplate(hostile, as: .html) }
    }

    @Test("size and number of tags are bounded")
    func size() throws {
        #expect(throws: MergeTemplateError(problem: .tooLarge, line: nil)) {
            try MergeTemplate(String(repeating: "a", count: MergeTemplate.maximumBytes + 1), as: .text)
        }
        #expect(throws: MergeTemplateError(problem: .tooManyTags, line: 1)) {
            try MergeTemplate(String(repeating: "{{a}}", count: 10_001), as: .text)
        }
        let braces = String(repeating: "{ ", count: 500_000)
        #expect(try render(braces) == braces)
    }

    @Test("lists that multiply end in an error, not in all memory")
    func multiplication() throws {
        let list = "[" + Array(repeating: "1", count: 200).joined(separator: ",") + "]"
        let values = try MergeValues(json: #"{"a":\#(list)}"#)
        let loops = String(repeating: "{{#a}}", count: 8) + "text" + String(repeating: "{{/a}}", count: 8)
        let template = try MergeTemplate(loops, as: .html)
        let tooLarge = MergeTemplateError(problem: .outputTooLarge, line: nil)
        #expect(throws: tooLarge) { try template.render(values) }
        #expect(tooLarge.message == "The message would be larger than 8 MB for this receiver.")
        let silent = String(repeating: "{{#a}}", count: 8) + "{{b}}" + String(repeating: "{{/a}}", count: 8)
        let silentTemplate = try MergeTemplate(silent, as: .html)
        #expect(throws: tooLarge) { try silentTemplate.render(values) }
    }

    @Test("paths tell what is asked for, where")
    func paths() throws {
        let template = try MergeTemplate(
            "{{a}}{{a}}{{#m}}{{.b}}{{.}}{{^c.d}}{{a}}{{/c.d}}{{/m}}", as: .html)
        #expect(
            template.paths == [
                MergePath("a"),
                MergePath("m", isSection: true),
                MergePath("b", guardedBy: ["m"]),
                MergePath("c.d", isSection: true, guardedBy: ["m"]),
                MergePath("a", guardedBy: ["m", "^c.d"]),
            ])
        #expect(template.slots == ["a", "b"])
        #expect(!template.hasOnlyPlainPlaceholders)
        #expect(try MergeTemplate("{{a}} and {{b}}", as: .text).hasOnlyPlainPlaceholders)
        #expect(try MergeTemplate("plain", as: .text).paths.isEmpty)
    }
}

private let basicsCases: [(String, String, String)] = [
    ("Dear {{name}},", #"{"name":"Ada"}"#, "Dear Ada,"),
    ("Dear {{member.name}}{{member.title}}{{x.y}},", #"{"member":{"name":"Ada","title":null}}"#, "Dear Ada,"),
    ("{{n}} {{t}}", #"{"n":10.00,"t":true}"#, "10.00 true"),
    ("{{#a}}yes{{/a}}{{^a}}no{{/a}}", #"{"a":"x"}"#, "yes"),
    ("{{#a}}yes{{/a}}{{^a}}no{{/a}}", #"{"a":0.00}"#, "no"),
    ("{{#a}}yes{{/a}}{{^a}}no{{/a}}", #"{"a":""}"#, "no"),
    ("{{#items}}{{name}},{{/items}}", #"{"items":[{"name":"pen"},{"name":"ink"}]}"#, "pen,ink,"),
    ("{{#items}}{{.}}{{/items}}", #"{"items":["a",1,true]}"#, "a1true"),
    ("{{#m}}{{name}}{{city}}{{.city}}{{/m}}", #"{"m":{"name":"Ada"},"city":"Paris"}"#, "AdaParis"),
    ("a{{! not shown }}b", "{}", "ab"),
    ("{{ # a }}x{{ / a }}", #"{"a":true}"#, "x"),
    ("no tags } } { {", "{}", "no tags } } { {"),
    ("", "{}", ""),
]

private let linksCases: [(String, String)] = [
    ("javascript:alert(1)", ""), (" java\\nscript:alert(1)", ""), ("vbscript:x", ""), ("data:text/html,x", ""),
    ("https://example.com/a:b", "https://example.com/a:b"), ("/a?b=c:d", "/a?b=c:d"),
    ("mailto:a@example.com", "mailto:a@example.com"),
]

private let problemsCases: [(String, MergeTemplateError.Problem, Int)] = [
    ("a\nb {{name", MergeTemplateError.Problem.unclosedTag, 2),
    ("{{}}", .emptyTag, 1), ("\n\n{{ }}", .emptyTag, 3), ("{{#}}x{{/}}", .emptyTag, 1),
    ("{{first name}}", .invalidName("first name"), 1), ("{{prénom}}", .invalidName("prénom"), 1),
    ("{{a..b}}", .invalidName("a..b"), 1), ("{{upper(x)}}", .invalidName("upper(x)"), 1),
    ("{{#a}}\nx", .unclosedSection("a"), 2), ("{{#a}}x{{/b}}", .mismatchedSection(open: "a", close: "b"), 1),
    ("x\n{{/a}}", .unopenedSection("a"), 2), ("{{> head}}", .partial, 1), ("{{<a}}{{/a}}", .block, 1),
    ("{{$a}}{{/a}}", .block, 1), ("{{=<% %>=}}", .setDelimiter, 1), ("{{% CONTENT_TYPE:TEXT}}", .pragma, 1),
    ("{{{a}}", .unclosedTag, 1), ("{{{{a}}}}", .invalidName("{a"), 1), ("{{{#a}}}{{/a}}", .invalidName("#a"), 1),
]
