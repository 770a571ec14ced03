import HTTPServing
import Messaging

/// What is done to a broadcast as a whole, and what stands in its books.
enum BroadcastActionsAPI {
    static var routes: [Route] {
        [
            Route(
                .get, Paths.apiBroadcastAction("{id}", "preflight"), .one(.readBulk), face: .program, policy: .data,
                answer: { context in .later { try preflight(context) } }),
            Route(
                .get, Paths.apiBroadcastAction("{id}", "stats"), .one(.readBulk), face: .program, policy: .data
            ) { try stats($0) },
            later("publish") { try publish($0) },
            later("schedule") { try schedule($0) },
            action("unschedule", UnscheduleBroadcast.init), action("pause", PauseBroadcast.init),
            action("resume", ResumeBroadcast.init), job("cancel", CancelBroadcast.init),
            decision("resend-failed", .resendFailed), decision("retry-unknown", .retryUnknown),
            decision("assume-sent", .assumeSent),
            Route(
                .post, Paths.apiBroadcastAction("{id}", "duplicate"), .one(.createBulk), face: .program, policy: .data,
                answer: { context in .later { try duplicate(context) } }),
        ]
    }

    // MARK: Looking

    private static func stats(_ context: RequestContext) throws -> Response {
        let broadcast = try BroadcastsAPI.broadcast(context)
        return API.json(
            BroadcastJSON.stats(
                broadcast, try context.services.broadcasts.books(of: broadcast.id),
                try context.services.bulk.adding(to: broadcast.id)))
    }

    private static func preflight(_ context: RequestContext) throws -> Response {
        let broadcast = try BroadcastsAPI.draft(context)
        let findings: [Finding]
        do {
            findings = try context.perform(
                RunPreflight(of: context.resolved(broadcast), .everything, time: { context.time($0).text }))
        } catch let problem as BroadcastContentProblem {
            // The template: whatever else there is to say depends on it.
            return API.json(FindingJSON.list([FindingJSON.template(Failure(problem))], mayBeSent: false))
        }
        return API.json(FindingJSON.list(findings.map(FindingJSON.one), mayBeSent: findings.allowSending))
    }

    // MARK: Sending

    /// The body is optional: `version` and `receivers` say what the caller saw, and are compared with what stands.
    private static func publish(_ context: RequestContext) throws -> Response {
        let draft = try BroadcastsAPI.draft(context)
        guard !context.request.body.isEmpty else { return try publish(context, draft, nil, sendAt: nil) }
        var body = try BodyReader(context.request)
        let seen = Seen(&body, draft)
        try body.finish()
        return try publish(context, draft, seen, sendAt: nil)
    }

    private static func schedule(_ context: RequestContext) throws -> Response {
        let draft = try BroadcastsAPI.draft(context)
        var body = try BodyReader(context.request)
        let sendAt = body.time("send_at")
        if sendAt == nil, !body.rejected("send_at") {
            body.reject("send_at", "Say when, as in 2026-12-24T08:00:00Z.")
        }
        let seen = Seen(&body, draft)
        do {
            try body.finish()
            return try publish(context, draft, seen, sendAt: sendAt)
        } catch PublishRefused.time(let words) {
            throw Failure.invalid([Failure.Field(field: "send_at", message: words)])
        } catch PublishRefused.expiresBefore(let end) {
            throw Failure.invalid([
                Failure.Field(field: "send_at", message: "The broadcast expires before then, at \(end.rfc3339).")
            ])
        }
    }

    /// What the caller saw of the draft, else what stands now.
    private struct Seen {
        var version: Int64
        var receivers: Int

        init(_ body: inout BodyReader, _ draft: Broadcast) {
            version = API.version(&body) ?? draft.version
            receivers = body.integer("receivers") ?? draft.receiverCount
        }

        init(_ draft: Broadcast) { (version, receivers) = (draft.version, draft.receiverCount) }
    }

    private static func publish(
        _ context: RequestContext, _ draft: Broadcast, _ seen: Seen?, sendAt: Timestamp?
    ) throws -> Response {
        let seen = seen ?? Seen(draft)
        do {
            try BroadcastsAPI.told {
                try context.perform(
                    PublishBroadcast(draft, version: seen.version, receivers: seen.receivers, sendAt: sendAt))
            }
        } catch PublishRefused.findings(let findings) {
            throw Failure.invalid(findings.map(FindingJSON.field))
        } catch PublishRefused.adding {
            return try BroadcastsAPI.told { throw StoreConflict.state(BroadcastJob.adding) }
        }
        return try BroadcastsAPI.answer(context, draft.id)
    }

    private static func duplicate(_ context: RequestContext) throws -> Response {
        let original = try BroadcastsAPI.broadcast(context)
        var name = String("Copy of \(original.name)".prefix(BroadcastsAPI.nameLimit))
        if !context.request.body.isEmpty {
            var body = try BodyReader(context.request)
            if let given = body.line("name", limit: BroadcastsAPI.nameLimit), !given.isEmpty { name = given }
            try body.finish()
        }
        let copy = try context.perform(DuplicateBulk(original, name: name))
        return try BroadcastsAPI.answer(context, copy, status: 201)
    }

    // MARK: Kinds of route

    private static func empty(_ context: RequestContext) throws {
        guard context.request.body.isEmpty || BodyReader.isEmptyObject(context.request.body) else {
            throw Failure.badRequest("This call takes no body.")
        }
    }

    private static func later(_ name: String, _ handler: @escaping @Sendable (RequestContext) throws -> Response)
        -> Route
    {
        Route(
            .post, Paths.apiBroadcastAction("{id}", name), .one(.updateBulk), face: .program, policy: .data,
            answer: { context in .later { try handler(context) } })
    }

    /// One quick act.
    private static func action<Act: UseCase>(
        _ name: String, _ act: @escaping @Sendable (Broadcast) -> Act
    ) -> Route where Act.Output == Void {
        Route(.post, Paths.apiBroadcastAction("{id}", name), .one(.updateBulk), face: .program, policy: .data) {
            context in
            try empty(context)
            let broadcast = try BroadcastsAPI.broadcast(context)
            try BroadcastsAPI.told { try context.perform(act(broadcast)) }
            return try BroadcastsAPI.answer(context, broadcast.id)
        }
    }

    private static func decision(_ name: String, _ decision: BulkDecision) -> Route {
        job(name) { DecideMessages(decision, of: $0) }
    }

    /// Work on many messages, of which the rest may come after the answer: 202.
    private static func job<Act: UseCase>(
        _ name: String, _ act: @escaping @Sendable (Broadcast) -> Act
    ) -> Route where Act.Output == BroadcastJob {
        later(name) { context in
            try empty(context)
            let broadcast = try BroadcastsAPI.broadcast(context)
            let job = try BroadcastsAPI.told { try context.perform(act(broadcast)) }
            return try BroadcastsAPI.answer(context, broadcast.id, status: job.isFinished ? 200 : 202)
        }
    }
}
