import Templating

/// Why a template cannot be used, or a message not be made from it; said to the person who wrote it.
public struct MergeTemplateError: Error, Equatable, Sendable, CustomStringConvertible {
    public typealias Problem = TemplateError.Problem

    public let problem: Problem
    /// The line of the source, from 1; nil when the problem is not at one place.
    public let line: Int?

    init(problem: Problem, line: Int?) {
        self.problem = problem
        self.line = line
    }

    init(_ error: TemplateError) { self.init(problem: error.problem, line: error.line) }

    /// One or two sentences for the author, with the line number if known.
    public var message: String { line.map { "Line \($0): \(sentence)" } ?? sentence }

    public var description: String { message }

    /// Description in terms of messages where that is more specific than Templating's general one.
    private var sentence: String {
        switch problem {
        case .partial: "{{> }} is not available in messages. Use a header, a footer or a wrapper instead."
        case .block: "{{< }} and {{$ }} are not available in messages."
        case .setDelimiter: "The delimiters {{ and }} cannot be changed in messages."
        case .pragma: "{{% }} is not available in messages."
        case .outputTooLarge:
            "The message would be larger than \(MergeTemplate.maximumOutputBytes / 1024 / 1024) MB for this receiver."
        default: problem.sentence
        }
    }
}
