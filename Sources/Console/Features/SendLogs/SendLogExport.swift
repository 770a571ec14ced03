import Foundation
import HTTPServing
import Messaging
import Synchronization

extension Paths {
    static let sendLogExport = "\(sendLogs)/export.csv"
}

/// Exports the filtered log for spreadsheets.
enum SendLogExportPages {
    static var routes: [Route] {
        [Route(.get, Paths.sendLogExport, .one(.readHistory), policy: .data) { context in try download(context) }]
    }

    private static func download(_ context: RequestContext) throws -> Response {
        let query = SendLogQuery(context.request.query)
        let search = try SendLogSearch(query, context)
        if let problem = search.problem { throw Failure.badRequest(problem) }
        let export = SendLogExport(context.services.messages, filter: search.filter ?? MessageFilter())
        try context.perform(ExportMessages(filter: query.text))
        let day = CivilTime(context.now, in: context.timeZone).date
        return Response(
            headers: Headers([
                ("Content-Type", "text/csv; charset=utf-8"), ("Cache-Control", "no-store"),
                ("Content-Disposition", "attachment; filename=\"send-logs-\(day).csv\""),
            ]),
            body: .stream { try export.next() })
    }
}

/// Streams the log page by page, newest first. Between pages it holds no transaction and only the cursor, so an export
/// of any length takes the memory of one page, and stops when the client stops reading.
final class SendLogExport: Sendable {
    /// Rows per read: some ten milliseconds, about 100 KB of text.
    static let pageSize = 500

    static let columns = [
        "id", "status", "channel", "direction", "created", "due", "sent", "delivered", "recipient", "address",
        "subject", "entity kind", "entity id", "broadcast id", "broadcast", "provider", "attempts", "error", "type",
        "sent by",
    ]

    private enum Step {
        case head
        case rows(PageStart)
        case end
    }

    private let log: any MessageQueries
    private let filter: MessageFilter
    private let step = Mutex(Step.head)

    init(_ log: any MessageQueries, filter: MessageFilter) {
        self.log = log
        self.filter = filter
    }

    /// Next chunk; empty if a part of the log had no matches, `nil` at the end.
    func next() throws -> [UInt8]? {
        try step.withLock { step in
            switch step {
            case .head:
                step = .rows(.newest)
                return Array(CSVWriter.line(Self.columns).utf8)
            case .rows(let start):
                let page = try log.messages(filter, from: start, limit: Self.pageSize)
                step = page.next.map { .rows(.after($0)) } ?? .end
                let labels = try log.labels(of: Set(page.items.compactMap(\.broadcastID)))
                var piece: [UInt8] = []
                for row in page.items {
                    piece += CSVWriter.line(Self.cells(row, row.broadcastID.flatMap { labels[$0] })).utf8
                }
                return piece
            case .end: return nil
            }
        }
    }

    private static func cells(_ row: MessageRow, _ broadcast: BroadcastLabel?) -> [String] {
        [
            String(row.id), row.status.rawValue, row.deliveryChannel.rawValue, row.direction.rawValue,
            row.createdAt.rfc3339, row.dueAt.rfc3339, row.sentAt?.rfc3339 ?? "", row.deliveredAt?.rfc3339 ?? "",
            row.recipientName, row.address, row.subject, row.entity?.kind.rawValue ?? "",
            row.entity?.externalID ?? "", row.broadcastID.map { String($0) } ?? "", broadcast?.name ?? "",
            row.providerName ?? "", String(row.attempts), row.error ?? "", row.type.rawValue, broadcast?.sentBy ?? "",
        ]
    }
}
