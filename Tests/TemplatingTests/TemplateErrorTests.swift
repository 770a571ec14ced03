import Templating
import Testing

/// What is not supported, or not Mustache, is refused with the line and a sentence, never rendered as something else.
struct TemplateErrorTests {
    @Test(
        "what the language leaves out is an error",
        arguments: [
            ("{{=<% %>=}}<% a %>", TemplateError.Problem.setDelimiter), ("a\n{{= | | =}}", .setDelimiter),
            ("{{>*name}}", .dynamicName), ("{{> * name}}", .dynamicName), ("{{<*name}}{{/*name}}", .dynamicName),
            ("{{% CONTENT_TYPE:TEXT}}", .pragma), ("{{upper(name)}}", .invalidName("upper(name)")),
            ("{{#each items}}{{/each items}}", .invalidName("each items")), ("{{@name}}", .invalidName("@name")),
        ])
    func leftOut(source: String, problem: TemplateError.Problem) {
        #expect { try Template(source) } throws: { ($0 as? TemplateError)?.problem == problem }
    }

    @Test(
        "what cannot be read is told with its line",
        arguments: [
            ("a\n{{b", TemplateError.Problem.unclosedTag, 2), ("{{{a}}", .unclosedTag, 1), ("{{}}", .emptyTag, 1),
            ("\n{{ }}", .emptyTag, 2), ("{{#}}", .emptyTag, 1), ("{{>}}", .emptyTag, 1),
            ("{{{#a}}}", .invalidName("#a"), 1),
            ("{{a b}}", .invalidName("a b"), 1), ("{{a..b}}", .invalidName("a..b"), 1),
            ("{{a.}}", .invalidName("a."), 1),
            ("{{a/b}}", .invalidName("a/b"), 1), ("{{>a?}}", .invalidName("a?"), 1), ("{{é}}", .invalidName("é"), 1),
            ("{{#a}}\n\n", .unclosedSection("a"), 3), ("{{^a}}", .unclosedSection("a"), 1),
            ("{{<a}}", .unclosedLayout("a"), 1), ("{{$a}}\n", .unclosedBlock("a"), 2),
            ("\n{{/a}}", .unopenedSection("a"), 2), ("{{#a}}{{/b}}", .mismatchedSection(open: "a", close: "b"), 1),
            ("{{$a}}{{/b}}", .mismatchedSection(open: "a", close: "b"), 1),
            ("{{#a}}{{$b}}{{/a}}{{/b}}", .mismatchedSection(open: "b", close: "a"), 1),
            ("{{<a}}\n{{b}}{{/a}}", .strayTag(layout: "a"), 2), ("{{<a}}{{#b}}{{/b}}{{/a}}", .strayTag(layout: "a"), 1),
            ("{{<a}}{{>b}}{{/a}}", .strayTag(layout: "a"), 1), ("{{<a}}{{{b}}}{{/a}}", .strayTag(layout: "a"), 1),
        ])
    func unreadable(source: String, problem: TemplateError.Problem, line: Int) {
        let error = TemplateError(problem: problem, line: line)
        #expect(throws: error) { try Template(source) }
        #expect(error.description == "Line \(line): \(problem.sentence)")
        #expect(problem.sentence.hasSuffix("."))
    }

    @Test("a name in a sentence is cut short")
    func longName() {
        let sentence = TemplateError.Problem.unclosedSection(String(repeating: "a", count: 1000)).sentence
        #expect(sentence.count < 200)
    }

    @Test("without partials every tag that names another template is an error")
    func withoutPartials() {
        let syntax = TemplateSyntax(allowsPartials: false)
        #expect(throws: TemplateError(problem: .partial, line: 1)) { try Template("{{>a}}", syntax: syntax) }
        #expect(throws: TemplateError(problem: .block, line: 1)) { try Template("{{<a}}{{/a}}", syntax: syntax) }
        #expect(throws: TemplateError(problem: .block, line: 2)) { try Template("\n{{$a}}{{/a}}", syntax: syntax) }
    }

    @Test("size, tags and nesting are bounded")
    func bounds() throws {
        let large = String(repeating: "a", count: Template.maximumBytes)
        #expect(try Template(large).textBytes == Template.maximumBytes)
        #expect(throws: TemplateError(problem: .tooLarge, line: nil)) { try Template(large + "a") }
        let tags = String(repeating: "{{a}}", count: Template.maximumTags)
        #expect(try Template(tags).nodes.count == Template.maximumTags)
        #expect(throws: TemplateError(problem: .tooManyTags, line: 1)) { try Template(tags + "{{a}}") }
        for sigil in ["#", "^", "$"] {
            func nested(_ levels: Int) -> String {
                String(repeating: "{{\(sigil)a}}", count: levels) + String(repeating: "{{/a}}", count: levels)
            }
            #expect(try Template(nested(Template.maximumDepth)).nodes.count == Template.maximumDepth)
            #expect(throws: TemplateError(problem: .tooDeep, line: 1)) { try Template(nested(65)) }
            #expect(throws: TemplateError(problem: .tooDeep, line: 1)) { try Template(nested(80_000)) }
        }
    }

    @Test(
        "a template that contains itself without end is an error",
        arguments: [
            ("{{>a}}", "{{>a}}"), ("{{<a}}{{/a}}", "x{{<a}}{{/a}}"), ("{{>a}}", "{{$b}}{{>a}}{{/b}}"),
            ("{{<a}}{{$b}}x{{$b}}y{{/b}}{{/b}}{{/a}}", "{{$b}}{{/b}}"),
        ])
    func endless(source: String, partial: String) throws {
        let template = try Template(source)
        let others = ["a": try Template(partial)]
        #expect {
            try template.render(SampleValue.null, partials: others)
        } throws: {
            guard case .endlessPartial? = ($0 as? TemplateError)?.problem else { return false }
            return true
        }
    }
}
