import Foundation
import HTTPServing
import Messaging

struct SendLogsPage: Sendable {
    let shell: Shell
    let action: String
    let composeHref: String?
    let exportHref: String?
    let saved: SavedFilterBar
    let picks: EntityPicks?
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

/// Table body as a fragment, for the page's script.
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

/// Send log: filterable, newest first, with keyset pagination.
enum SendLogsPages {
    static let pageSize = 50

    static var routes: [Route] {
        [Route(.get, Paths.sendLogs, .one(.readHistory), policy: .previews) { context in try show(context) }]
    }

    private static func show(_ context: RequestContext) throws -> Response {
        let query = SendLogQuery(context.request.query)
        let pick = try EntityPick(query, context)
        if case .one(let entity) = pick {
            return context.redirect(to: query.about(entity).path())
        }
        let search = try SendLogSearch(query, context)
        let page =
            try search.filter.map {
                try context.services.messages.messages($0, from: context.pageStart, limit: pageSize)
            } ?? Page(items: [])
        var words = RowWords(context)
        let rows = page.items.map { SendLogRow($0, &words) }
        let live = page.items.contains { isMoving($0, context.now) }
        let refresh = query.path(start: context.pageStart)
        var response: Response
        if context.isPartial, context.request.headers["HX-Target"] == "send-log-rows" {
            let part = SendLogRows(rows: rows, live: live, refreshHref: refresh)
            response = try context.partial("SendLogs/SendLogRows", part)
        } else {
            let newer = page.previous.map { query.path(start: .before($0)) }
            let older = page.next.map { query.path(start: .after($0)) }
            let chips = search.chips
            response = try context.page(
                "SendLogs/SendLogs",
                SendLogsPage(
                    shell: context.shell(.sendLogs), action: Paths.sendLogs,
                    composeHref: context.link(Paths.composeNew),
                    exportHref: rows.isEmpty ? nil : context.link(Paths.sendLogExport).map { query.path(at: $0) },
                    saved: try SavedFilterBar(query, context), picks: pick.picks, filters: chips,
                    hasFilters: !chips.isEmpty, clearHref: Paths.sendLogs,
                    form: try SendLogFilter(query, search, context), rows: rows, hasRows: !rows.isEmpty, live: live,
                    refreshHref: refresh, hasPages: newer != nil || older != nil, newerHref: newer, olderHref: older,
                    note: pick.problem ?? search.problem ?? note(page)))
        }
        response.headers["Vary"] = "HX-Request, HX-Target"
        return response
    }

    private static func note(_ page: Page<MessageRow>) -> String? {
        guard page.isPartial else { return nil }
        return "The search was limited for this page. There may be older matches: choose “Older”."
    }

    /// Whether the row's state is likely to change soon.
    static func isMoving(_ row: MessageRow, _ now: Timestamp) -> Bool {
        switch row.status {
        case .sending: true
        case .pending: row.dueAt < now + .seconds(3600)
        default: false
        }
    }
}
