import HTTPServing
import Messaging
import Synchronization

/// Exports the filtered list as streamed CSV, which can be imported again.
enum SuppressionExport {
    private static let pageLength = 500
    private static let head = ["address", "scope", "reason", "source", "since", "by", "channel"]

    static var route: Route {
        Route(.get, Paths.suppressionExport, .one(.readSuppressions), policy: .data) { context in
            let query = SuppressionQuery(context.request.query)
            try context.perform(ExportSuppressions(filter: query.isEmpty ? "" : query.path("")))
            let day = CivilTime(context.now, in: context.timeZone).date
            return Response(
                headers: Headers([
                    ("Content-Type", "text/csv; charset=utf-8"), ("Cache-Control", "no-store"),
                    ("Content-Disposition", "attachment; filename=\"suppressions-\(day).csv\""),
                ]), body: .stream(stream(context.services.suppressions, query.filter)))
        }
    }

    /// Reads one page of the store at a time, so that neither memory nor a read transaction grows with the list.
    static func stream(
        _ store: any SuppressionQueries, _ filter: SuppressionFilter
    ) -> @Sendable () throws -> [UInt8]? {
        let walk = Walk()
        return {
            try walk.step.withLock { step in
                switch step {
                case .head:
                    step = .rows(.newest)
                    return Array(CSVWriter.line(head).utf8)
                case .rows(let start):
                    let page = try store.suppressions(filter, from: start, limit: pageLength)
                    step = page.next.map { .rows(.after($0)) } ?? .end
                    return page.items.flatMap { Array(CSVWriter.line(cells($0)).utf8) }
                case .end: return nil
                }
            }
        }
    }

    /// Cursor between two chunks of the response.
    private final class Walk: Sendable {
        let step = Mutex(Step.head)
    }

    private enum Step {
        case head
        case rows(PageStart)
        case end
    }

    private static func cells(_ suppression: Suppression) -> [String] {
        [
            suppression.address.value, suppression.scope.auditWords, suppression.reason, suppression.source.rawValue,
            suppression.createdAt.rfc3339, suppression.createdByName ?? "", suppression.channelName,
        ]
    }
}
