import Foundation
import HTTPServing
import Messaging

/// Sends the draft at an hour of the person's own clock, or takes that back.
enum ComposeSchedule {
    static var routes: [Route] {
        let access = Access.one(.composeSend)
        let cancel = Paths.composeUnschedule("{id}")
        return [
            Route(
                .post, Paths.composeSchedule("{id}"), access, policy: .previews,
                answer: { visit in
                    try ComposeConfirm.answer(visit) { try schedule(visit, $0) }
                }),
            Route(.get, cancel, access) { visit in
                let broadcast = try visit.composed()
                guard broadcast.status == .scheduled else { return visit.redirect(to: Paths.drafts) }
                return try question(visit, broadcast)
            },
            Route(.post, cancel, access) { try unschedule($0) },
        ]
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
            return try ComposeConfirm.show(
                visit, draft, ComposeCheckup.look(visit, draft), status: 422,
                schedule: ComposeConfirm.ScheduleProblem(sendAt: kept, message: problem.message))
        }
        if let refusal = try ComposeSend.accept(visit, draft, sendAt: moment) { return refusal }
        return visit.redirect(
            to: Paths.drafts, .success, "“\(draft.label)” will be sent on \(visit.time(moment).text).")
    }

    /// Asks before a schedule is taken back; also in the place of deleting, which a scheduled message does not allow.
    static func question(_ visit: Visit, _ broadcast: Broadcast) throws -> Response {
        let when = broadcast.sendAt.map { visit.time($0).text } ?? "later"
        return try visit.page(
            "Pages/Confirm",
            ConfirmPage(
                shell: visit.shell(.drafts), title: "Cancel the schedule?",
                text: "“\(broadcast.label)” is to be sent on \(when). It becomes a draft again, which can be changed, "
                    + "sent or deleted.",
                facts: [Fact(label: "Recipients", value: Wording.count(broadcast.receiverCount))],
                action: Paths.composeUnschedule(broadcast.id), confirmLabel: "Cancel schedule",
                busyLabel: "Cancelling…", cancelHref: Paths.drafts))
    }

    private static func unschedule(_ visit: Visit) throws -> Response {
        let broadcast = try visit.composed()
        do {
            try visit.services.broadcasts.unschedule(broadcast.id, at: visit.now)
        } catch StoreConflict.state {
            // A second click finds a draft; one that came too late finds it sent.
            guard try visit.composed().status == .draft else {
                return visit.redirect(
                    to: visit.link(Paths.sendLogs) ?? Paths.drafts, .warning,
                    "Too late: “\(broadcast.label)” is being sent already.")
            }
            return visit.redirect(to: Paths.composeConfirm(broadcast.id))
        }
        try visit.audit("unschedule broadcast", "broadcast \(broadcast.id)", detail: broadcast.label)
        visit.services.wake()
        return visit.redirect(
            to: Paths.composeConfirm(broadcast.id), .success, "The schedule was cancelled. This is a draft again.")
    }
}

/// The times the picker needs, in the person's own zone.
struct ScheduleTimes: Sendable {
    /// The next full hour that may be chosen.
    let suggested: String
    let earliest: String
    /// `Africa/Johannesburg (UTC+02:00)`
    let zone: String

    init(_ visit: Visit) {
        let zone = visit.timeZone
        let first = ScheduleRule(now: visit.now).earliestMinute
        var hour = CivilTime(first, in: zone)
        if hour.minute > 0 { hour = CivilTime(first + .seconds(60 * (60 - hour.minute)), in: zone) }
        earliest = Self.local(CivilTime(first, in: zone))
        suggested = Self.local(hour)
        self.zone = Self.label(zone, at: visit.now)
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
