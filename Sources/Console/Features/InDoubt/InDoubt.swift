import HTTPServing
import Messaging

struct InDoubtPage: Sendable {
    struct Row: Sendable {
        let recipient: String
        let subject: String
        let channel: String
        let channelLabel: String
        let when: String
        let whenISO: String
        let server: String
        let evidence: String
        let attempts: String
        let broadcast: String?
        let detailsHref: String
        let retryAction: String?
        let assumeAction: String?
    }

    /// A broadcast with several messages in doubt, resolved together.
    struct Group: Sendable {
        let name: String
        let count: String
        let policy: String
        let href: String?
        let retryHref: String?
        let assumeHref: String?
    }

    let shell: Shell
    let total: String
    let hasRows: Bool
    let hasGroups: Bool
    let groups: [Group]
    let rows: [Row]
    let returnTo: String
    let newerHref: String?
    let olderHref: String?
}

/// Messages that were handed over without a response: what is known about each, and the two possible decisions.
enum InDoubtPages {
    private static let pageLength = 50

    static var routes: [Route] {
        [Route(.get, Paths.inDoubt, .one(.readHistory)) { try show($0) }]
    }

    private static func show(_ context: RequestContext) throws -> Response {
        let page = try context.services.messages.messages(
            MessageFilter(statuses: [.unknown]), from: context.pageStart, limit: pageLength)
        let labels = try context.services.messages.labels(of: Set(page.items.compactMap(\.broadcastID)))
        let groups = try groups(page.items, labels, context)
        let model = InDoubtPage(
            shell: context.shell(.inDoubt),
            total: EnglishFormat.count(try context.services.messages.inDoubt(), "message"),
            hasRows: !page.items.isEmpty, hasGroups: !groups.isEmpty, groups: groups,
            rows: page.items.map { InDoubtPage.Row($0, $0.broadcastID.flatMap { labels[$0] }, context) },
            returnTo: Paths.inDoubt,
            newerHref: page.previous.map { Paths.with(Paths.inDoubt, [("before", String($0))]) },
            olderHref: page.next.map { Paths.with(Paths.inDoubt, [("after", String($0))]) })
        return try context.page("InDoubt/InDoubt", model)
    }

    /// Broadcasts on this page with several messages in doubt.
    private static func groups(
        _ rows: [MessageRow], _ labels: [Int64: BroadcastLabel], _ context: RequestContext
    ) throws -> [InDoubtPage.Group] {
        try Set(rows.compactMap(\.broadcastID)).sorted().reversed().compactMap { id in
            guard let broadcast = try context.services.broadcasts.broadcast(id), broadcast.receiverCount > 1,
                [.bulk, .compose].contains(broadcast.origin)
            else { return nil }
            let count = try context.services.broadcasts.books(of: id)[.unknown]
            let mayDecide = broadcast.status != .cancelled
            return InDoubtPage.Group(
                name: labels[id]?.title ?? broadcast.displayName, count: EnglishFormat.count(count, "message"),
                policy: broadcast.whenUnknown.words, href: context.link(Paths.bulk(id)),
                retryHref: mayDecide ? context.link(Paths.decideBulk(id, .retryUnknown)) : nil,
                assumeHref: mayDecide ? context.link(Paths.decideBulk(id, .assumeSent)) : nil)
        }
    }
}

extension InDoubtPage.Row {
    init(_ row: MessageRow, _ broadcast: BroadcastLabel?, _ context: RequestContext) {
        let moment = context.time(row.settledAt ?? row.createdAt)
        func action(_ action: SendLogAction) -> String? {
            context.mayDecide(row.deliveryChannel)
                ? context.link(Paths.sendLogAction(row.id, action.rawValue), .post) : nil
        }
        self.init(
            recipient: SendLogRow.recipient(row), subject: row.subject, channel: row.deliveryChannel.rawValue,
            channelLabel: row.deliveryChannel.title, when: moment.text, whenISO: moment.iso,
            server: row.providerName ?? "A provider that was deleted",
            evidence: row.error ?? "No answer came.", attempts: EnglishFormat.count(row.attempts, "attempt"),
            broadcast: broadcast.flatMap { $0.name.isEmpty ? nil : $0.name },
            detailsHref: Paths.sendLog(row.id), retryAction: action(.retryDespiteDoubt),
            assumeAction: action(.assumeSent))
    }
}

extension WhenUnknown {
    /// Automatic handling of a message that was submitted without a response.
    var words: String {
        switch self {
        case .hold: "Held for a person"
        case .resend: "Sent again by itself"
        }
    }
}
