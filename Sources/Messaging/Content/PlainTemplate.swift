import Templating

/// A template without sections: fixed pieces, and a value between each two. Most contents are, and what stands in their
/// pieces can be made ready once for a million receivers.
public struct PlainTemplate: Sendable {
    /// One more than there are places for values; a piece may be empty.
    public let pieces: [String]
    private let places: [Place]

    private struct Place: Sendable {
        var name: TemplateName
        var form: TemplateNode.Form
    }

    /// `nil` when the template has sections.
    public init?(_ template: MergeTemplate) {
        var pieces = [""]
        var places: [Place] = []
        for node in template.template.nodes {
            switch node {
            case .text(let text): pieces[pieces.count - 1] += text
            case .variable(let name, let form):
                places.append(Place(name: name, form: form))
                pieces.append("")
            case .section, .inverted, .partial, .layout, .block: return nil
            }
        }
        self.pieces = pieces
        self.places = places
    }

    /// What one receiver puts between the pieces, escaped as the template's kind asks; one fewer than there are pieces.
    public func values(from values: MergeValues) -> [String] {
        places.map { place in
            let text = Self.find(place.name, in: values)?.text ?? ""
            switch place.form {
            case .plain: return text
            case .link where !LinkPolicy.allows(text, forImage: true): return ""
            case .escaped, .link: return HTMLEscape.escape(text)
            }
        }
    }

    private static func find(_ name: TemplateName, in values: MergeValues) -> MergeValue? {
        guard let first = name.steps.first else { return nil }
        var found = values.members[first]
        for step in name.steps.dropFirst() { found = found?.child(step) }
        return found
    }
}
