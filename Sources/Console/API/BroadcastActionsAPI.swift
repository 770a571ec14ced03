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
            later("publish") { context in
                try empty(context)
                return try publish(context, try BroadcastsAPI.draft(context), sendAt: nil)
            },
            later("schedule") { try schedule($0) },
            action("unschedule") { context, id in try context.services.broadcasts.unschedule(id, at: context.now) },
            action("pause") { context, id in try context.services.bulk.pause(id, at: context.now) },
            action("resume") { context, id in try context.services.bulk.resume(id, at: context.now) },
            job("cancel", "cancel broadcast") { context, id in
                try context.services.bulk.cancel(id, by: context.principal.userID, at: context.now)
            },
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
            findings = try RunPreflight.findings(context, context.resolved(broadcast))
        } catch let failure as Failure where failure.status == 409 {
            // The template: whatever else there is to say depends on it.
            return API.json(FindingJSON.list([FindingJSON.template(failure)], mayBeSent: false))
        }
        return API.json(
            FindingJSON.list(findings.map(FindingJSON.one), mayBeSent: RunPreflight.mayBeSent(findings)))
    }

    // MARK: Sending

    private static func schedule(_ context: RequestContext) throws -> Response {
        let broadcast = try BroadcastsAPI.draft(context)
        var body = try BodyReader(context.request)
        let sendAt = body.time("send_at")
        if let sendAt {
            if let words = ScheduleRule(now: context.now).problem(with: sendAt) { body.reject("send_at", words) }
            if let end = broadcast.expiresAt, end <= sendAt {
                body.reject("send_at", "It expires before then, at \(end.rfc3339).")
            }
        } else if !body.rejected("send_at") {
            body.reject("send_at", "Say when, as in 2026-12-24T08:00:00Z.")
        }
        try body.finish()
        return try publish(context, broadcast, sendAt: sendAt)
    }

    private static func publish(_ context: RequestContext, _ draft: Broadcast, sendAt: Timestamp?) throws -> Response {
        guard try context.services.bulk.adding(to: draft.id) == nil else {
            return try BroadcastsAPI.told { throw StoreConflict.state("adding") }
        }
        let frozen = try context.frozen(draft)
        let blocking = try RunPreflight.blocking(context, context.resolved(draft))
        guard blocking.isEmpty else { throw Failure.invalid(blocking.map(FindingJSON.field)) }
        try BroadcastsAPI.told {
            try context.services.bulk.publishBulk(
                draft.id, version: draft.version, contents: frozen.contents, providers: frozen.providers,
                priority: frozen.priority, sendAt: sendAt, by: context.principal.userID, at: context.now)
        }
        try context.audit(
            sendAt == nil ? "publish broadcast" : "schedule broadcast", "broadcast \(draft.id)", detail: draft.name)
        context.services.wake()
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
        let copy = try context.services.bulk.duplicateBulk(
            original.id, name: name, by: context.principal.userID, at: context.now)
        try context.audit(
            "duplicate broadcast", "broadcast \(copy.broadcast)", detail: "of broadcast \(original.id)")
        _ = try context.work(on: [copy.job])
        return try BroadcastsAPI.answer(context, copy.broadcast, status: 201)
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

    /// One quick step.
    private static func action(
        _ name: String, _ step: @escaping @Sendable (RequestContext, Int64) throws -> Void
    ) -> Route {
        Route(.post, Paths.apiBroadcastAction("{id}", name), .one(.updateBulk), face: .program, policy: .data) {
            context in
            try empty(context)
            let broadcast = try BroadcastsAPI.broadcast(context)
            try BroadcastsAPI.told { try step(context, broadcast.id) }
            try context.audit("\(name) broadcast", "broadcast \(broadcast.id)", detail: broadcast.name)
            context.services.wake()
            return try BroadcastsAPI.answer(context, broadcast.id)
        }
    }

    private static func decision(_ name: String, _ decision: BulkDecision) -> Route {
        job(name, "\(decision.rawValue.replacing("_", with: " ")) of broadcast") { context, id in
            try context.services.bulk.decide(decision, of: id, by: context.principal.userID, at: context.now)
        }
    }

    /// Work on many messages, of which the rest may come after the answer: 202.
    private static func job(
        _ name: String, _ action: String, _ ask: @escaping @Sendable (RequestContext, Int64) throws -> BroadcastJob
    ) -> Route {
        later(name) { context in
            try empty(context)
            let broadcast = try BroadcastsAPI.broadcast(context)
            let job = try BroadcastsAPI.told { try ask(context, broadcast.id) }
            try context.audit(action, "broadcast \(broadcast.id)", detail: broadcast.name)
            context.services.wake()
            return try BroadcastsAPI.answer(context, broadcast.id, status: job.isFinished ? 200 : 202)
        }
    }
}
