/// Why a template cannot be used, or a message not be made from it; said to the person who wrote it.
public struct MergeTemplateError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Problem: Equatable, Sendable {
        case tooLarge
        case tooManyTags
        case tooDeep
        case unclosedTag
        case emptyTag
        case invalidName(String)
        case unclosedSection(String)
        case mismatchedSection(open: String, close: String)
        case unopenedSection(String)
        case partial
        case block
        case setDelimiter
        case pragma
        case outputTooLarge
    }

    public let problem: Problem
    /// The line of the source, from 1; nil when the problem is not at one place.
    public let line: Int?

    /// One or two sentences for the author, with the line where it helps.
    public var message: String {
        guard let line else { return problem.sentence }
        return "Line \(line): " + problem.sentence
    }

    public var description: String { message }
}

extension MergeTemplateError.Problem {
    var sentence: String {
        switch self {
        case .tooLarge: "The content is larger than \(MergeTemplate.maximumBytes / 1024 / 1024) MB."
        case .tooManyTags: "There are more than \(MergeTemplate.maximumTags) {{ }} tags."
        case .tooDeep: "Sections are nested more than \(MergeTemplate.maximumDepth) levels deep."
        case .unclosedTag: "A tag starts with {{ but has no closing }}."
        case .emptyTag: "A tag {{ }} has no name."
        case .invalidName(let name):
            "\"\(Self.short(name))\" is not a valid name. Use letters without accents, digits, dots, - and _, without spaces."
        case .unclosedSection(let name):
            "The section {{#\(Self.short(name))}} is never closed. Add {{/\(Self.short(name))}}."
        case .mismatchedSection(let open, let close):
            "{{/\(Self.short(close))}} does not match the open section \(Self.short(open))."
        case .unopenedSection(let name): "{{/\(Self.short(name))}} closes a section that was never opened."
        case .partial: "{{> }} is not available in messages. Use a header, a footer or a wrapper instead."
        case .block: "{{< }} and {{$ }} are not available in messages."
        case .setDelimiter: "The delimiters {{ and }} cannot be changed in messages."
        case .pragma: "{{% }} is not available in messages."
        case .outputTooLarge:
            "The message would be larger than \(MergeTemplate.maximumOutputBytes / 1024 / 1024) MB for this receiver."
        }
    }

    private static func short(_ name: String) -> String { name.count > 60 ? name.prefix(60) + "…" : name }
}
