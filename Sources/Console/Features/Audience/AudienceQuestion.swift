import HTTPServing
import Messaging

/// What was asked of the directory from the page of a draft: a kind, words, and any number of filters, of which every
/// one must hold. By the address of the page, or by the form of the results.
struct AudienceQuestion: Sendable {
    let asked: DirectoryQuery
    private let page: String

    init(_ fields: Fields, page: String) {
        asked = DirectoryQuery(EntityKind(plural: fields["kind"] ?? "") ?? .member, fields)
        self.page = page
    }

    var kind: EntityKind { asked.kind }
    var search: EntitySearch { asked.search }

    /// The page with this question, or with another kind, other words or one filter less.
    func path(kind: EntityKind? = nil, words: String? = nil, without: EntitySearch.Filter? = nil) -> String {
        // The fields of one kind are not those of another.
        let filters = kind == nil ? asked.filters.filter { $0 != without } : []
        var pairs: [(String, String?)] = [("kind", (kind ?? self.kind).plural), ("q", words ?? asked.words)]
        for filter in filters { pairs += [("field", filter.field), ("value", filter.value)] }
        return Paths.with(page, pairs)
    }

    var chips: [FilterChip] {
        asked.filters.map {
            FilterChip(
                label: DirectoryQuery.label($0.field, kind), value: $0.value, removeHref: path(without: $0))
        }
    }

    /// What the form of the results and that of the filter carry along.
    var hidden: [HiddenField] { [HiddenField(name: "kind", value: kind.plural)] + asked.hidden }
    /// What the form of the words carries along.
    var kept: [HiddenField] { [HiddenField(name: "kind", value: kind.plural)] + asked.kept }
}
