import Foundation
import Mustache
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
        let pages = try Pages.sources(in: TemplateModels.folder).map(\.name).filter { $0.hasPrefix("Pages/") }
        #expect(Set(pages).subtracting(TemplateModels.all.map(\.template)).sorted() == [])
    }

    @Test("a page is what the engine alone makes of its model", arguments: TemplateModels.all.map(\.template))
    func same(_ template: String) throws {
        let pages = try Pages(folder: TemplateModels.folder, reload: false)
        var engine = MustacheLibrary()
        for (name, text) in try Pages.sources(in: TemplateModels.folder) {
            engine.register(try MustacheTemplate(string: text), named: name)
        }
        for (name, model) in TemplateModels.all where name == template {
            let (mine, theirs) = (try pages.render(template, model), engine.render(model, withTemplate: template) ?? "")
            let differing = zip(mine.split(separator: "\n"), theirs.split(separator: "\n")).first { $0 != $1 }
            #expect(mine == theirs, "\(differing ?? ("", ""))")
        }
    }

    @Test(
        "a page escapes what the engine escapes",
        arguments: [
            "", "plain", "<b>&amp;\"'</b>", "é < ü", "\u{301}<", "a\u{0}b", "👩‍👩‍👧 & co",
        ])
    func escaping(text: String) throws {
        let mine = PageEscaping().escapeText(text)
        let unmarked = text.unicodeScalars.allSatisfy { $0.value != 0x301 }
        if unmarked { #expect(mine == (try MustacheTemplate(string: "{{.}}").render(text))) }
        // A mark that joins a bracket must not hide it.
        #expect(!mine.utf8.contains(UInt8(ascii: "<")))
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
        let template = try MustacheTemplate(string: source)
        #expect(template.render(PageTree.of(model)) == "outer!1a- own2b- own3c- ")
        #expect(template.render(model) == template.render(PageTree.of(model)))
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
