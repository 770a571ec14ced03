import Templating

/// Content written by a person with places for values: `Dear {{member.first_name}}`, sections `{{#account}} … {{/account}}`
/// and inverted sections `{{^account}} … {{/account}}`. Parsed once, rendered for every receiver.
///
/// The language is that of `Template`, with these restrictions, because source and values come from outside:
/// - No partials, layouts or blocks; each is refused with a sentence.
/// - In HTML every value is escaped, also for `{{{name}}}` and `{{&name}}`: values come from outside and are never markup.
/// - In HTML entities inside `{{ }}` are decoded, since visual editors write quotes and angle brackets so.
/// - In HTML a value that makes up the start of an attribute for an address, such as `href` or `src`, shows nothing when
///   it names a scheme other than those of `LinkPolicy`, so that a value cannot become `javascript:`.
///
/// A value that is missing shows nothing.
public struct MergeTemplate: Sendable {
    public enum Kind: Sendable, Hashable {
        /// Values are escaped for HTML.
        case html
        /// Subjects, SMS, plain text: values are shown as they are.
        case text
    }

    /// Largest source, in bytes.
    public static let maximumBytes = Template.maximumBytes
    /// Largest result, in bytes. Nested lists multiply; no mail server takes more than this.
    public static let maximumOutputBytes = 8 * 1024 * 1024
    /// Most tags evaluated for one result, which bounds sections that loop without writing anything.
    static let maximumSteps = 1_000_000

    public let source: String
    public let kind: Kind
    /// Every place that asks for a value, each distinct one once, in the order of the source.
    public let paths: [MergePath]
    let template: Template

    /// - Throws: `MergeTemplateError`, found in one linear pass whatever the source.
    public init(_ source: String, as kind: Kind) throws {
        do throws(TemplateError) {
            template = try Template(source, syntax: kind.syntax)
        } catch {
            throw MergeTemplateError(error)
        }
        paths = MergePath.all(in: template)
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

extension MergeTemplate.Kind {
    fileprivate var syntax: TemplateSyntax {
        switch self {
        case .html:
            TemplateSyntax(
                escaping: .alwaysHTML, allowsPartials: false, marksLinks: true, decodingTags: HTMLEntities.decode)
        case .text: TemplateSyntax(escaping: .none, allowsPartials: false)
        }
    }
}
