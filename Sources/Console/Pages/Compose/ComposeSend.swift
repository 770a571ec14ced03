import HTTPServing
import Messaging

/// Sends the draft now. Safe to repeat: the version in the form is good for one accept, and whoever comes second is
/// taken to the same page and told that it was sent.
enum ComposeSend {
    static var routes: [Route] {
        [
            Route(
                .post, Paths.composeSend("{id}"), .one(.composeSend), policy: .previews,
                answer: { visit in
                    try ComposeConfirm.answer(visit) { try send(visit, $0) }
                })
        ]
    }

    private static func send(_ visit: Visit, _ draft: Broadcast) throws -> Response {
        if let refusal = try accept(visit, draft, sendAt: nil) { return refusal }
        let messages = draft.receiverCount * draft.deliveryChannels.count
        return visit.redirect(
            to: visit.link(Paths.sendLogs) ?? Paths.drafts, .success,
            "“\(draft.label)” is on its way: \(Wording.count(messages, "message")) to "
                + "\(Wording.count(draft.receiverCount, "recipient")).")
    }

    /// Freezes and plans the messages. `nil`: accepted; otherwise the page that says why not.
    static func accept(_ visit: Visit, _ draft: Broadcast, sendAt: Timestamp?) throws -> Response? {
        guard try ComposeCheckup.blocking(visit, draft).isEmpty else {
            return try ComposeConfirm.show(
                visit, draft, ComposeCheckup.look(visit, draft), status: 422,
                problem: "It was not sent. See the problems named.")
        }
        func notYet() throws -> Response? {
            let obstacle = try AudienceAdding.obstacle(draft, visit)
            return try obstacle.map {
                try ComposeConfirm.show(
                    visit, draft, ComposeCheckup.look(visit, draft), status: 409, problem: "It was not sent. \($0)")
            }
        }
        if let refusal = try notYet() { return refusal }
        do {
            try visit.services.broadcasts.publish(
                draft.id, version: Form(visit.request).number("version") ?? 0,
                receivers: Form(visit.request).number("receivers").map(Int.init),
                contents: visit.dressed(draft).composition.contents(for: draft.deliveryChannels), sendAt: sendAt,
                by: visit.principal.userID, at: visit.now)
        } catch StoreConflict.state("adding") {
            // Asked for between the look and the send.
            if let refusal = try notYet() { return refusal }
            throw StoreConflict.version(draft.version)
        } catch StoreConflict.version {
            return try ComposeConfirm.show(
                visit, try visit.composed(), ComposeCheckup.look(visit, draft), status: 409,
                problem: "The draft was changed since this page was opened, so it was not sent. Look at it once more.")
        }
        try visit.audit(
            sendAt == nil ? "send broadcast" : "schedule broadcast", "broadcast \(draft.id)", detail: draft.label)
        visit.services.wake()
        return nil
    }
}
