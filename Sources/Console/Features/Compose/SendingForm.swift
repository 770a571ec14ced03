import Foundation
import HTTPServing
import Messaging

/// Form fields for *Do not send after…* and for messages in doubt.
enum SendingForm {
    /// Value for a `datetime-local` input; empty if there is none.
    static func local(_ end: Timestamp?, _ context: RequestContext) -> String {
        guard let end else { return "" }
        let time = CivilTime(end, in: context.timeZone)
        return "\(time.date)T\(time.shortClock)"
    }

    static func read(_ form: inout Form, _ context: RequestContext) -> SendingOptions {
        var options = SendingOptions(whenUnknown: form.isChecked("resend") ? .resend : .hold)
        let text = form.raw("expires_at").trimmingCharacters(in: .whitespaces)
        guard !text.isEmpty else { return options }
        switch ScheduleRule(now: context.now).read(local: text, in: context.timeZone) {
        case .success(let end): options.expiresAt = end
        case .failure(let problem): form.reject("expires_at", problem.message)
        }
        return options
    }

    /// Checks that a broadcast may be sent at a given time.
    static func checked(
        _ moment: Timestamp, for draft: Broadcast, _ context: RequestContext
    ) -> Result<Timestamp, ScheduleProblem> {
        guard let end = draft.expiresAt, end <= moment else { return .success(moment) }
        let words = "It is not to be sent after \(context.time(end).text). Choose an earlier time, or change that."
        return .failure(ScheduleProblem(message: words))
    }
}
