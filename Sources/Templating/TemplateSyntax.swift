/// What a template may contain and how its values are written.
public struct TemplateSyntax: Sendable {
    public enum Escaping: Sendable {
        /// `{{name}}` is escaped for HTML, `{{{name}}}` and `{{&name}}` are not, as the specification has it.
        case html
        /// Every value is escaped for HTML: values come from outside and are never markup.
        case alwaysHTML
        /// No value is escaped, for subjects, SMS and other plain text.
        case none
    }

    public var escaping: Escaping
    /// Whether other templates may be named: partials, layouts and blocks. Each is an error otherwise.
    public var allowsPartials: Bool
    /// Whether a value that makes up the start of a link's address is marked, so that the renderer can refuse its scheme.
    public var marksLinks: Bool
    /// Applied to the text between the braces before it is read. Visual editors write quotes and angle brackets there as
    /// entities.
    public var decodingTags: (@Sendable (String) -> String)?

    /// The language as it is published, unless told otherwise.
    public init(
        escaping: Escaping = .html, allowsPartials: Bool = true, marksLinks: Bool = false,
        decodingTags: (@Sendable (String) -> String)? = nil
    ) {
        self.escaping = escaping
        self.allowsPartials = allowsPartials
        self.marksLinks = marksLinks
        self.decodingTags = decodingTags
    }
}
