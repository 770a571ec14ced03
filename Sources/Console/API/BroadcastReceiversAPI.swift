import HTTPServing
import Messaging

/// `/api/v1/broadcasts/{id}/receivers`
enum BroadcastReceiversAPI {
    /// 10,000 people of about 800 bytes.
    private static let bodyLimit = 8 * 1024 * 1024

    static var routes: [Route] {
        let receivers = Paths.apiReceivers("{id}")
        return [
            Route(.get, receivers, .one(.readBulk), face: .program, policy: .data) { try list($0) },
            Route(
                .post, receivers, .one(.updateBulk), face: .program, bodyLimit: bodyLimit, policy: .data,
                answer: { context in .later { try add(context) } }),
            Route(
                .delete, Paths.apiReceiver("{id}", "{receiver}"), .one(.updateBulk), face: .program, policy: .data
            ) { try remove($0) },
        ]
    }

    private static func list(_ context: RequestContext) throws -> Response {
        let broadcast = try BroadcastsAPI.broadcast(context)
        var query = QueryReader(context.request)
        var filter = OutcomeFilter(query: query.text("q") ?? "")
        for name in query.list("status") {
            if let status = MessageStatus(rawValue: name), MessageStatus.outbound.contains(status) {
                filter.statuses.insert(status)
            } else {
                query.reject("status", "“\(name.prefix(60))” is not a status.")
            }
        }
        filter.deliveryChannel = query.word("delivery_channel")
        let (start, limit) = (query.start(), query.limit())
        try query.finish()
        let page = try context.services.bulk.outcomes(of: broadcast.id, filter, from: start, limit: limit)
        return API.json(.list(page, BroadcastJSON.receiver))
    }

    private static func add(_ context: RequestContext) throws -> Response {
        let broadcast = try BroadcastsAPI.draft(context)
        let source: AddReceivers.Source =
            switch try ReceiversRequest.read(context) {
            case .audiences(let audiences): .audiences(audiences)
            case .people(let people): .people(people)
            }
        let result = try BroadcastsAPI.told { try context.perform(AddReceivers(source, to: broadcast)) }
        var answer: JSONObject = ["added": JSONValue(result.added), "merged": JSONValue(result.merged)]
        if result.goesOn {
            let adding = try context.services.bulk.adding(to: broadcast.id)
            answer.append("adding", BroadcastJSON.progress(adding))
        }
        return API.json(.object(answer), status: result.goesOn ? 202 : 200)
    }

    private static func remove(_ context: RequestContext) throws -> Response {
        let broadcast = try BroadcastsAPI.draft(context)
        let receiver = try context.id("receiver")
        try BroadcastsAPI.told { try context.perform(RemoveReceiver(receiver, from: broadcast)) }
        return .noContent
    }
}
