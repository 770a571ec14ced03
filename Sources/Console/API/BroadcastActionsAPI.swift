import HTTPServing
import Messaging

/// What is done to a broadcast as a whole, and what stands in its books.
enum BroadcastActionsAPI {
    static var routes: [Route] {
        [
            Route(
                .get, Paths.apiBroadcastAction("{id}", "preflight"), .one(.readBulk), face: .program, policy: .data,
                answer: { visit in .later { try preflight(visit) } }),
            Route(
                .get, Paths.apiBroadcastAction("{id}", "stats"), .one(.readBulk), face: .program, policy: .data
            ) { try stats($0) },
            later("publish") { visit in
                try empty(visit)
                return try publish(visit, try BroadcastsAPI.draft(visit), sendAt: nil)
            },
            later("schedule") { try schedule($0) },
            action("unschedule") { visit, id in try visit.services.broadcasts.unschedule(id, at: visit.now) },
            action("pause") { visit, id in try visit.services.bulk.pause(id, at: visit.now) },
            action("resume") { visit, id in try visit.services.bulk.resume(id, at: visit.now) },
            job("cancel", "cancel broadcast") { visit, id in
                try visit.services.bulk.cancel(id, by: visit.principal.userID, at: visit.now)
            },
            decision("resend-failed", .resendFailed), decision("retry-unknown", .retryUnknown),
            decision("assume-sent", .assumeSent),
            Route(
                .post, Paths.apiBroadcastAction("{id}", "duplicate"), .one(.createBulk), face: .program, policy: .data,
                answer: { visit in .later { try duplicate(visit) } }),
        ]
    }

    // MARK: Looking

    private static func stats(_ visit: Visit) throws -> Response {
        let broadcast = try BroadcastsAPI.broadcast(visit)
        return API.json(
            BroadcastJSON.stats(
                broadcast, try visit.services.broadcasts.books(of: broadcast.id),
                try visit.services.bulk.adding(to: broadcast.id)))
    }

    private static func preflight(_ visit: Visit) throws -> Response {
        let broadcast = try BroadcastsAPI.draft(visit)
        let findings: [Finding]
        do {
            findings = try ComposeCheckup.findings(visit, visit.resolved(broadcast))
        } catch let failure as Failure where failure.status == 409 {
            // The template: whatever else there is to say depends on it.
            return API.json(FindingJSON.list([FindingJSON.template(failure)], mayBeSent: false))
        }
        return API.json(
            FindingJSON.list(findings.map(FindingJSON.one), mayBeSent: ComposeCheckup.mayBeSent(findings)))
    }

    // MARK: Sending

    private static func schedule(_ visit: Visit) throws -> Response {
        let broadcast = try BroadcastsAPI.draft(visit)
        var body = try BodyReader(visit.request)
        let sendAt = body.time("send_at")
        if let sendAt {
            if let words = ScheduleRule(now: visit.now).problem(with: sendAt) { body.reject("send_at", words) }
            if let end = broadcast.expiresAt, end <= sendAt {
                body.reject("send_at", "It expires before then, at \(end.rfc3339).")
            }
        } else if !body.rejected("send_at") {
            body.reject("send_at", "Say when, as in 2026-12-24T08:00:00Z.")
        }
        try body.finish()
        return try publish(visit, broadcast, sendAt: sendAt)
    }

    private static func publish(_ visit: Visit, _ draft: Broadcast, sendAt: Timestamp?) throws -> Response {
        guard try visit.services.bulk.adding(to: draft.id) == nil else {
            return try BroadcastsAPI.told { throw StoreConflict.state("adding") }
        }
        let frozen = try visit.frozen(draft)
        let blocking = try ComposeCheckup.blocking(visit, visit.resolved(draft))
        guard blocking.isEmpty else { throw Failure.invalid(blocking.map(FindingJSON.field)) }
        try BroadcastsAPI.told {
            try visit.services.bulk.publishBulk(
                draft.id, version: draft.version, contents: frozen.contents, providers: frozen.providers,
                priority: frozen.priority, sendAt: sendAt, by: visit.principal.userID, at: visit.now)
        }
        try visit.audit(
            sendAt == nil ? "publish broadcast" : "schedule broadcast", "broadcast \(draft.id)", detail: draft.name)
        visit.services.wake()
        return try BroadcastsAPI.answer(visit, draft.id)
    }

    private static func duplicate(_ visit: Visit) throws -> Response {
        let original = try BroadcastsAPI.broadcast(visit)
        var name = String("Copy of \(original.name)".prefix(BroadcastsAPI.nameLimit))
        if !visit.request.body.isEmpty {
            var body = try BodyReader(visit.request)
            if let given = body.line("name", limit: BroadcastsAPI.nameLimit), !given.isEmpty { name = given }
            try body.finish()
        }
        let copy = try visit.services.bulk.duplicateBulk(
            original.id, name: name, by: visit.principal.userID, at: visit.now)
        try visit.audit(
            "duplicate broadcast", "broadcast \(copy.broadcast)", detail: "of broadcast \(original.id)")
        _ = try visit.work(on: [copy.job])
        return try BroadcastsAPI.answer(visit, copy.broadcast, status: 201)
    }

    // MARK: Kinds of route

    private static func empty(_ visit: Visit) throws {
        guard visit.request.body.isEmpty || BodyReader.isEmptyObject(visit.request.body) else {
            throw Failure.badRequest("This call takes no body.")
        }
    }

    private static func later(_ name: String, _ handler: @escaping @Sendable (Visit) throws -> Response) -> Route {
        Route(
            .post, Paths.apiBroadcastAction("{id}", name), .one(.updateBulk), face: .program, policy: .data,
            answer: { visit in .later { try handler(visit) } })
    }

    /// One quick step.
    private static func action(
        _ name: String, _ step: @escaping @Sendable (Visit, Int64) throws -> Void
    ) -> Route {
        Route(.post, Paths.apiBroadcastAction("{id}", name), .one(.updateBulk), face: .program, policy: .data) {
            visit in
            try empty(visit)
            let broadcast = try BroadcastsAPI.broadcast(visit)
            try BroadcastsAPI.told { try step(visit, broadcast.id) }
            try visit.audit("\(name) broadcast", "broadcast \(broadcast.id)", detail: broadcast.name)
            visit.services.wake()
            return try BroadcastsAPI.answer(visit, broadcast.id)
        }
    }

    private static func decision(_ name: String, _ decision: BulkDecision) -> Route {
        job(name, "\(decision.rawValue.replacing("_", with: " ")) of broadcast") { visit, id in
            try visit.services.bulk.decide(decision, of: id, by: visit.principal.userID, at: visit.now)
        }
    }

    /// Work on many messages, of which the rest may come after the answer: 202.
    private static func job(
        _ name: String, _ action: String, _ ask: @escaping @Sendable (Visit, Int64) throws -> BroadcastJob
    ) -> Route {
        later(name) { visit in
            try empty(visit)
            let broadcast = try BroadcastsAPI.broadcast(visit)
            let job = try BroadcastsAPI.told { try ask(visit, broadcast.id) }
            try visit.audit(action, "broadcast \(broadcast.id)", detail: broadcast.name)
            visit.services.wake()
            return try BroadcastsAPI.answer(visit, broadcast.id, status: job.isFinished ? 200 : 202)
        }
    }
}
