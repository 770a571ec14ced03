import Foundation
import HTTPServing
import Messaging

/// Schedules the draft for a time in the visitor's time zone, or cancels the schedule.
enum ComposeSchedule {
    static var routes: [Route] {
        let access = Access.one(.composeSend)
        let cancel = Paths.composeUnschedule("{id}")
        return [
            Route(
                .post, Paths.composeSchedule("{id}"), access, policy: .previews,
                answer: { context in
                    try ComposeConfirm.answer(context) { try schedule(context, $0) }
                }),
            Route(.get, cancel, access) { context in
                let broadcast = try context.composed()
                guard broadcast.status == .scheduled else { return context.redirect(to: Paths.drafts) }
                return try question(context, broadcast)
            },
            Route(.post, cancel, access) { try unschedule($0) },
        ]
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
            return try ComposeConfirm.show(
                context, draft, PreflightReport(context, draft), status: 422,
                schedule: ComposeConfirm.ScheduleProblem(sendAt: kept, message: problem.message))
        }
        if let refusal = try ComposeSend.accept(context, draft, sendAt: moment) { return refusal }
        return context.redirect(
            to: Paths.drafts, .success, "“\(draft.displayName)” will be sent on \(context.time(moment).text).")
    }

    /// Confirmation before a schedule is cancelled; also replaces deletion, which scheduled messages do not allow.
    static func question(_ context: RequestContext, _ broadcast: Broadcast) throws -> Response {
        let when = broadcast.sendAt.map { context.time($0).text } ?? "later"
        return try context.page(
            "Shared/Confirm",
            ConfirmPage(
                shell: context.shell(.drafts), title: "Cancel the schedule?",
                text:
                    "“\(broadcast.displayName)” is to be sent on \(when). It becomes a draft again, which can be changed, "
                    + "sent or deleted.",
                facts: [Fact(label: "Recipients", value: EnglishFormat.count(broadcast.receiverCount))],
                action: Paths.composeUnschedule(broadcast.id), confirmLabel: "Cancel schedule",
                busyLabel: "Cancelling…", cancelHref: Paths.drafts))
    }

    private static func unschedule(_ context: RequestContext) throws -> Response {
        let broadcast = try context.composed()
        do {
            try context.perform(UnscheduleBroadcast(broadcast))
        } catch StoreConflict.state {
            // A double click finds a draft; a request that is too late finds it sent.
            guard try context.composed().status == .draft else {
                return context.redirect(
                    to: context.link(Paths.sendLogs) ?? Paths.drafts, .warning,
                    "Too late: “\(broadcast.displayName)” is being sent already.")
            }
            return context.redirect(to: Paths.composeConfirm(broadcast.id))
        }
        return context.redirect(
            to: Paths.composeConfirm(broadcast.id), .success, "The schedule was cancelled. This is a draft again.")
    }
}

/// Values for the time picker, in the visitor's time zone.
struct ScheduleTimes: Sendable {
    /// Next full hour that is allowed.
    let suggested: String
    let earliest: String
    /// `Africa/Johannesburg (UTC+02:00)`
    let zone: String

    init(_ context: RequestContext) {
        let zone = context.timeZone
        let first = ScheduleRule(now: context.now).earliestMinute
        var hour = CivilTime(first, in: zone)
        if hour.minute > 0 { hour = CivilTime(first + .seconds(60 * (60 - hour.minute)), in: zone) }
        earliest = Self.local(CivilTime(first, in: zone))
        suggested = Self.local(hour)
        self.zone = Self.label(zone, at: context.now)
    }

    private static func local(_ time: CivilTime) -> String { "\(time.date)T\(time.shortClock)" }

    private static func label(_ zone: TimeZone, at moment: Timestamp) -> String {
        let minutes = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000)) / 60
        if zone.identifier == "GMT" { return "UTC" }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        let sign = minutes < 0 ? "-" : "+"
        return "\(zone.identifier) (UTC\(sign)\(two(abs(minutes) / 60)):\(two(abs(minutes) % 60)))"
    }
}
