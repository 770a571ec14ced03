import HTTPServing
import Messaging

/// Search over the directory, to tick who is to be added.
struct ComposeSearch: Sendable {
    struct Kind: Sendable {
        let label: String
        let href: String
        let isCurrent: Bool
    }

    struct Field: Sendable {
        let value: String
        let label: String
        let isSelected: Bool
    }

    let pageHref: String
    let resultsURL: String
    let kinds: [Kind]
    let kind: String
    let kindLabel: String
    let query: String
    let fields: [Field]
    let filterValue: String
    let hasFilter: Bool
    let results: ComposeSearchResults
}

extension ComposeSearch {
    init(_ visit: Visit, _ draft: Broadcast) throws {
        let asked = DirectoryQuestion(visit.request.query)
        pageHref = Paths.composeRecipients(draft.id)
        resultsURL = Paths.composeSearch(draft.id)
        let page = pageHref
        kinds = EntityKind.allCases.map { kind in
            Kind(
                label: kind.plural.capitalized, href: Paths.with(page, [("kind", kind.plural)]),
                isCurrent: kind == asked.kind)
        }
        kind = asked.kind.plural
        kindLabel = asked.kind.plural
        query = asked.query
        filterValue = asked.value
        hasFilter = !asked.field.isEmpty || !asked.value.isEmpty
        fields = try Self.fields(asked, visit)
        results = try ComposeSearchResults(asked, visit, draft)
    }

    private static let standardFields: [EntityKind: [String]] = [
        .member: ["first_name", "last_name", "email", "mobile", "external_id", "time_zone", "language"],
        .location: ["name", "email", "mobile", "external_id"],
        .account: ["account_name", "email", "mobile", "external_id"],
        .transaction: ["external_id", "name"],
    ]

    /// The standard fields, and the attributes that the newest records of the kind have: nobody declares them.
    private static func fields(_ asked: DirectoryQuestion, _ visit: Visit) throws -> [Field] {
        let newest = try visit.services.directory.search(EntitySearch(kind: asked.kind), from: .newest, limit: 20)
        let standard = standardFields[asked.kind] ?? []
        var attributes = Set(newest.items.flatMap(\.attributes.members.keys)).subtracting(standard)
        if !asked.field.isEmpty, !standard.contains(asked.field) { attributes.insert(asked.field) }
        let names = standard + attributes.sorted()
        return [Field(value: "", label: "Choose a field", isSelected: asked.field.isEmpty)]
            + names.map { Field(value: $0, label: label($0), isSelected: $0 == asked.field) }
    }

    private static func label(_ field: String) -> String {
        let words = field.split(separator: "_").joined(separator: " ")
        return Wording.opening(words)
    }
}

/// What was asked of the directory, by the query or by the form of the results.
struct DirectoryQuestion: Sendable {
    let kind: EntityKind
    let query: String
    let field: String
    let value: String

    init(_ fields: Fields) {
        func text(_ name: String) -> String {
            String((fields[name] ?? "").filter { !$0.isNewline }.prefix(200)).trimmingPrefixSpaces
        }
        kind = EntityKind(plural: fields["kind"] ?? "") ?? .member
        query = text("q")
        field = text("field")
        value = text("value")
    }

    var search: EntitySearch {
        let filters = field.isEmpty || value.isEmpty ? [] : [EntitySearch.Filter(field: field, value: value)]
        return EntitySearch(kind: kind, query: query, filters: filters)
    }

    var isOpen: Bool { query.isEmpty && search.filters.isEmpty }

    /// For links that keep the question.
    var pairs: [(String, String?)] { [("kind", kind.plural), ("q", query), ("field", field), ("value", value)] }
}

extension String {
    fileprivate var trimmingPrefixSpaces: String { String(drop { $0 == " " }) }
}

struct ComposeSearchResults: Sendable {
    struct Hit: Sendable {
        let id: String
        let name: String
        let detail: String?
        let email: String?
        let mobile: String?
        let isAdded: Bool
    }

    let shell: Shell
    let addAction: String
    let kind: String
    let query: String
    let field: String
    let filterValue: String
    let hasHits: Bool
    let hits: [Hit]
    let hasMore: Bool
    let emptyText: String
    let shownText: String
}

extension ComposeSearchResults {
    private static let limit = 50
    /// Receivers looked at to mark who is in the draft already; one beyond is merged when added all the same.
    private static let markLimit = 500

    init(_ asked: DirectoryQuestion, _ visit: Visit, _ draft: Broadcast) throws {
        let directory = visit.services.directory
        let found = try directory.search(asked.search, from: .newest, limit: Self.limit)
        let present = try visit.services.broadcasts.receivers(of: draft.id, from: .newest, limit: Self.markLimit)
        let added = Set(present.items.compactMap { $0.entity?.id })
        shell = visit.shell(.compose)
        addAction = Paths.composeSearch(draft.id)
        kind = asked.kind.plural
        (query, field, filterValue) = (asked.query, asked.field, asked.value)
        hits = try found.items.map { entity in
            Hit(entity, try directory.receiver(of: entity, origin: .search), isAdded: added.contains(entity.id))
        }
        hasHits = !hits.isEmpty
        hasMore = found.next != nil
        shownText = Wording.count(hits.count, asked.kind.rawValue, asked.kind.plural)
        emptyText =
            asked.isOpen
            ? "The directory has no \(asked.kind.plural) yet."
            : asked.query.isEmpty
                ? "No \(asked.kind.plural) match this filter." : "No \(asked.kind.plural) match “\(asked.query)”."
    }
}

extension ComposeSearchResults.Hit {
    init(_ entity: Entity, _ linked: FanOutReceiver, isAdded: Bool) {
        let neighbours = [linked.member, linked.account, linked.location].compactMap { $0 }.filter {
            $0.id != entity.id
        }
        let detail = ([entity.externalID] + neighbours.map(\.displayName)).filter { $0 != entity.displayName }
        self.init(
            id: String(entity.id), name: entity.displayName,
            detail: detail.isEmpty ? nil : detail.joined(separator: " · "),
            email: linked.receiver.email.isEmpty ? nil : linked.receiver.email,
            mobile: linked.receiver.mobile.isEmpty ? nil : linked.receiver.mobile, isAdded: isAdded)
    }
}

/// The search as a part of the page, and the adding of whom it found.
enum ComposeSearchPart {
    /// What one form may name. The page offers fifty.
    private static let mostAtOnce = 1000

    static var routes: [Route] {
        let path = Paths.composeSearch("{id}")
        return [
            Route(.get, path, .one(.composeSend)) { visit in
                try visit.withDraft { draft in
                    // Without the script's header somebody opened the address by hand: give them the page.
                    guard visit.isPartial else {
                        let asked = DirectoryQuestion(visit.request.query)
                        return visit.redirect(to: Paths.with(Paths.composeRecipients(draft.id), asked.pairs))
                    }
                    let asked = DirectoryQuestion(visit.request.query)
                    return try visit.partial(
                        "Partials/ComposeSearchResults", try ComposeSearchResults(asked, visit, draft))
                }
            },
            Route(.post, path, .one(.composeSend)) { visit in try visit.withDraft { try add(visit, $0) } },
        ]
    }

    private static func add(_ visit: Visit, _ draft: Broadcast) throws -> Response {
        let asked = DirectoryQuestion(visit.request.form)
        let back = Paths.with(Paths.composeRecipients(draft.id), asked.pairs)
        let ids = visit.request.form.all("entity").compactMap { Int64($0) }
        guard !ids.isEmpty else { return visit.redirect(to: back, .warning, "Tick at least one to add.") }
        guard ids.count <= mostAtOnce else {
            throw Failure.badRequest("At most \(Wording.count(mostAtOnce)) can be added at once.")
        }
        let directory = visit.services.directory
        let receivers = try ids.compactMap { id in
            try directory.entity(id).map { try directory.receiver(of: $0, origin: .search).receiver }
        }
        guard !receivers.isEmpty else {
            return visit.redirect(to: back, .warning, "They are no longer in the directory; nobody was added.")
        }
        let result = try visit.services.broadcasts.addReceivers(receivers, to: draft.id, at: visit.now)
        try visit.audit("add recipients", "broadcast \(draft.id)", detail: Wording.count(result.added, "recipient"))
        return visit.redirect(to: back, flash: ComposeRecipients.flash(for: result))
    }
}
