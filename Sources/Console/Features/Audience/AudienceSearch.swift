import HTTPServing
import Messaging

/// Directory search that adds selected receivers or all matches.
struct AudienceSearch: Sendable {
    struct Kind: Sendable {
        let label: String
        let href: String
        let isCurrent: Bool
    }

    let pageHref: String
    let resultsURL: String
    let kinds: [Kind]
    let kindLabel: String
    let query: String
    let fields: [SelectOption]
    let chips: [FilterChip]
    let hasFilters: Bool
    let clearHref: String
    let kept: [HiddenField]
    let results: AudienceSearchResults
}

extension AudienceSearch {
    /// Search requested by the query of the draft's page.
    init(_ host: AudienceHost, _ context: RequestContext, _ draft: Broadcast) throws {
        let page = host.searchPage(draft.id)
        let question = AudienceQuestion(context.request.query, page: page)
        pageHref = page
        resultsURL = host.searchResults(draft.id)
        kinds = EntityKind.allCases.map { kind in
            Kind(
                label: kind.plural.capitalized, href: question.path(kind: kind, words: ""),
                isCurrent: kind == question.kind)
        }
        kindLabel = question.kind.plural
        query = question.asked.words
        let newest = try context.services.directory.search(
            EntitySearch(kind: question.kind), from: .newest, limit: 20)
        fields = question.asked.fields(among: newest.items)
        chips = question.chips
        hasFilters = !question.asked.filters.isEmpty
        clearHref = Paths.with(page, [("kind", question.kind.plural)])
        kept = question.kept
        results = try AudienceSearchResults(question, host, context, draft)
    }
}

/// Search on a page of its own.
struct AudienceSearchPage: Sendable {
    let shell: Shell
    let backHref: String
    let backLabel: String
    let adding: AudienceAdding
    let search: AudienceSearch
}

struct AudienceSearchResults: Sendable {
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
    let addAllAction: String
    let addAllLabel: String
    let hidden: [HiddenField]
    let hasHits: Bool
    let hits: [Hit]
    let hasMore: Bool
    let emptyText: String
    let shownText: String
}

extension AudienceSearchResults {
    private static let limit = 50
    /// Receivers checked to mark those already in the draft; any beyond are merged when added.
    private static let markLimit = 500

    init(_ question: AudienceQuestion, _ host: AudienceHost, _ context: RequestContext, _ draft: Broadcast) throws {
        let directory = context.services.directory
        let found = try directory.search(question.search, from: .newest, limit: Self.limit)
        let present = try context.services.broadcasts.receivers(of: draft.id, from: .newest, limit: Self.markLimit)
        let added = Set(present.items.compactMap { $0.entity?.id })
        let (one, many) = (question.kind.rawValue, question.kind.plural)
        shell = context.shell(host.menu)
        (addAction, addAllAction) = (host.search(draft.id), host.searchAll(draft.id))
        hidden = question.hidden
        hits = try found.items.map { entity in
            Hit(entity, try directory.receiver(of: entity, origin: .search), isAdded: added.contains(entity.id))
        }
        // A page that exhausted its budget may be empty although later pages have matches.
        hasHits = !hits.isEmpty || found.isPartial
        hasMore = found.next != nil
        shownText = EnglishFormat.count(hits.count, one, many)
        addAllLabel = question.asked.isOpen ? "Add all \(many)" : "Add all that match"
        emptyText =
            question.asked.isOpen
            ? "The directory has no \(many) yet."
            : question.asked.words.isEmpty
                ? "No \(many) match \(question.asked.filters.count == 1 ? "this filter" : "these filters")."
                : "No \(many) match “\(question.asked.words)”."
    }
}

extension AudienceSearchResults.Hit {
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

/// Routes of the search fragment and of adding its results.
enum AudienceSearchPart {
    /// Maximum records per form; the page offers fifty.
    private static let mostAtOnce = 1000

    static func routes(_ host: AudienceHost) -> [Route] {
        let (path, access) = (host.search("{id}"), Access.one(host.access))
        return [
            Route(.get, path, access) { context in try host.withDraft(context) { try show(context, host, $0) } },
            Route(.get, host.searchResults("{id}"), access) { context in
                try host.withDraft(context) { try results(context, host, $0) }
            },
            Route(.post, path, access) { context in try host.withDraft(context) { try add(context, host, $0) } },
            Route(
                .post, host.searchAll("{id}"), access,
                answer: { context in .later { try host.withDraft(context) { try addAll(context, host, $0) } } }),
        ]
    }

    private static func show(_ context: RequestContext, _ host: AudienceHost, _ draft: Broadcast) throws -> Response {
        let question = AudienceQuestion(context.request.query, page: host.searchPage(draft.id))
        if host.holdsSearch { return context.redirect(to: question.path()) }
        let model = AudienceSearchPage(
            shell: context.shell(host.menu), backHref: host.page(draft.id), backLabel: host.name(of: draft),
            adding: try AudienceAdding(host, draft, context), search: try AudienceSearch(host, context, draft))
        return try context.page("Audience/AudienceSearchPage", model)
    }

    private static func results(_ context: RequestContext, _ host: AudienceHost, _ draft: Broadcast) throws -> Response
    {
        let question = AudienceQuestion(context.request.query, page: host.searchPage(draft.id))
        // Without the script's header the URL was opened directly: redirect to the full page.
        guard context.isPartial else { return context.redirect(to: question.path()) }
        return try context.partial(
            "Audience/AudienceSearchResults", try AudienceSearchResults(question, host, context, draft))
    }

    private static func add(_ context: RequestContext, _ host: AudienceHost, _ draft: Broadcast) throws -> Response {
        let back = AudienceQuestion(context.request.form, page: host.searchPage(draft.id)).path()
        let ids = context.request.form.all("entity").compactMap { Int64($0) }
        guard !ids.isEmpty else { return context.redirect(to: back, .warning, "Tick at least one to add.") }
        guard ids.count <= mostAtOnce else {
            throw Failure.badRequest("At most \(EnglishFormat.count(mostAtOnce)) can be added at once.")
        }
        let directory = context.services.directory
        let receivers = try ids.compactMap { id in
            try directory.entity(id).map { try directory.receiver(of: $0, origin: .search).receiver }
        }
        guard !receivers.isEmpty else {
            return context.redirect(
                to: back, .warning, "These records are no longer in the directory. Nothing was added.")
        }
        let result = try context.perform(AddReceivers(.people(receivers), to: draft, from: "search"))
        return told(context, host, result, back)
    }

    private static func addAll(_ context: RequestContext, _ host: AudienceHost, _ draft: Broadcast) throws -> Response {
        let question = AudienceQuestion(context.request.form, page: host.searchPage(draft.id))
        let result = try context.perform(
            AddReceivers(
                .audiences([.search(question.search)]), to: draft, from: "search of \(question.kind.plural)"))
        return told(context, host, result, question.path())
    }

    /// Reports how many receivers were added.
    static func told(
        _ context: RequestContext, _ host: AudienceHost, _ result: ReceiversAdding, _ back: String
    ) -> Response {
        context.redirect(
            to: back, result.added > 0 || result.goesOn ? .success : .info, result.words(host.person))
    }
}
