import HTTPServing
import Messaging

struct BulkPublishPage: Sendable {
    let shell: Shell
    let backHref: String
    let backLabel: String
    let version: String
    /// Receiver count shown on the page; publishing with a different count requires another review.
    let receiverTotal: String
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

/// Review page before a bulk is sent: preflight, *Publish* and *Schedule*.
enum BulkPublish {
    static var routes: [Route] {
        let access = Access.one(.updateBulk)
        return [
            Route(
                .get, Paths.publishBulk("{id}"), access,
                answer: { context in try answer(context) { try show(context, $0) } }),
            Route(
                .post, Paths.publishBulk("{id}"), access,
                answer: { context in try answer(context) { try publish(context, $0) } }),
            Route(
                .post, Paths.scheduleBulk("{id}"), access,
                answer: { context in try answer(context) { try schedule(context, $0) } }),
            Route(.get, Paths.unscheduleBulk("{id}"), access) { try question($0) },
            Route(.post, Paths.unscheduleBulk("{id}"), access) { try unschedule($0) },
        ]
    }

    /// Responds immediately for few receivers, otherwise on a background thread.
    private static func answer(_ context: RequestContext, _ step: @escaping @Sendable (Broadcast) throws -> Response)
        throws
        -> RouteResult
    {
        try context.withBulkDraft(
            { draft in
                guard draft.receiverCount > PreflightReport.quickReceivers else { return .now(try step(draft)) }
                return .later { try context.withBulkDraft(step) }
            }, otherwise: { .now($0) })
    }

    private static func show(
        _ context: RequestContext, _ stored: Broadcast, status: Int = 200, problem: String? = nil,
        schedule: ComposeConfirm.ScheduleProblem? = nil
    ) throws -> Response {
        let draft = try context.resolved(stored)
        let report = try PreflightReport(context, draft)
        let isAdding = try !context.services.bulk.openJobs(of: draft.id, limit: 1).isEmpty
        let times = ScheduleTimes(context)
        let messages = draft.receiverCount * draft.deliveryChannels.count
        var facts = [
            Fact(label: "Message template", value: draft.templateName ?? "Own texts"),
            Fact(label: "Recipients", value: EnglishFormat.count(draft.receiverCount)),
            Fact(label: "Messages", value: EnglishFormat.count(messages)),
        ]
        facts += try context.readiness(of: draft).map { readiness in
            Fact(
                label: "\(readiness.channel.title) leaves through", value: readiness.provider?.name ?? "No provider yet"
            )
        }
        let model = BulkPublishPage(
            shell: context.shell(.bulk), backHref: Paths.bulk(draft.id), backLabel: draft.displayName,
            version: String(draft.version), receiverTotal: String(draft.receiverCount),
            problem: problem
                ?? (isAdding ? "Receivers are still being added. Publish it when they are all there." : nil),
            facts: facts, channels: draft.deliveryChannels.map(ChannelPill.init),
            preflight: PreflightPart(report, draft, context),
            canSend: report.findings.allowSending && !isAdding,
            publishAction: Paths.publishBulk(draft.id),
            scheduleAction: Paths.scheduleBulk(draft.id), scheduleOpen: schedule != nil,
            sendAt: schedule?.sendAt ?? times.suggested, sendAtMin: times.earliest, sendAtError: schedule?.message,
            timeZone: times.zone, previewHref: Paths.bulkPreview(draft.id))
        return try context.page("Bulk/BulkPublish", model, status: status)
    }

    private static func publish(_ context: RequestContext, _ draft: Broadcast) throws -> Response {
        if let refusal = try accept(context, draft, sendAt: nil) { return refusal }
        let messages = draft.receiverCount * draft.deliveryChannels.count
        return context.redirect(
            to: Paths.bulk(draft.id), .success, "Published: \(EnglishFormat.count(messages, "message")) on the way.")
    }

    private static func schedule(_ context: RequestContext, _ draft: Broadcast) throws -> Response {
        let text = Form(context.request).raw("send_at")
        let moment: Timestamp
        let asked = ScheduleRule(now: context.now).read(local: text, in: context.timeZone)
            .flatMap { SendingForm.checked($0, for: draft, context) }
        switch asked {
        case .success(let found): moment = found
        case .failure(let problem):
            let kept = CivilTime.moment(local: text, in: context.timeZone) == nil ? "" : text
            return try show(
                context, draft, status: 422,
                schedule: ComposeConfirm.ScheduleProblem(sendAt: kept, message: problem.message))
        }
        if let refusal = try accept(context, draft, sendAt: moment) { return refusal }
        return context.redirect(
            to: Paths.bulk(draft.id), .success, "Scheduled: it will be sent on \(context.time(moment).text).")
    }

    /// `nil` if accepted; otherwise the page with the reason.
    private static func accept(_ context: RequestContext, _ draft: Broadcast, sendAt: Timestamp?) throws -> Response? {
        let form = Form(context.request)
        do {
            try context.perform(
                PublishBroadcast(
                    draft, version: form.number("version") ?? 0,
                    receivers: form.number("receivers").map(Int.init) ?? draft.receiverCount, sendAt: sendAt))
            return nil
        } catch PublishRefused.findings {
            return try show(context, draft, status: 422, problem: "Not published. Fix the problems listed.")
        } catch PublishRefused.adding {
            return try show(context, draft, status: 409)
        } catch StoreConflict.version {
            return try show(
                context, try context.bulk(), status: 409,
                problem: "Not published: the bulk was changed since this page was opened. Check it again.")
        }
    }

    // MARK: Back to draft

    private static func question(_ context: RequestContext) throws -> Response {
        let broadcast = try context.bulk()
        guard broadcast.status == .scheduled else { return context.redirect(to: Paths.bulk(broadcast.id)) }
        let when = broadcast.sendAt.map { context.time($0).text } ?? "later"
        return try context.page(
            "Shared/Confirm",
            ConfirmPage(
                shell: context.shell(.bulk), title: "Cancel the schedule?",
                text: "“\(broadcast.displayName)” is to be sent on \(when). It becomes a draft again.",
                facts: [Fact(label: "Recipients", value: EnglishFormat.count(broadcast.receiverCount))],
                action: Paths.unscheduleBulk(broadcast.id), confirmLabel: "Cancel schedule", busyLabel: "Cancelling…",
                cancelHref: Paths.bulk(broadcast.id)))
    }

    private static func unschedule(_ context: RequestContext) throws -> Response {
        let broadcast = try context.bulk()
        do {
            try context.perform(UnscheduleBroadcast(broadcast))
        } catch StoreConflict.state {
            guard try context.bulk().status != .draft else { return context.redirect(to: Paths.bulk(broadcast.id)) }
            return context.redirect(to: Paths.bulk(broadcast.id), .warning, "Too late: it is being sent already.")
        }
        return context.redirect(
            to: Paths.bulk(broadcast.id), .success, "The schedule was cancelled. This is a draft again.")
    }
}
