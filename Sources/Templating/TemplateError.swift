/// Why a template cannot be parsed or rendered.
public struct TemplateError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Problem: Equatable, Sendable {
        case tooLarge
        case tooManyTags
        case tooDeep
        case unclosedTag
        case emptyTag
        case invalidName(String)
        case unclosedSection(String)
        case unclosedLayout(String)
        case unclosedBlock(String)
        case mismatchedSection(open: String, close: String)
        case unopenedSection(String)
        /// A tag other than a block directly inside the layout.
        case strayTag(layout: String)
        case partial
        case block
        case dynamicName
        case setDelimiter
        case pragma
        /// The partials, layouts or blocks around this one nest without end.
        case endlessPartial(String)
        case outputTooLarge
    }

    public let problem: Problem
    /// The line of the source, from 1; `nil` when the problem is not at one place.
    public let line: Int?

    public init(problem: Problem, line: Int?) {
        self.problem = problem
        self.line = line
    }

    /// One or two sentences for the author, with the line where it helps.
    public var description: String { line.map { "Line \($0): \(problem.sentence)" } ?? problem.sentence }
}

extension TemplateError.Problem {
    public var sentence: String {
        switch self {
        case .tooLarge: "The content is larger than \(Template.maximumBytes / 1024 / 1024) MB."
        case .tooManyTags: "There are more than \(Template.maximumTags) {{ }} tags."
        case .tooDeep: "Sections are nested more than \(Template.maximumDepth) levels deep."
        case .unclosedTag: "A tag starts with {{ but has no closing }}."
        case .emptyTag: "A tag {{ }} has no name."
        case .invalidName(let name):
            "\"\(Self.short(name))\" is not a valid name. Use letters without accents, digits, dots, - and _, without spaces."
        case .unclosedSection(let name): Self.unclosed("section", "#", name)
        case .unclosedLayout(let name): Self.unclosed("layout", "<", name)
        case .unclosedBlock(let name): Self.unclosed("block", "$", name)
        case .mismatchedSection(let open, let close):
            "{{/\(Self.short(close))}} does not match the open section \(Self.short(open))."
        case .unopenedSection(let name): "{{/\(Self.short(name))}} closes a section that was never opened."
        case .strayTag(let layout):
            "Only blocks, such as {{$title}}, can be used directly in {{<\(Self.short(layout))}}."
        case .partial: "{{> }} is not available here."
        case .block: "{{< }} and {{$ }} are not available here."
        case .dynamicName: "{{>* }} and {{<* }} are not supported: write the name of the template."
        case .setDelimiter: "The delimiters {{ and }} cannot be changed."
        case .pragma: "{{% }} is not supported."
        case .endlessPartial(let name): "\"\(Self.short(name))\" contains itself without end."
        case .outputTooLarge: "The result would be too large."
        }
    }

    private static func unclosed(_ kind: String, _ sigil: String, _ name: String) -> String {
        "The \(kind) {{\(sigil)\(short(name))}} is never closed. Add {{/\(short(name))}}."
    }

    private static func short(_ name: String) -> String { name.count > 60 ? name.prefix(60) + "…" : name }
}
