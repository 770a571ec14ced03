import HTTPServing
import Messaging

/// `/api/v1/broadcasts`: bulk broadcasts. Those of the Compose Wizard belong to its pages.
enum BroadcastsAPI {
    private static let bodyLimit = 4 * 1024 * 1024
    static let nameLimit = 200

    static var routes: [Route] {
        let one = Paths.apiBroadcast("{id}")
        let collection: [Route] = [
            Route(.get, Paths.apiBroadcasts, .one(.readBulk), face: .program, policy: .data) { try list($0) },
            Route(
                .post, Paths.apiBroadcasts, .one(.createBulk), face: .program, bodyLimit: bodyLimit, policy: .data
            ) { try create($0) },
            Route(.get, one, .one(.readBulk), face: .program, policy: .data) { context in
                try answer(context, broadcast(context).id)
            },
            Route(.patch, one, .one(.updateBulk), face: .program, bodyLimit: bodyLimit, policy: .data) {
                try change($0)
            },
            Route(.delete, one, .one(.deleteBulk), face: .program, policy: .data) { try delete($0) },
        ]
        return collection + BroadcastReceiversAPI.routes + BroadcastActionsAPI.routes
    }

    /// The broadcast of this path.
    static func broadcast(_ context: RequestContext) throws -> Broadcast {
        guard let broadcast = try context.services.broadcasts.broadcast(context.id()), broadcast.origin == .bulk else {
            throw Failure.notFound
        }
        return broadcast
    }

    /// The broadcast of this path while it may be changed.
    static func draft(_ context: RequestContext) throws -> Broadcast {
        let broadcast = try broadcast(context)
        guard broadcast.status == .draft else { throw Failure.conflict(words(broadcast.status.rawValue)) }
        return broadcast
    }

    /// A step whose refusal the caller is told in words.
    static func told<Reply>(_ step: () throws -> Reply) throws -> Reply {
        do {
            return try step()
        } catch StoreConflict.state(let reason) {
            throw Failure.conflict(words(reason))
        }
    }

    private static func words(_ reason: String) -> String {
        let nothing = "nothing "
        return switch reason {
        case BroadcastJob.adding: "Receivers are still being added. Try again when “adding” in its stats is null."
        case "finished": "Nothing is waiting to be sent. Nothing was changed."
        case _ where reason.hasPrefix(nothing): "It has no \(reason.dropFirst(nothing.count)) message."
        default: "The broadcast is \(reason), and that cannot be done to it. Nothing was changed."
        }
    }

    static func answer(_ context: RequestContext, _ id: Int64, status: Int = 200) throws -> Response {
        guard let broadcast = try context.services.broadcasts.broadcast(id) else { throw Failure.notFound }
        var response = API.json(
            BroadcastJSON.details(
                broadcast, try context.services.broadcasts.books(of: id), try context.services.bulk.adding(to: id)),
            status: status)
        if status == 201 { response.headers["Location"] = Paths.apiBroadcast(id) }
        return response
    }

    private static func list(_ context: RequestContext) throws -> Response {
        var query = QueryReader(context.request)
        var filter = BulkFilter(query: query.text("q") ?? "")
        if let text = query.text("status") {
            filter.status = BroadcastStatus(rawValue: text)
            if filter.status == nil { query.reject("status", "“\(text.prefix(60))” is not a status of a broadcast.") }
        }
        let (start, limit) = (query.start(), query.limit())
        try query.finish()
        return API.json(.list(try context.services.bulk.bulks(filter, from: start, limit: limit), BroadcastJSON.row))
    }

    private static func create(_ context: RequestContext) throws -> Response {
        var body = try BodyReader(context.request)
        let draft = try BroadcastRequest.read(context, &body, over: nil)
        let id = try context.perform(CreateBulk(draft))
        return try answer(context, id, status: 201)
    }

    private static func change(_ context: RequestContext) throws -> Response {
        let stored = try draft(context)
        var body = try BodyReader(context.request)
        let version = API.version(&body) ?? stored.version
        let draft = try BroadcastRequest.read(context, &body, over: stored)
        try told { try context.perform(SaveBulk(id: stored.id, version: version, draft)) }
        return try answer(context, stored.id)
    }

    private static func delete(_ context: RequestContext) throws -> Response {
        let stored = try draft(context)
        try told { try context.perform(DeleteDraft(stored)) }
        return .noContent
    }
}
