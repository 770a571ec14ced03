import Templating
import Testing

/// One rule of the language: a template, a value and the text they make.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
    let rule: String
    let template: String
    let value: SampleValue
    let partials: [String: String]
    let expected: String

    init(
        _ rule: String, _ template: String, _ value: SampleValue = [:], partials: [String: String] = [:],
        gives expected: String
    ) {
        self.rule = rule
        self.template = template
        self.value = value
        self.partials = partials
        self.expected = expected
    }

    var testDescription: String { rule }

    func check(sourceLocation: SourceLocation = #_sourceLocation) throws {
        var others: [String: Template] = [:]
        for (name, source) in partials { others[name] = try Template(source) }
        let text = try Template(template).render(value, partials: others)
        #expect(text == expected, "\(rule)", sourceLocation: sourceLocation)
    }
}
