import Templating

/// A place where a template asks for a value.
public struct MergePath: Sendable, Hashable {
    /// The dotted path as the template wrote it, such as `member.first_name`, without a leading dot.
    public let path: String
    /// Its names one by one.
    let steps: [String]
    /// Whether the place is a section or an inverted section rather than a plain variable.
    public let isSection: Bool
    /// The sections around the place, outermost first; an inverted one is written with its `^`.
    public let guardedBy: [String]

    public init(_ path: String, isSection: Bool = false, guardedBy: [String] = []) {
        self.path = path
        steps = path.split(separator: ".").map(String.init)
        self.isSection = isSection
        self.guardedBy = guardedBy
    }
}

extension MergePath {
    /// Every place of `template` that asks for a value, each distinct one once, in the order of the source.
    static func all(in template: Template) -> [MergePath] {
        var paths: [MergePath] = []
        var seen = Set<MergePath>()
        /// The sections around, each with the names of those that guard what it encloses.
        var sections: [(guards: [String], end: Int)] = []
        func add(_ name: TemplateName, isSection: Bool) {
            // "." is the innermost value itself.
            guard !name.steps.isEmpty else { return }
            let path = MergePath(name.path, isSection: isSection, guardedBy: sections.last?.guards ?? [])
            if seen.insert(path).inserted { paths.append(path) }
        }
        for (index, node) in template.nodes.enumerated() {
            while let last = sections.last, last.end <= index { sections.removeLast() }
            switch node {
            case .variable(let name, _): add(name, isSection: false)
            case .section(let name, let end):
                add(name, isSection: true)
                sections.append(((sections.last?.guards ?? []) + [name.written], end))
            case .inverted(let name, let end):
                add(name, isSection: true)
                sections.append(((sections.last?.guards ?? []) + ["^" + name.written], end))
            case .text, .partial, .layout, .block: break
            }
        }
        return paths
    }
}
