/// One message as its receiver sees it.
public struct RenderedContent: Sendable, Hashable {
    public var subject: String
    /// Complete HTML document; empty for channels other than email.
    public var html: String
    public var text: String
    public var extras: ContentExtras

    public init(subject: String = "", html: String = "", text: String = "", extras: ContentExtras = ContentExtras()) {
        self.subject = subject
        self.html = html
        self.text = text
        self.extras = extras
    }

    /// Content with its placeholders, for texts that cannot be merged.
    public init(unmerged content: Content) {
        self.init(subject: content.subject, html: content.html, text: content.text, extras: content.extras)
    }
}

/// Texts of a content, by their names in forms and the API.
public enum ContentField: String, CaseIterable, Hashable, Sendable {
    case subject, html, text, icon
    case actionURL = "action_url"
    /// Parameters of an approved template.
    case parameters
}

/// Validation errors of a content, by field.
public struct ContentProblems: Error, Sendable, Hashable {
    public var problems: [ContentField: String]

    public init(_ problems: [ContentField: String]) { self.problems = problems }
}

/// Content parsed once and rendered for every receiver. Recently parsed contents are cached, because one API call
/// checks, fans out and shows the same content.
public struct ContentRenderer: Sendable {
    /// Maximum length of a summary in the log, in characters.
    public static let summaryLength = 200

    public let content: Content
    /// Variables used by any of the texts, which a message must store for its receiver.
    public let paths: [MergePath]
    /// Whether a text uses the unsubscribe URL.
    public let asksForUnsubscribing: Bool
    private let subject: MergeTemplate
    public let html: MergeTemplate
    public let text: MergeTemplate
    private let extras: ExtrasRenderer

    public init(_ content: Content) throws(ContentProblems) {
        if let known = KnownRenderers.shared[content] {
            self = known
            return
        }
        try self.init(parsing: content)
        KnownRenderers.shared.keep(self)
    }

    private init(parsing content: Content) throws(ContentProblems) {
        var problems: [ContentField: String] = [:]
        func parse(_ source: String, _ kind: MergeTemplate.Kind, _ field: ContentField) -> MergeTemplate? {
            do {
                return try MergeTemplate(source, as: kind)
            } catch {
                problems[field] = (error as? MergeTemplateError)?.message ?? "This template cannot be read."
                return nil
            }
        }
        let subject = parse(content.subject, .text, .subject)
        let html = parse(content.html, .html, .html)
        let text = parse(content.text, .text, .text)
        let extras = ExtrasRenderer(content.extras, parse)
        guard let subject, let html, let text, let extras else {
            // A mail's text is derived from its HTML, so an error is reported once.
            if problems[.html] != nil { problems[.text] = nil }
            throw ContentProblems(problems)
        }
        self.content = content
        (self.subject, self.html, self.text, self.extras) = (subject, html, text, extras)
        var seen = Set<MergePath>()
        paths = ([subject, html, text] + extras.templates).flatMap(\.paths).filter { seen.insert($0).inserted }
        asksForUnsubscribing = paths.contains { $0.path == UnsubscribeLinks.mergeName }
    }

    /// - Throws: `MergeTemplateError` if nested lists would make a text too large.
    public func render(_ values: MergeValues) throws -> RenderedContent {
        RenderedContent(
            subject: try renderSubject(values), html: try html.render(values), text: try text.render(values),
            extras: try extras.render(values))
    }

    /// Summary for the log: the subject, or the start of the text, on one line of at most 200 characters.
    public func summary(_ values: MergeValues) throws -> String {
        let line = content.subject.isEmpty ? "" : try renderSubject(values)
        return Self.shortened(line.isEmpty ? Self.oneLine(try text.render(values)) : line)
    }

    /// Variables this receiver's message would use but that have no value, each once.
    public func missing(in values: MergeValues) throws -> [String] {
        var seen = Set<String>()
        return try ([subject, html, text] + extras.templates).flatMap { try $0.missing(in: values) }
            .filter { seen.insert($0).inserted }
    }

    /// Renders the subject on one line, so that a line break in a value cannot end the header.
    public func renderSubject(_ values: MergeValues) throws -> String { Self.oneLine(try subject.render(values)) }

    static func shortened(_ line: String) -> String {
        line.utf8.count <= summaryLength || line.count <= summaryLength ? line : line.prefix(summaryLength - 1) + "…"
    }

    /// Replaces runs of white space and control characters by single spaces.
    static func oneLine(_ text: String) -> String {
        if isOneLine(text) { return text }
        var out = String.UnicodeScalarView()
        var owesSpace = false
        for scalar in text.unicodeScalars {
            if scalar.value <= 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.properties.isWhitespace {
                owesSpace = !out.isEmpty
                continue
            }
            if owesSpace { out.append(" ") }
            owesSpace = false
            out.append(scalar)
        }
        return String(out)
    }

    /// Fast path for nearly every subject: printable ASCII with single spaces inside.
    private static func isOneLine(_ text: String) -> Bool {
        var wasSpace = true
        for byte in text.utf8 {
            guard byte >= 32, byte < 127, !(byte == 32 && wasSpace) else { return false }
            wasSpace = byte == 32
        }
        return !wasSpace || text.isEmpty
    }
}
