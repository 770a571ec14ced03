import HTTPServing
import Messaging

/// Sends the draft now. Idempotent: the version in the form is accepted once, and a repeated request is redirected to
/// the same page with a notice that it was already sent.
enum ComposeSend {
    static var routes: [Route] {
        [
            Route(
                .post, Paths.composeSend("{id}"), .one(.composeSend), policy: .previews,
                answer: { context in
                    try ComposeConfirm.answer(context) { try send(context, $0) }
                })
        ]
    }

    private static func send(_ context: RequestContext, _ draft: Broadcast) throws -> Response {
        if let refusal = try accept(context, draft, sendAt: nil) { return refusal }
        let messages = draft.receiverCount * draft.deliveryChannels.count
        return context.redirect(
            to: context.link(Paths.sendLogs) ?? Paths.drafts, .success,
            "“\(draft.displayName)” is on its way: \(EnglishFormat.count(messages, "message")) to "
                + "\(EnglishFormat.count(draft.receiverCount, "recipient")).")
    }

    /// `nil` if accepted; otherwise the page with the reason.
    static func accept(_ context: RequestContext, _ draft: Broadcast, sendAt: Timestamp?) throws -> Response? {
        func refused(_ draft: Broadcast, _ status: Int, _ problem: String) throws -> Response {
            try ComposeConfirm.show(
                context, draft, PreflightReport(context, draft), status: status, problem: "Not sent. \(problem)")
        }
        let form = Form(context.request)
        do {
            try context.perform(
                PublishBroadcast(
                    draft, version: form.number("version") ?? 0,
                    receivers: form.number("receivers").map(Int.init) ?? draft.receiverCount, sendAt: sendAt))
            return nil
        } catch PublishRefused.findings {
            return try refused(draft, 422, "Fix the problems listed.")
        } catch PublishRefused.adding {
            return try refused(draft, 409, AudienceAdding.obstacle)
        } catch StoreConflict.version {
            return try refused(
                try context.composed(), 409, "The draft was changed since this page was opened. Check it again.")
        }
    }
}
