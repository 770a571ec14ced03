import Foundation
import Mustache
import Templating
import Testing

@testable import Console

/// The engine renders an unknown name as nothing, silently. Here every tag of every template is looked up in a sample of
/// its model, in which everything optional is there.
@Suite("Templates and their models")
struct TemplateTests {
    @Test("every tag names a stored property", arguments: TemplateModels.all.map(\.template))
    func tags(_ template: String) throws {
        let model = try #require(TemplateModels.all.first { $0.template == template }).model
        var check = TagCheck(sources: Dictionary(uniqueKeysWithValues: try Pages.sources(in: TemplateModels.folder)))
        check.check(template, [model])
        #expect(check.problems == [])
    }

    @Test("every page's template has a model here")
    func complete() throws {
        let pages = try Pages.sources(in: TemplateModels.folder).filter { $0.text.contains("{{<Layout}}") }.map(\.name)
        #expect(pages.count > 50)
        #expect(Set(pages).subtracting(TemplateModels.all.map(\.template)).sorted() == [])
    }

    /// Without the white space that lines begin with, which the renderer leaves to the template.
    private static func unindented(_ text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.drop { $0 == " " || $0 == "\t" } }
    }

    @Test("a page is what swift-mustache makes of it", arguments: TemplateModels.all.map(\.template))
    func same(_ template: String) throws {
        let pages = try Pages(folder: TemplateModels.folder, reload: false)
        var reference = MustacheLibrary()
        for (name, text) in try Pages.sources(in: TemplateModels.folder) {
            reference.register(try MustacheTemplate(string: text), named: name)
        }
        for (name, model) in TemplateModels.all where name == template {
            let mine = Self.unindented(try pages.render(template, model))
            let theirs = Self.unindented(reference.render(model, withTemplate: template) ?? "")
            let differing = zip(mine, theirs).first { $0 != $1 }
            #expect(mine == theirs, "\(differing ?? ("", ""))")
        }
    }

    @Test("a row that names its fields names those that reflection finds")
    func rows() {
        let row = TemplateModels.row
        #expect(PageValue.fields(row.pageFields) == PageValue.reflected(row))
    }

    private func render(_ source: String, _ model: Any, _ others: [String: String] = [:]) throws -> String {
        try Template(source).render(PageValue(model), partials: others.mapValues { try Template($0) })
    }

    @Test(
        "a value is escaped like swift-mustache escapes it",
        arguments: [
            "", "plain", "<b>&amp;\"'</b>", "é < ü", "a\u{0}b", "👩‍👩‍👧 & co",
        ])
    func escaping(text: String) throws {
        #expect(try render("{{.}}|{{{.}}}", text) == (try MustacheTemplate(string: "{{.}}|{{{.}}}").render(text)))
    }

    @Test("a mark that joins a bracket does not hide it")
    func joined() throws {
        #expect(try render("{{.}}", "<\u{301}b>") == "&lt;\u{301}b&gt;")
    }

    @Test("a name that a value leaves empty is looked for further out")
    func outerNames() throws {
        struct Outer {
            let name: String
            let count: Int?
            let items: [Inner]
        }
        struct Inner {
            let name: String?
            let flag: Bool?
            let pair: (left: Int, right: String)
        }
        let model = Outer(
            name: "outer", count: nil,
            items: [
                Inner(name: nil, flag: true, pair: (1, "a")), Inner(name: "own", flag: false, pair: (2, "b")),
                Inner(name: "own", flag: nil, pair: (3, "c")),
            ])
        let source = "{{#items}}{{name}}{{#flag}}!{{/flag}}{{pair.left}}{{pair.right}}{{^count}}-{{/count}} {{/items}}"
        #expect(try render(source, model) == "outer!1a- own2b- own3c- ")
        #expect(try MustacheTemplate(string: source).render(model) == "outer!1a- own2b- own3c- ")
    }

    static let shapes = [
        "{{#a}}\n  x\n{{/a}}\ny", "  {{#a}}  \nx {{/a}} z\n", "{{! comment }}\nx{{!c}}y\n", "{{^none}}\nn\n{{/none}}\n",
        "a\n{{>P}}\nb {{>P}} c\n", "{{<L}}{{$t}}T{{/t}}{{/L}}", "{{<L}}\n{{$t}}\none\n{{/t}}\n{{/L}}\nafter",
        "{ {{b}} }",
        "{{#list}}{{.}},{{/list}}{{^list}}none{{/list}}", "{{#empty}}x{{/empty}}{{^empty}}none {{b}}{{/empty}}",
        "{{&b}}{{{b}}}{{b}}", "{{a.deep}}{{a.none}}{{none.deep}}", "{{#a}}{{.deep}}{{.b}}{{b}}{{/a}}",
        "{{#b}}{{.}}{{/b}}",
    ]

    @Test("tags that stand alone take their line along", arguments: shapes)
    func lines(source: String) throws {
        let model: [String: Any] = [
            "a": ["deep": "D"], "b": "<b>", "list": ["1", "2"], "empty": [String](),
        ]
        let others = ["P": "p{{b}}\n", "L": "[{{$t}}usual{{/t}}]{{$u}}\nother\n{{/u}}\n"]
        var reference = MustacheLibrary()
        for (name, text) in others { reference.register(try MustacheTemplate(string: text), named: name) }
        reference.register(try MustacheTemplate(string: source), named: "page")
        let (mine, theirs) = (try render(source, model, others), reference.render(model, withTemplate: "page") ?? "")
        #expect(Self.unindented(mine) == Self.unindented(theirs), "\(mine.debugDescription) \(theirs.debugDescription)")
    }

    @Test(
        "what cannot be read is told with its line",
        arguments: [
            ("a\n{{#b}}", 2), ("{{/b}}", 1), ("x\n\n{{b", 3), ("{{}}", 1), ("{{<L}}{{b}}{{/L}}", 1), ("{{a(b)}}", 1),
            ("{{#a}}{{/b}}", 1),
        ])
    func unreadable(source: String, line: Int) {
        #expect { try Template(source) } throws: { ($0 as? TemplateError)?.line == line }
    }

    @Test("a folder with a template that cannot be read is refused with its file and line")
    func broken() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "templates-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "a\n{{#b}}\n".write(to: folder.appending(path: "Page.mustache"), atomically: false, encoding: .utf8)
        #expect {
            try Pages(folder: folder.path, reload: false)
        } throws: {
            "\($0)" == "Page.mustache: Line 3: The section {{#b}} is never closed. Add {{/b}}."
        }
    }

    @Test("a partial that names itself without end is an error")
    func recursion() {
        #expect(throws: TemplateError(problem: .endlessPartial("P"), line: nil)) {
            try render("{{>P}}", ["x": "y"], ["P": "{{x}}{{>P}}"])
        }
    }

    @Test("the check finds a name that is not there")
    func canFail() {
        struct Model {
            let known: String
            let items: [Item]
        }
        struct Item { let name: String? }
        var check = TagCheck(sources: ["P": "{{known}}{{#items}}{{name}}{{nmae}}{{.known}}{{/items}}{{unknown.deep}}"])
        check.check("P", [Model(known: "", items: [Item(name: "x")])])
        #expect(check.problems == ["P: {{nmae}}", "P: {{.known}}", "P: {{unknown.deep}}"])
    }
}

/// Reads tags as the engine does and resolves them by reflection.
struct TagCheck {
    let sources: [String: String]
    private(set) var problems: [String] = []

    init(sources: [String: String]) { self.sources = sources }

    mutating func check(_ template: String, _ stack: [Any]) {
        guard let source = sources[template] else {
            problems.append("\(template): no such template")
            return
        }
        walk(source, template, stack)
    }

    private mutating func walk(_ source: String, _ template: String, _ start: [Any]) {
        var (open, close) = ("{{", "}}")
        var stacks = [start]
        var skipped: String?
        var rest = Substring(source)
        while let from = rest.range(of: open) {
            rest = rest[from.upperBound...]
            let isTriple = rest.first == "{"
            guard let to = rest.range(of: isTriple ? "}" + close : close) else { break }
            var tag = rest[..<to.lowerBound].trimmingCharacters(in: .whitespacesAndNewlines)
            rest = rest[to.upperBound...]
            if isTriple { tag.removeFirst() }
            if tag.hasPrefix("=") {
                let marks = tag.dropFirst().dropLast().split(separator: " ")
                (open, close) = (String(marks[0]), String(marks[1]))
                continue
            }
            let name = tag.drop { "#^/><$&! ".contains($0) }.trimmingCharacters(in: .whitespaces)
            if let ending = skipped {
                if tag.first == "/", name == ending { skipped = nil }
                continue
            }
            step(tag, name, template, &stacks, &skipped)
        }
    }

    private mutating func step(
        _ tag: String, _ name: String, _ template: String, _ stacks: inout [[Any]], _ skipped: inout String?
    ) {
        let stack = stacks[stacks.count - 1]
        switch tag.first {
        case "!": break
        case ">": check(name, stack)
        case "<":
            check(name, stack)
            stacks.append(stack)
        case "$": stacks.append(stack)
        case "/": stacks.removeLast()
        case "#":
            guard let value = resolve(name, stack, tag, template) else {
                skipped = name
                return
            }
            stacks.append(inner(value, stack, tag, template))
        case "^":
            _ = resolve(name, stack, tag, template)
            stacks.append(stack)
        default: _ = resolve(name, stack, tag, template)
        }
    }

    /// A list lends its first element, anything but a Bool itself.
    private mutating func inner(_ value: Any, _ stack: [Any], _ tag: String, _ template: String) -> [Any] {
        if value is Bool { return stack }
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .collection else { return stack + [value] }
        guard let first = mirror.children.first?.value else {
            problems.append("\(template): the sample of {{\(tag)}} is empty")
            return stack
        }
        return stack + [first]
    }

    private mutating func resolve(_ name: String, _ stack: [Any], _ tag: String, _ template: String) -> Any? {
        if name == "." { return stack.last }
        let parts = name.split(separator: ".").map(String.init)
        let scopes = name.hasPrefix(".") ? stack.suffix(1) : stack[...]
        for scope in scopes.reversed() {
            guard var value = Self.property(parts[0], of: scope) else { continue }
            for part in parts.dropFirst() {
                guard let next = Self.property(part, of: value) else {
                    problems.append("\(template): {{\(tag)}}")
                    return nil
                }
                value = next
            }
            return value
        }
        problems.append("\(template): {{\(tag)}}")
        return nil
    }

    private static func property(_ name: String, of value: Any) -> Any? {
        Mirror(reflecting: value).children.first { $0.label == name }.flatMap { unwrap($0.value) }
    }

    static func unwrap(_ value: Any) -> Any? {
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .optional else { return value }
        return mirror.children.first.flatMap { unwrap($0.value) }
    }
}
