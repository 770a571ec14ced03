import Foundation
import HTTPServing
import Messaging

struct AuditPage: Sendable {
    struct Row: Sendable {
        let time: String
        let timeISO: String
        let timeExact: String
        let actor: String
        let actorHref: String
        let action: String
        let subject: String
        let detail: String?
        let address: String?
    }

    let shell: Shell
    let tabs: [Tab]
    let action: String
    let filters: [FilterChip]
    let hasFilters: Bool
    let clearHref: String
    let actor: String
    let actions: [SelectOption]
    let from: String
    let to: String
    let note: String?
    let hasRows: Bool
    let rows: [Row]
    let hasPages: Bool
    let newerHref: String?
    let olderHref: String?
}

/// Audit log: every change and every send, with its actor, time and origin.
enum AuditPages {
    static let pageLength = 50

    static var routes: [Route] {
        [Route(.get, Paths.audit, .one(.readAudit)) { try show($0) }]
    }

    private static func show(_ context: RequestContext) throws -> Response {
        let query = AuditQuery(context.request.query)
        let filter = query.filter(in: context.timeZone)
        let page =
            try filter.map {
                try context.services.access.audit($0, from: context.pageStart, limit: pageLength)
            } ?? Page(items: [])
        let newer = page.previous.map { query.path(start: ("before", $0)) }
        let older = page.next.map { query.path(start: ("after", $0)) }
        return try context.page(
            "Access/Audit",
            AuditPage(
                shell: context.shell(.access), tabs: AccessTabs.all(context, at: Paths.audit), action: Paths.audit,
                filters: query.chips, hasFilters: !query.chips.isEmpty, clearHref: Paths.audit, actor: query.actor,
                actions: try actions(context, query.action), from: query.from, to: query.to,
                note: note(page, isReadable: filter != nil), hasRows: !page.items.isEmpty,
                rows: page.items.map { row($0.entry, context) }, hasPages: newer != nil || older != nil,
                newerHref: newer, olderHref: older))
    }

    private static func note(_ page: Page<AuditRecord>, isReadable: Bool) -> String? {
        if !isReadable { return "A date is written 2026-12-24." }
        guard page.isPartial else { return nil }
        return "The search was limited for this page. There may be older matches: choose “Older”."
    }

    private static func actions(_ context: RequestContext, _ chosen: String) throws -> [SelectOption] {
        var known = try context.services.access.auditActions()
        if !chosen.isEmpty, !known.contains(chosen) { known.append(chosen) }
        return [SelectOption(value: "", label: "Any", selected: chosen.isEmpty)]
            + known.map { SelectOption(value: $0, label: sentence($0), selected: $0 == chosen) }
    }

    private static func row(_ entry: AuditEntry, _ context: RequestContext) -> AuditPage.Row {
        let time = context.time(entry.at)
        return AuditPage.Row(
            time: time.text, timeISO: time.iso, timeExact: time.exact, actor: entry.actor,
            actorHref: Paths.with(Paths.audit, [("actor", entry.actor)]), action: sentence(entry.action),
            subject: entry.subject, detail: entry.detail.isEmpty ? nil : entry.detail,
            address: entry.remoteAddress.isEmpty ? nil : entry.remoteAddress)
    }

    static func sentence(_ action: String) -> String { action.prefix(1).uppercased() + action.dropFirst() }
}

/// Query parameters of the audit page.
struct AuditQuery: Sendable {
    let actor: String
    let action: String
    let from: String
    let to: String

    init(_ query: Fields) {
        func text(_ name: String) -> String {
            String((query[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines).prefix(300))
        }
        (actor, action, from, to) = (text("actor"), text("action"), text("from"), text("to"))
    }

    private var pairs: [(name: String, label: String, value: String)] {
        [("actor", "Who", actor), ("action", "What", action), ("from", "From", from), ("to", "To", to)]
    }

    func path(start: (String, Int64)? = nil, without name: String? = nil) -> String {
        var query: [(String, String?)] = pairs.filter { $0.name != name }.map { ($0.name, $0.value) }
        if let start { query.append((start.0, String(start.1))) }
        return Paths.with(Paths.audit, query)
    }

    var chips: [FilterChip] {
        pairs.filter { !$0.value.isEmpty }.map { name, label, value in
            FilterChip(
                label: label, value: name == "action" ? AuditPages.sentence(value) : value,
                removeHref: path(without: name))
        }
    }

    /// `nil` if a date is invalid. Days are in the visitor's time zone; the last one is included.
    func filter(in zone: TimeZone) -> AuditFilter? {
        let start = from.isEmpty ? nil : CivilTime.moment(local: from, in: zone)
        let end = to.isEmpty ? nil : CivilTime.moment(local: to, in: zone)
        if (!from.isEmpty && start == nil) || (!to.isEmpty && end == nil) { return nil }
        return AuditFilter(
            actor: actor, action: action, from: start, to: end.map { SendLogSearch.nextMidnight(after: $0, in: zone) })
    }
}
