import HTTPServing
import Messaging

struct BulkListPage: Sendable {
    struct Row: Sendable {
        let name: String
        let template: String?
        let channels: [ChannelPill]
        let status: String
        let badge: String
        let when: String
        let whenISO: String
        let recipients: String
        let sent: String
        let failed: String
        let isFailed: Bool
        let viewHref: String
        let duplicateAction: String?
        let deleteHref: String?
    }

    let shell: Shell
    let addHref: String?
    let composeHref: String?
    let action: String
    let query: String
    let statuses: [SelectOption]
    let isFiltered: Bool
    let clearHref: String
    let hasRows: Bool
    let rows: [Row]
    let note: String?
    let newerHref: String?
    let olderHref: String?
}

/// List of bulk communications, newest first.
enum BulkList {
    private static let pageLength = 50

    static var routes: [Route] {
        [Route(.get, Paths.bulk, .one(.readBulk)) { try show($0) }]
    }

    private static func show(_ context: RequestContext) throws -> Response {
        let query = String((context.request.query["q"] ?? "").filter { !$0.isNewline }.prefix(200))
        let status = BroadcastStatus(rawValue: context.request.query["status"] ?? "")
        let page = try context.services.bulk.bulks(
            BulkFilter(query: query, status: status), from: context.pageStart, limit: pageLength)
        func link(_ name: String, _ key: Int64?) -> String? {
            key.map { Paths.with(Paths.bulk, [("q", query), ("status", status?.rawValue), (name, String($0))]) }
        }
        let any = SelectOption(value: "", label: "Any status", selected: status == nil)
        let states: [BroadcastStatus] = [.draft, .scheduled, .publishing, .published, .paused, .cancelled]
        let model = BulkListPage(
            shell: context.shell(.bulk), addHref: context.link(Paths.newBulk),
            composeHref: context.link(Paths.composeNew),
            action: Paths.bulk, query: query,
            statuses: [any] + states.map { SelectOption(value: $0.rawValue, label: $0.title, selected: $0 == status) },
            isFiltered: !query.isEmpty || status != nil, clearHref: Paths.bulk, hasRows: !page.items.isEmpty,
            rows: page.items.map { BulkListPage.Row($0, context) },
            note: page.isPartial ? "The search was limited for this page. There may be older matches." : nil,
            newerHref: link("before", page.previous), olderHref: link("after", page.next))
        return try context.page("Bulk/BulkList", model)
    }
}

extension BulkListPage.Row {
    init(_ summary: BroadcastSummary, _ context: RequestContext) {
        let broadcast = summary.broadcast
        let isScheduled = broadcast.status == .scheduled
        let moment = context.time((isScheduled ? broadcast.sendAt : nil) ?? broadcast.updatedAt)
        let counts = BulkCounts(summary.books)
        self.init(
            name: broadcast.displayName, template: broadcast.templateName,
            channels: broadcast.deliveryChannels.map(ChannelPill.init), status: broadcast.status.title,
            badge: broadcast.status.rawValue, when: isScheduled ? "Sends \(moment.text)" : moment.text,
            whenISO: moment.iso, recipients: EnglishFormat.count(broadcast.receiverCount),
            sent: EnglishFormat.count(counts.sent), failed: EnglishFormat.count(counts.failed),
            isFailed: counts.failed > 0,
            viewHref: Paths.bulk(broadcast.id),
            duplicateAction: context.link(Paths.duplicateBulk(broadcast.id), .post),
            deleteHref: broadcast.status == .draft ? context.link(Paths.deleteBulk(broadcast.id)) : nil)
    }
}

/// Books of a broadcast in the console's terms.
struct BulkCounts: Sendable {
    let planned: Int
    let sent: Int
    let pending: Int
    let failed: Int

    init(_ books: BroadcastCounts) {
        func sum(_ group: StatusGroup) -> Int { group.statuses.reduce(0) { $0 + books[$1] } }
        planned = books.planned
        (sent, pending, failed) = (sum(.sent), sum(.pending), sum(.failed))
    }

    /// Messages that are finished.
    var done: Int { planned - pending }
}

extension RequestContext {
    /// The bulk in the path.
    func bulk() throws -> Broadcast {
        guard let broadcast = try services.broadcasts.broadcast(id()), broadcast.origin == .bulk else {
            throw Failure.notFound
        }
        return broadcast
    }

    /// The broadcast in the path whose progress the bulk pages show: a bulk, or one sent from the wizard.
    func watched() throws -> Broadcast {
        guard let broadcast = try services.broadcasts.broadcast(id()) else { throw Failure.notFound }
        switch broadcast.origin {
        case .bulk: return broadcast
        case .compose where broadcast.status != .draft: return broadcast
        case .compose, .api, .automation, .direct: throw Failure.notFound
        }
    }

    /// Runs a step on the draft in the path; responds with its current state if it is no longer a draft.
    func withBulkDraft<Reply>(
        _ step: (Broadcast) throws -> Reply, otherwise: (Response) -> Reply
    ) throws -> Reply {
        let broadcast = try bulk()
        guard broadcast.status == .draft else { return otherwise(locked(broadcast)) }
        do {
            return try step(broadcast)
        } catch StoreConflict.state(let state) where state != "adding" {
            return otherwise(locked(try bulk()))
        }
    }

    func withBulkDraft(_ step: (Broadcast) throws -> Response) throws -> Response {
        try withBulkDraft(step, otherwise: { $0 })
    }

    private func locked(_ broadcast: Broadcast) -> Response {
        let words =
            broadcast.status == .scheduled ? "Cancel the schedule to change it." : "It can no longer be changed."
        return redirect(
            to: Paths.bulk(broadcast.id), .info, "“\(broadcast.displayName)” is \(broadcast.status.rawValue). \(words)")
    }
}
