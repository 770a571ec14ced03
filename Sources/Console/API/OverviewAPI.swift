import HTTPServing
import Messaging

/// `/api/v1/overview`: what can be delivered now, what waits, what went out.
enum OverviewAPI {
    private static let channels: [DeliveryChannel] = [.email, .sms, .whatsapp, .push, .voice, .inApp]

    static var routes: [Route] {
        [
            Route(.get, Paths.apiOverview, .any(Permission.communicationsMenu), face: .program, policy: .data) {
                try show($0)
            }
        ]
    }

    private static func show(_ context: RequestContext) throws -> Response {
        var query = QueryReader(context.request)
        try query.finish()
        let overview = try context.services.messages.overview(at: context.now)
        let count = { (status: MessageStatus) in JSONValue(overview.counts[status, default: 0]) }
        var messages = JSONObject()
        for status in MessageStatus.allCases { messages.append(status.rawValue, count(status)) }
        let overdue = overview.oldestDue.flatMap { $0 <= context.now ? $0 : nil }
        return API.json([
            "delivery_channels": .list(try context.readiness(channels).map(readiness)),
            "queue": [
                "pending": count(.pending), "sending": count(.sending), "oldest_due": JSONValue(overdue),
                "scheduled_broadcasts": JSONValue(overview.scheduledBroadcasts),
            ],
            "messages": .object(messages),
            "days": .list(
                overview.days.map { day in
                    [
                        "date": .string(String(day.start.rfc3339.prefix(10))), "sent": JSONValue(day.sent),
                        "failed": JSONValue(day.failed),
                    ]
                }),
        ])
    }

    private static func readiness(_ readiness: Readiness) -> JSONValue {
        let state =
            switch readiness.state {
            case .ready: "ready"
            case .sandbox: "sandbox"
            case .troubled: "troubled"
            case .missing: "missing"
            }
        return [
            "delivery_channel": .string(readiness.channel.rawValue), "state": .string(state),
            "ready": .bool(state == "ready" || state == "sandbox"),
            "provider": JSONValue(readiness.provider?.name), "from": JSONValue(readiness.from),
            "reason": .string(readiness.reason),
        ]
    }
}
