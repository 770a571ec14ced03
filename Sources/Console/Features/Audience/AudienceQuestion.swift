import HTTPServing
import Messaging

/// Directory search from the page of a draft: a kind, words, and any number of filters, all of which must match. Parsed
/// from the query or from the form of the results.
struct AudienceQuestion: Sendable {
    let asked: DirectoryQuery
    private let page: String

    init(_ fields: Fields, page: String) {
        asked = DirectoryQuery(EntityKind(plural: fields["kind"] ?? "") ?? .member, fields)
        self.page = page
    }

    var kind: EntityKind { asked.kind }
    var search: EntitySearch { asked.search }

    /// Path of this search, or of one with another kind, other words or one filter less.
    func path(kind: EntityKind? = nil, words: String? = nil, without: EntitySearch.Filter? = nil) -> String {
        // Kinds have different fields, so filters do not carry over.
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

    /// Hidden fields of the result form and the filter form.
    var hidden: [HiddenField] { [HiddenField(name: "kind", value: kind.plural)] + asked.hidden }
    /// Hidden fields of the search form.
    var kept: [HiddenField] { [HiddenField(name: "kind", value: kind.plural)] + asked.kept }
}
