/// A Mustache template, parsed once and rendered for many values. Pages and messages share it; `TemplateSyntax` says what
/// differs between them.
///
/// It is our own because swift-mustache looks into values by reflection at every tag (a page of the send log took 7 ms),
/// reads some sources in time quadratic in their length, and bounds neither nesting nor what nested lists multiply to.
///
/// The language is the published Mustache specification. `TemplatingTests` has a case for each rule below.
///
/// | rule | here |
/// |---|---|
/// | variables, dotted names, `.` for the innermost value | yes |
/// | names | letters, digits, `.`, `-`, `_`, `?` and `*` of ASCII; of templates and blocks `/`, but no `?` or `*` |
/// | `{{{name}}}`, `{{&name}}` | yes; still escaped with `Escaping.alwaysHTML` |
/// | sections, inverted sections, lists, comments | yes |
/// | tags alone on their line take the line with them | yes, with the two exceptions below |
/// | partials `{{>name}}`, layouts `{{<name}}` and blocks `{{$name}}` (the optional inheritance rules) | where `allowsPartials` |
/// | indentation of a partial, a layout or a block | ignored: HTML does not need it, and inside `<pre>` it is wrong |
/// | a variable or a section directly inside `{{<name}}` | an error, where the specification ignores it; text is ignored |
/// | set-delimiter tags `{{=<% %>=}}` | an error: one pair of marks keeps content from outside easy to check |
/// | dynamic names `{{>*name}}` | an error: which templates a page needs is known when it is loaded |
/// | lambdas | none: a value is data, never code |
///
/// Additions: a name with a leading dot (`{{.name}}`) is looked up in the innermost value only; space is allowed before
/// `#`, `^`, `/`, `&`, `!`, `>`, `<` and `$`; every Unicode line end counts after a tag that is alone on its line.
///
/// Two rules about lines follow swift-mustache, with which content was written and first rendered, and not the
/// specification:
/// - What follows `{{/name}}` on its line counts as the start of a line exactly when the opening tag was alone on its own.
/// - White space after the last line end is dropped.
///
/// Parsing takes one pass without recursion, so no source costs more than its length.
public struct Template: Sendable {
    /// Largest source, in bytes. Mail clients cut a message off at about 100 KB; ten times that is a mistake.
    public static let maximumBytes = 1024 * 1024
    /// Deepest nesting of sections, layouts and blocks in one source.
    public static let maximumDepth = 64
    /// Most tags in one source.
    public static let maximumTags = 10_000
    /// Deepest nesting of partials, layouts and filled blocks in one result. A template that names itself would never end.
    public static let maximumPartialDepth = 32

    /// The template in the order of its source; see `TemplateNode` for how sections enclose the nodes behind them.
    public let nodes: [TemplateNode]
    /// Bytes of the text outside tags.
    public let textBytes: Int

    /// - Throws: `TemplateError` with the line of the first mistake.
    public init(_ source: String, syntax: TemplateSyntax = TemplateSyntax()) throws(TemplateError) {
        var parser = try TemplateParser(source, syntax)
        nodes = try parser.parse()
        textBytes = nodes.reduce(0) { sum, node in
            if case .text(let text) = node { sum + text.utf8.count } else { sum }
        }
    }
}
