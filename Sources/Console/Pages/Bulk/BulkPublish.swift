import HTTPServing
import Messaging

struct BulkPublishPage: Sendable {
    let shell: Shell
    let backHref: String
    let backLabel: String
    let version: String
    let problem: String?
    let facts: [Fact]
    let channels: [ChannelPill]
    let preflight: PreflightPart
    let canSend: Bool
    let publishAction: String
    let scheduleAction: String
    let scheduleOpen: Bool
    let sendAt: String
    let sendAtMin: String
    let sendAtError: String?
    let timeZone: String
    let previewHref: String
}

/// The last look before a bulk leaves: the preflight, *Publish* and *Schedule*.
enum BulkPublish {
    static var routes: [Route] {
        let access = Access.one(.updateBulk)
        return [
            Route(
                .get, Paths.publishBulk("{id}"), access,
                answer: { visit in try answer(visit) { try show(visit, $0) } }),
            Route(
                .post, Paths.publishBulk("{id}"), access,
                answer: { visit in try answer(visit) { try publish(visit, $0) } }),
            Route(
                .post, Paths.scheduleBulk("{id}"), access,
                answer: { visit in try answer(visit) { try schedule(visit, $0) } }),
            Route(.get, Paths.unscheduleBulk("{id}"), access) { try question($0) },
            Route(.post, Paths.unscheduleBulk("{id}"), access) { try unschedule($0) },
        ]
    }

    /// At once when the receivers are few, else off the thread that serves others.
    private static func answer(_ visit: Visit, _ step: @escaping @Sendable (Broadcast) throws -> Response) throws
        -> Answer
    {
        try visit.withBulkDraft(
            { draft in
                guard draft.receiverCount > ComposeCheckup.quickReceivers else { return .now(try step(draft)) }
                return .later { try visit.withBulkDraft(step) }
            }, otherwise: { .now($0) })
    }

    private static func show(
        _ visit: Visit, _ stored: Broadcast, status: Int = 200, problem: String? = nil,
        schedule: ComposeConfirm.ScheduleProblem? = nil
    ) throws -> Response {
        let draft = try visit.resolved(stored)
        let look = try ComposeCheckup.look(visit, draft)
        let isAdding = try !visit.services.bulk.openJobs(of: draft.id, limit: 1).isEmpty
        let times = ScheduleTimes(visit)
        let messages = draft.receiverCount * draft.deliveryChannels.count
        var facts = [
            Fact(label: "Message template", value: draft.templateName ?? "Own texts"),
            Fact(label: "Recipients", value: Wording.count(draft.receiverCount)),
            Fact(label: "Messages", value: Wording.count(messages)),
        ]
        facts += try visit.readiness(of: draft).map { readiness in
            Fact(
                label: "\(readiness.channel.title) leaves through", value: readiness.provider?.name ?? "No provider yet"
            )
        }
        let model = BulkPublishPage(
            shell: visit.shell(.bulk), backHref: Paths.bulk(draft.id), backLabel: draft.bulkName,
            version: String(draft.version),
            problem: problem
                ?? (isAdding ? "Receivers are still being added. Publish it when they are all there." : nil),
            facts: facts, channels: draft.deliveryChannels.map(ChannelPill.init),
            preflight: PreflightPart(look, draft, visit), canSend: ComposeCheckup.mayBeSent(look.findings) && !isAdding,
            publishAction: Paths.publishBulk(draft.id),
            scheduleAction: Paths.scheduleBulk(draft.id), scheduleOpen: schedule != nil,
            sendAt: schedule?.sendAt ?? times.suggested, sendAtMin: times.earliest, sendAtError: schedule?.message,
            timeZone: times.zone, previewHref: Paths.bulkPreview(draft.id))
        return try visit.page("Pages/BulkPublish", model, status: status)
    }

    private static func publish(_ visit: Visit, _ draft: Broadcast) throws -> Response {
        if let refusal = try accept(visit, draft, sendAt: nil) { return refusal }
        let messages = draft.receiverCount * draft.deliveryChannels.count
        return visit.redirect(
            to: Paths.bulk(draft.id), .success, "Published: \(Wording.count(messages, "message")) on the way.")
    }

    private static func schedule(_ visit: Visit, _ draft: Broadcast) throws -> Response {
        let text = Form(visit.request).raw("send_at")
        let moment: Timestamp
        let asked = ScheduleRule(now: visit.now).read(local: text, in: visit.timeZone)
            .flatMap { SendingForm.checked($0, for: draft, visit) }
        switch asked {
        case .success(let found): moment = found
        case .failure(let problem):
            let kept = CivilTime.moment(local: text, in: visit.timeZone) == nil ? "" : text
            return try show(
                visit, draft, status: 422,
                schedule: ComposeConfirm.ScheduleProblem(sendAt: kept, message: problem.message))
        }
        if let refusal = try accept(visit, draft, sendAt: moment) { return refusal }
        return visit.redirect(
            to: Paths.bulk(draft.id), .success, "Scheduled: it will be sent on \(visit.time(moment).text).")
    }

    /// `nil`: accepted; otherwise the page that says why not.
    private static func accept(_ visit: Visit, _ draft: Broadcast, sendAt: Timestamp?) throws -> Response? {
        guard try ComposeCheckup.blocking(visit, visit.resolved(draft)).isEmpty else {
            return try show(visit, draft, status: 422, problem: "It was not published. See the problems named.")
        }
        let frozen = try visit.frozen(draft)
        do {
            try visit.services.bulk.publishBulk(
                draft.id, version: Form(visit.request).number("version") ?? 0, contents: frozen.contents,
                providers: frozen.providers, priority: frozen.priority, sendAt: sendAt, by: visit.principal.userID,
                at: visit.now)
        } catch StoreConflict.version {
            return try show(
                visit, try visit.bulk(), status: 409,
                problem:
                    "The bulk was changed since this page was opened, so it was not published. Look at it once more.")
        } catch StoreConflict.state("adding") {
            return try show(visit, draft, status: 409)
        }
        try visit.audit(
            sendAt == nil ? "publish broadcast" : "schedule broadcast", "broadcast \(draft.id)", detail: draft.bulkName)
        visit.services.wake()
        return nil
    }

    // MARK: Back to draft

    private static func question(_ visit: Visit) throws -> Response {
        let broadcast = try visit.bulk()
        guard broadcast.status == .scheduled else { return visit.redirect(to: Paths.bulk(broadcast.id)) }
        let when = broadcast.sendAt.map { visit.time($0).text } ?? "later"
        return try visit.page(
            "Pages/Confirm",
            ConfirmPage(
                shell: visit.shell(.bulk), title: "Cancel the schedule?",
                text: "“\(broadcast.bulkName)” is to be sent on \(when). It becomes a draft again.",
                facts: [Fact(label: "Recipients", value: Wording.count(broadcast.receiverCount))],
                action: Paths.unscheduleBulk(broadcast.id), confirmLabel: "Cancel schedule", busyLabel: "Cancelling…",
                cancelHref: Paths.bulk(broadcast.id)))
    }

    private static func unschedule(_ visit: Visit) throws -> Response {
        let broadcast = try visit.bulk()
        do {
            try visit.services.broadcasts.unschedule(broadcast.id, at: visit.now)
        } catch StoreConflict.state {
            guard try visit.bulk().status != .draft else { return visit.redirect(to: Paths.bulk(broadcast.id)) }
            return visit.redirect(to: Paths.bulk(broadcast.id), .warning, "Too late: it is being sent already.")
        }
        try visit.audit("unschedule broadcast", "broadcast \(broadcast.id)", detail: broadcast.bulkName)
        visit.services.wake()
        return visit.redirect(
            to: Paths.bulk(broadcast.id), .success, "The schedule was cancelled. This is a draft again.")
    }
}
