import Foundation
import HTTPServing
import Messaging

struct SendLogsPage: Sendable {
    let shell: Shell
    let action: String
    let composeHref: String?
    let filters: [FilterChip]
    let hasFilters: Bool
    let clearHref: String
    let form: SendLogFilter
    let rows: [SendLogRow]
    let hasRows: Bool
    let live: Bool
    let refreshHref: String
    let hasPages: Bool
    let newerHref: String?
    let olderHref: String?
    let note: String?
}

/// The table's body alone, for a script of ours.
struct SendLogRows: Sendable {
    let rows: [SendLogRow]
    let live: Bool
    let refreshHref: String
}

struct FilterChip: Sendable {
    let label: String
    let value: String
    let removeHref: String
}

struct SendLogFilter: Sendable {
    let statuses: [SelectOption]
    let channels: [SelectOption]
    let from: String
    let to: String
    let entity: String
    let recipient: String
}

/// The record of everything sent: filtered, newest first, walked by key.
enum SendLogsPages {
    static let pageSize = 50

    static var routes: [Route] {
        [Route(.get, Paths.sendLogs, .one(.readHistory), policy: .previews) { visit in try show(visit) }]
    }

    private static func show(_ visit: Visit) throws -> Response {
        let query = SendLogQuery(visit.request.query)
        let (filter, problem) = try query.filter(visit)
        let page =
            try filter.map {
                try visit.services.messages.messages($0, from: visit.pageStart, limit: pageSize)
            } ?? Page(items: [])
        var words = RowWords(zone: visit.timeZone, now: visit.now)
        let rows = page.items.map { SendLogRow($0, &words) }
        let live = page.items.contains { isMoving($0, visit.now) }
        let refresh = query.path(start: visit.pageStart)
        var response: Response
        if visit.isPartial, visit.request.headers["HX-Target"] == "send-log-rows" {
            let part = SendLogRows(rows: rows, live: live, refreshHref: refresh)
            response = try visit.partial("Partials/SendLogRows", part)
        } else {
            let newer = page.previous.map { query.path(start: .before($0)) }
            let older = page.next.map { query.path(start: .after($0)) }
            response = try visit.page(
                "Pages/SendLogs",
                SendLogsPage(
                    shell: visit.shell(.sendLogs), action: Paths.sendLogs, composeHref: visit.link(Paths.composeNew),
                    filters: query.chips, hasFilters: !query.chips.isEmpty, clearHref: Paths.sendLogs,
                    form: query.form, rows: rows, hasRows: !rows.isEmpty, live: live, refreshHref: refresh,
                    hasPages: newer != nil || older != nil, newerHref: newer, olderHref: older,
                    note: problem ?? note(page)))
        }
        response.headers["Vary"] = "HX-Request, HX-Target"
        return response
    }

    private static func note(_ page: Page<MessageRow>) -> String? {
        guard page.isPartial else { return nil }
        return "Many messages were looked through for this page. Older ones may match too: go on with “Older”."
    }

    /// Whether a row will turn while somebody looks at it.
    static func isMoving(_ row: MessageRow, _ now: Timestamp) -> Bool {
        switch row.status {
        case .sending: true
        case .pending: row.dueAt < now + .seconds(3600)
        default: false
        }
    }
}

/// What the address of the page asks for.
struct SendLogQuery: Sendable {
    let status: StatusGroup?
    let channel: DeliveryChannel?
    let from: String
    let to: String
    let entity: String
    let recipient: String

    init(_ query: Fields) {
        let text = { (name: String) in (query[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines) }
        status = StatusGroup(rawValue: text("status"))
        channel = DeliveryChannel(rawValue: text("delivery_channel"))
        from = text("from")
        to = text("to")
        entity = text("entity")
        recipient = text("q")
    }

    private var pairs: [(name: String, value: String)] {
        [
            ("status", status?.rawValue ?? ""), ("delivery_channel", channel?.rawValue ?? ""), ("from", from),
            ("to", to), ("entity", entity), ("q", recipient),
        ]
    }

    func path(start: PageStart = .newest, without name: String? = nil) -> String {
        var query: [(String, String?)] = pairs.filter { $0.name != name }.map { ($0.name, $0.value) }
        switch start {
        case .newest: break
        case .after(let key): query.append(("after", String(key)))
        case .before(let key): query.append(("before", String(key)))
        }
        return Paths.with(Paths.sendLogs, query)
    }

    var chips: [FilterChip] {
        let shown = [
            ("status", "Status", status?.label ?? ""), ("delivery_channel", "Channel", channel?.title ?? ""),
            ("from", "From", from), ("to", "To", to), ("entity", "Entity", entity), ("q", "Recipient", recipient),
        ]
        return shown.filter { !$0.2.isEmpty }.map { name, label, value in
            FilterChip(label: label, value: value, removeHref: path(without: name))
        }
    }

    var form: SendLogFilter {
        let any = { (nothing: Bool) in SelectOption(value: "", label: "Any", selected: nothing) }
        let statuses = StatusGroup.allCases.map {
            SelectOption(value: $0.rawValue, label: $0.label, selected: $0 == status)
        }
        let channels = DeliveryChannel.allCases.map {
            SelectOption(value: $0.rawValue, label: $0.title, selected: $0 == channel)
        }
        return SendLogFilter(
            statuses: [any(status == nil)] + statuses, channels: [any(channel == nil)] + channels, from: from, to: to,
            entity: entity, recipient: recipient)
    }

    /// `nil` where nothing can match, with the reason in words where there is one.
    func filter(_ visit: Visit) throws -> (MessageFilter?, String?) {
        let start = from.isEmpty ? nil : CivilTime.moment(local: String(from.prefix(10)), in: visit.timeZone)
        let end = to.isEmpty ? nil : CivilTime.moment(local: String(to.prefix(10)), in: visit.timeZone)
        if (!from.isEmpty && start == nil) || (!to.isEmpty && end == nil) {
            return (nil, "A date is written 2026-12-24.")
        }
        var filter = MessageFilter(
            statuses: status?.statuses ?? [], deliveryChannel: channel, from: start,
            // The last day is meant to its end; the clock of one day in a year makes that 23 or 25 hours.
            to: end.map { nextMidnight(after: $0, in: visit.timeZone) }, query: recipient)
        guard !entity.isEmpty else { return (filter, nil) }
        guard let id = try entityID(visit) else { return (nil, "There is no such entity: \(entity)") }
        filter.entityID = id
        return (filter, nil)
    }

    private func nextMidnight(after midnight: Timestamp, in zone: TimeZone) -> Timestamp {
        let noonAfter = CivilTime(midnight + .seconds(36 * 3600), in: zone)
        return CivilTime.moment(local: noonAfter.date, in: zone) ?? midnight + .seconds(86400)
    }

    private func entityID(_ visit: Visit) throws -> Int64? {
        let parts = entity.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let kind = EntityKind(rawValue: parts[0].lowercased()) else { return nil }
        return try visit.services.directory.entity(kind: kind, externalID: String(parts[1]))?.id
    }
}
