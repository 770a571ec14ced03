import Templating
import Testing

struct RenderingOptionsTests {
    private func render(_ source: String, _ value: SampleValue, _ syntax: TemplateSyntax) throws -> String {
        try Template(source, syntax: syntax).render(value)
    }

    @Test("values are escaped as the syntax asks")
    func escaping() throws {
        let (source, value) = ("{{a}}|{{{a}}}|{{&a}}", SampleValue.object(["a": "<"]))
        #expect(try render(source, value, TemplateSyntax(escaping: .html)) == "&lt;|<|<")
        #expect(try render(source, value, TemplateSyntax(escaping: .alwaysHTML)) == "&lt;|&lt;|&lt;")
        #expect(try render(source, value, TemplateSyntax(escaping: .none)) == "<|<|<")
    }

    @Test("a mark that joins a bracket does not hide it")
    func joined() throws {
        #expect(try render("{{a}}", ["a": "<\u{301}b>"], TemplateSyntax()) == "&lt;\u{301}b&gt;")
    }

    @Test("text inside the braces can be decoded before it is read")
    func decoding() throws {
        let syntax = TemplateSyntax(decodingTags: { $0.replacing("~", with: "#") })
        #expect(try render("~{{~a}}x{{/a}}", ["a": true], syntax) == "~x")
    }

    @Test("a value at the start of a link's address is asked about")
    func links() throws {
        let options = RenderingOptions(allowsLink: { !$0.hasPrefix("bad:") })
        let source = "<a HREF = '{{a}}'>{{a}}</a><img src=\"{{#s}}{{{a}}}{{/s}}\"><b title=\"{{a}}\">"
        let value = SampleValue.object(["a": "bad:x", "s": true])
        #expect(
            try Template(source, syntax: TemplateSyntax(escaping: .alwaysHTML, marksLinks: true))
                .render(value, options: options) == "<a HREF = ''>bad:x</a><img src=\"\"><b title=\"bad:x\">")
        #expect(try Template("<a href=\"{{a}}\">").render(value, options: options) == "<a href=\"bad:x\">")
    }

    @Test("the result is bounded in bytes and in steps")
    func bounds() throws {
        let template = try Template("{{#a}}{{b}}xx{{/a}}")
        let value = SampleValue.object(["a": .list(Array(repeating: .null, count: 10))])
        #expect(try template.render(value, options: RenderingOptions(maximumBytes: 20)).utf8.count == 20)
        #expect(throws: TemplateError(problem: .outputTooLarge, line: nil)) {
            try template.render(value, options: RenderingOptions(maximumBytes: 19))
        }
        #expect(try template.render(value, options: RenderingOptions(maximumSteps: 31)).utf8.count == 20)
        #expect(throws: TemplateError(problem: .outputTooLarge, line: nil)) {
            try template.render(value, options: RenderingOptions(maximumSteps: 30))
        }
    }

    @Test("missing values are reported where the template reaches them, each once")
    func missing() throws {
        let template = try Template("{{a}}{{b}}{{b}}{{e}}{{#no}}{{c}}{{/no}}{{#l}}{{.d}}{{/l}}{{^l}}{{f}}{{/l}}{{o.x}}")
        let value: SampleValue = ["a": "x", "e": "", "l": [["d": "x"], [:]], "o": [:]]
        #expect(try template.missing(in: value) == ["b", "e", ".d", "o.x"])
        #expect(try Template("text").missing(in: value) == [])
    }
}
