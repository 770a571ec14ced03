/// Content written by a person with places for values: `Dear {{member.first_name}}`, sections `{{#account}} … {{/account}}`
/// and inverted sections `{{^account}} … {{/account}}`. Parsed once, rendered for every receiver.
///
/// The language is Mustache as the page engine (swift-mustache) reads it, to the white space around sections; the tests
/// hold the two against each other. The reading and the rendering are our own, because the source and the values come from
/// outside and the engine promises nothing about either: it reads a source in time quadratic in its braces (a style sheet
/// of 1 MB takes minutes), recurses as deep as sections nest, has no bound on what nested lists multiply to, and leaves a
/// `<` unescaped that a combining mark follows.
///
/// Deliberate differences:
/// - No partials, blocks, changed delimiters, pragmas or functions; each is refused with a sentence.
/// - In HTML every value is escaped, also for `{{{name}}}` and `{{&name}}`: values come from outside and are never markup.
/// - In HTML entities inside `{{ }}` are decoded, since visual editors write quotes and angle brackets so.
/// - In HTML a value that makes up the start of an `href`, `src`, `action` or `background` attribute shows nothing when it
///   names a scheme other than those of `LinkPolicy`, so that a value cannot become `javascript:`.
/// - Space between `{{` and `#`, `^`, `/`, `&` or `!` is allowed.
///
/// A value that is missing shows nothing.
public struct MergeTemplate: Sendable {
    public enum Kind: Sendable, Hashable {
        /// Values are escaped for HTML.
        case html
        /// Subjects, SMS, plain text: values are shown as they are.
        case text
    }

    /// Largest source, in bytes. Mail clients cut a message off at about 100 KB; ten times that is a mistake.
    public static let maximumBytes = 1024 * 1024
    /// Deepest nesting of sections.
    public static let maximumDepth = 64
    /// Most tags in one source.
    public static let maximumTags = 10_000
    /// Largest result, in bytes. Nested lists multiply; no mail server takes more than this.
    public static let maximumOutputBytes = 8 * 1024 * 1024
    /// Most tags evaluated for one result, which bounds sections that loop without writing anything.
    static let maximumSteps = 1_000_000

    public let source: String
    public let kind: Kind
    /// Every place that asks for a value, each distinct one once, in the order of the source.
    public let paths: [MergePath]
    let nodes: [MergeNode]
    let staticBytes: Int

    /// - Throws: `MergeTemplateError`, found in one linear pass whatever the source.
    public init(_ source: String, as kind: Kind) throws {
        var parser = try MergeTemplateParser(source, as: kind)
        nodes = try parser.parse()
        paths = parser.paths
        staticBytes = nodes.reduce(0) { sum, node in
            if case .text(let text) = node { sum + text.utf8.count } else { sum }
        }
        self.source = source
        self.kind = kind
    }

    /// The plain variables of the template, each once, in order of first appearance.
    public var slots: [String] {
        var seen = Set<String>()
        return paths.filter { !$0.isSection && seen.insert($0.path).inserted }.map(\.path)
    }

    /// Whether the template is text with plain placeholders only, no sections: what a provider's own template can hold.
    public var hasOnlyPlainPlaceholders: Bool { !paths.contains(where: \.isSection) }
}

/// One step of a parsed template. Sections name the index of the node after their end, so the list needs no tree.
enum MergeNode: Sendable, Equatable {
    case text(String)
    case variable(MergeName, startsLink: Bool)
    case section(MergeName, end: Int)
    case inverted(MergeName, end: Int)
}

/// The name inside a tag, split once.
struct MergeName: Sendable, Equatable {
    /// As written: `member.first_name`, `.name` or `.`.
    let written: String
    let steps: [String]
    /// A name with a leading dot is looked up in the innermost value only.
    let isRelative: Bool

    init(_ written: String) {
        self.written = written
        steps = written.split(separator: ".").map(String.init)
        isRelative = written.utf8.first == UInt8(ascii: ".")
    }

    /// `.`, the innermost value itself.
    var isCurrent: Bool { steps.isEmpty }
    var path: String { isRelative ? String(written.dropFirst()) : written }
}
