import HTTPServing
import Messaging

/// Sends the draft now. Safe to repeat: the version in the form is good for one accept, and whoever comes second is
/// taken to the same page and told that it was sent.
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
            "“\(draft.label)” is on its way: \(EnglishFormat.count(messages, "message")) to "
                + "\(EnglishFormat.count(draft.receiverCount, "recipient")).")
    }

    /// Freezes and plans the messages. `nil`: accepted; otherwise the page that says why not.
    static func accept(_ context: RequestContext, _ draft: Broadcast, sendAt: Timestamp?) throws -> Response? {
        guard try RunPreflight.blocking(context, draft).isEmpty else {
            return try ComposeConfirm.show(
                context, draft, RunPreflight.report(context, draft), status: 422,
                problem: "It was not sent. See the problems named.")
        }
        func notYet() throws -> Response? {
            let obstacle = try AudienceAdding.obstacle(draft, context)
            return try obstacle.map {
                try ComposeConfirm.show(
                    context, draft, RunPreflight.report(context, draft), status: 409, problem: "It was not sent. \($0)")
            }
        }
        if let refusal = try notYet() { return refusal }
        do {
            try context.services.broadcasts.publish(
                draft.id, version: Form(context.request).number("version") ?? 0,
                receivers: Form(context.request).number("receivers").map(Int.init),
                contents: context.wrapped(draft).composition.contents(for: draft.deliveryChannels), sendAt: sendAt,
                by: context.principal.userID, at: context.now)
        } catch StoreConflict.state("adding") {
            // Asked for between the look and the send.
            if let refusal = try notYet() { return refusal }
            throw StoreConflict.version(draft.version)
        } catch StoreConflict.version {
            return try ComposeConfirm.show(
                context, try context.composed(), RunPreflight.report(context, draft), status: 409,
                problem: "The draft was changed since this page was opened, so it was not sent. Look at it once more.")
        }
        try context.audit(
            sendAt == nil ? "send broadcast" : "schedule broadcast", "broadcast \(draft.id)", detail: draft.label)
        context.services.wake()
        return nil
    }
}
