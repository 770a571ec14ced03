import HTTPServing
import Messaging
import Synchronization

/// Receivers of a bulk with their outcomes.
struct BulkReceivers: Sendable {
    struct Outcome: Sendable {
        let channel: ChannelPill
        let badge: String
        let label: String
        let error: String?
        let href: String?
    }

    struct Row: Sendable {
        let name: String
        let email: String?
        let mobile: String?
        let origin: String
        let originHref: String?
        let hasOutcomes: Bool
        let outcomes: [Outcome]
        /// Text shown while there is no message.
        let state: String
        let stateTone: String
        let removeAction: String?
    }

    let action: String
    let query: String
    let statuses: [SelectOption]
    let channels: [SelectOption]
    let hasStatuses: Bool
    let isFiltered: Bool
    let clearHref: String
    let hasRows: Bool
    let rows: [Row]
    let note: String?
    let newerHref: String?
    let olderHref: String?
}

/// Query parameters of a bulk's page.
struct BulkQuery: Sendable {
    let status: StatusGroup?
    let channel: DeliveryChannel?
    let query: String

    init(_ fields: Fields) {
        status = StatusGroup(rawValue: fields["status"] ?? "")
        channel = DeliveryChannel(rawValue: fields["delivery_channel"] ?? "")
        query = String((fields["q"] ?? "").filter { !$0.isNewline }.prefix(200))
    }

    var filter: OutcomeFilter {
        OutcomeFilter(statuses: status?.statuses ?? [], deliveryChannel: channel, query: query)
    }

    var isEmpty: Bool { status == nil && channel == nil && query.isEmpty }

    func path(_ path: String, _ more: (String, String?)...) -> String {
        let pairs: [(String, String?)] = [
            ("status", status?.rawValue), ("delivery_channel", channel?.rawValue), ("q", query),
        ]
        return Paths.with(path, pairs + more)
    }
}

extension BulkReceivers {
    private static let pageLength = 50

    init(_ context: RequestContext, _ broadcast: Broadcast) throws {
        let asked = BulkQuery(context.request.query)
        let page = try context.services.bulk.outcomes(
            of: broadcast.id, asked.filter, from: context.pageStart, limit: Self.pageLength)
        let path = Paths.bulk(broadcast.id)
        action = path
        query = asked.query
        hasStatuses = broadcast.status != .draft
        let offered: [StatusGroup] = [.sent, .pending, .failed, .skipped, .cancelled, .unknown]
        statuses =
            [SelectOption(value: "", label: "Any status", selected: asked.status == nil)]
            + offered.map { SelectOption(value: $0.rawValue, label: $0.label, selected: $0 == asked.status) }
        channels =
            [SelectOption(value: "", label: "Any channel", selected: asked.channel == nil)]
            + broadcast.deliveryChannels.map {
                SelectOption(value: $0.rawValue, label: $0.title, selected: $0 == asked.channel)
            }
        isFiltered = !asked.isEmpty
        clearHref = path
        rows = page.items.map { Row($0, broadcast, context) }
        hasRows = !rows.isEmpty
        // Outcomes belong to messages, so filtering by one lists messages instead of receivers.
        let mayRepeat = asked.status != nil && asked.channel == nil && broadcast.deliveryChannels.count > 1
        let notes = [
            mayRepeat
                ? "One row for each message with this status: who has it on two channels is here twice." : nil,
            page.isPartial
                ? "Many receivers were looked through for this page. Others may match too: go on with “Older”." : nil,
        ]
        note = notes.allSatisfy { $0 == nil } ? nil : notes.compactMap { $0 }.joined(separator: " ")
        newerHref = page.previous.map { asked.path(path, ("before", String($0))) }
        olderHref = page.next.map { asked.path(path, ("after", String($0))) }
    }
}

extension BulkReceivers.Row {
    init(_ outcome: ReceiverOutcome, _ broadcast: Broadcast, _ context: RequestContext) {
        let receiver = outcome.receiver
        let isDraft = broadcast.status == .draft
        let (state, tone) =
            switch broadcast.status {
            case .draft: ComposeRecipients.Row.status(receiver, broadcast.deliveryChannels)
            case .cancelled: ("Cancelled", "gray")
            case .scheduled, .publishing, .published, .paused: ("Pending", "amber")
            }
        self.init(
            name: receiver.name.isEmpty ? "No name" : receiver.name,
            email: receiver.email.isEmpty ? nil : receiver.email,
            mobile: receiver.mobile.isEmpty ? nil : receiver.mobile, origin: receiver.originWords,
            originHref: receiver.originHref(for: context), hasOutcomes: !outcome.messages.isEmpty,
            outcomes: outcome.messages.map { item in
                BulkReceivers.Outcome(
                    channel: ChannelPill(item.deliveryChannel), badge: item.status.rawValue, label: item.status.words,
                    error: item.error, href: context.link(Paths.sendLog(item.id)))
            }, state: state, stateTone: tone,
            removeAction: isDraft
                ? context.link(Paths.removeBulkReceiver(broadcast.id, receiver: receiver.id), .post) : nil)
    }
}

extension Receiver {
    /// `Channel · Newsletter`, `Search · Member m-1`, `Added by hand`
    var originWords: String {
        if let subscription {
            return subscription.channelName.isEmpty ? "Channel (deleted)" : "Channel · \(subscription.channelName)"
        }
        guard let entity else { return origin.title }
        return "\(origin.title) · \(entity.kind.title) \(entity.externalID)"
    }

    /// Path of the channel or record of origin, if the visitor may open it.
    func originHref(for context: RequestContext) -> String? {
        if let subscription, !subscription.channelName.isEmpty {
            return context.link(Paths.channel(subscription.channelID))
        }
        guard let entity else { return nil }
        return context.link(Paths.record(entity.kind.plural, entity.id))
    }
}

/// Exports the receivers with their outcomes as streamed CSV, one line per message.
enum BulkExport {
    private static let pageLength = 500
    private static let head = [
        "receiver", "first_name", "last_name", "email", "mobile", "origin", "record", "delivery_channel", "status",
        "error", "attempts", "sent_at", "message",
    ]

    static var route: Route {
        Route(.get, Paths.bulkExport("{id}"), .one(.readBulk)) { context in
            let broadcast = try context.watched()
            try context.perform(ExportReceivers(of: broadcast))
            var response = Response(
                body: .stream(stream(context.services.bulk, broadcast.id, BulkQuery(context.request.query))))
            response.headers["Content-Type"] = "text/csv; charset=utf-8"
            response.headers["Content-Disposition"] = "attachment; filename=\"bulk-\(broadcast.id)-receivers.csv\""
            return response
        }
    }

    /// Reads one page of the store at a time, so that neither memory nor a read transaction grows with the broadcast.
    static func stream(_ store: any BulkQueries, _ id: Int64, _ query: BulkQuery) -> @Sendable () throws -> [UInt8]? {
        let place = Walk()
        return {
            try place.next { start in
                let page = try store.outcomes(of: id, query.filter, from: start, limit: pageLength)
                return (page.items.flatMap(lines).joined(), page.next)
            }.map { Array($0.utf8) }
        }
    }

    private static func lines(_ outcome: ReceiverOutcome) -> [String] {
        let receiver = outcome.receiver
        let who = [
            String(receiver.id), receiver.firstName, receiver.lastName, receiver.email, receiver.mobile,
            receiver.originWords, receiver.entity.map { "\($0.kind.rawValue) \($0.externalID)" } ?? "",
        ]
        if outcome.messages.isEmpty { return [CSVWriter.line(who + ["", "", "", "", "", ""])] }
        return outcome.messages.map { item in
            CSVWriter.line(
                who + [
                    item.deliveryChannel.rawValue, item.status.rawValue, item.error ?? "", String(item.attempts),
                    item.sentAt?.rfc3339 ?? "", String(item.id),
                ])
        }
    }

    /// Cursor between two chunks of the response.
    private final class Walk: Sendable {
        private let place = Mutex<(start: PageStart?, isBegun: Bool)>((.newest, false))

        func next(_ page: (PageStart) throws -> (String, Int64?)) throws -> String? {
            let (start, isBegun) = place.withLock { $0 }
            guard let start else { return nil }
            let (text, next) = try page(start)
            place.withLock { $0 = (next.map(PageStart.after), true) }
            // Spreadsheets recognise UTF-8 by the byte order mark.
            return isBegun ? text : "\u{FEFF}" + CSVWriter.line(head) + text
        }
    }
}
