import HTTPServing
import Messaging

/// Actions on a published bulk: pause, resume, cancel, retry failed messages, resolve messages in doubt.
enum BulkControl {
    static var routes: [Route] {
        let access = Access.one(.updateBulk)
        let decisions = BulkDecision.allCases.flatMap { decision in
            [
                Route(.get, Paths.decideBulk("{id}", decision), access) { try question($0, decision) },
                Route(.post, Paths.decideBulk("{id}", decision), access) { try decide($0, decision) },
            ]
        }
        return [
            Route(.post, Paths.pauseBulk("{id}"), access) { try pause($0) },
            Route(.post, Paths.resumeBulk("{id}"), access) { try resume($0) },
            Route(.get, Paths.cancelBulk("{id}"), access) { try cancelQuestion($0) },
            Route(.post, Paths.cancelBulk("{id}"), access) { try cancel($0) },
        ] + decisions
    }

    private static func pause(_ context: RequestContext) throws -> Response {
        let broadcast = try context.watched()
        do {
            try context.perform(PauseBroadcast(broadcast))
        } catch StoreConflict.state {
            return tooLate(context, broadcast)
        }
        return context.redirect(
            to: Paths.bulk(broadcast.id), .success,
            "Paused. What was being handed over when you clicked still leaves; the rest waits until you resume.")
    }

    private static func resume(_ context: RequestContext) throws -> Response {
        let broadcast = try context.watched()
        do {
            try context.perform(ResumeBroadcast(broadcast))
        } catch StoreConflict.state {
            return context.redirect(to: Paths.bulk(broadcast.id), .info, "It is not paused.")
        }
        return context.redirect(to: Paths.bulk(broadcast.id), .success, "Resumed. The remaining messages will be sent.")
    }

    private static func cancelQuestion(_ context: RequestContext) throws -> Response {
        let broadcast = try context.watched()
        let counts = BulkCounts(try context.services.broadcasts.books(of: broadcast.id))
        guard counts.pending > 0, broadcast.status != .cancelled else { return tooLate(context, broadcast) }
        return try context.page(
            "Shared/Confirm",
            ConfirmPage(
                shell: context.shell(.bulk), title: "Cancel the rest?",
                text:
                    "Nothing more of “\(broadcast.displayName)” will be sent. This cannot be taken back; to stop for a "
                    + "while, pause it instead.",
                facts: [
                    Fact(label: "Will be cancelled", value: EnglishFormat.count(counts.pending, "message")),
                    Fact(label: "Sent already", value: EnglishFormat.count(counts.sent, "message")),
                ], action: Paths.cancelBulk(broadcast.id), confirmLabel: "Cancel the rest", busyLabel: "Cancelling…",
                danger: true, cancelHref: Paths.bulk(broadcast.id)))
    }

    private static func cancel(_ context: RequestContext) throws -> Response {
        let broadcast = try context.watched()
        do {
            try context.perform(CancelBroadcast(broadcast))
        } catch StoreConflict.state {
            return tooLate(context, broadcast)
        }
        return context.redirect(
            to: Paths.bulk(broadcast.id), .success, "Cancelled. Only what was being handed over still leaves.")
    }

    private static func tooLate(_ context: RequestContext, _ broadcast: Broadcast) -> Response {
        context.redirect(to: Paths.bulk(broadcast.id), .info, "Nothing of it is waiting to be sent.")
    }

    private static func question(_ context: RequestContext, _ decision: BulkDecision) throws -> Response {
        let broadcast = try context.watched()
        let count = try context.services.broadcasts.books(of: broadcast.id)[decision.status]
        guard count > 0, broadcast.status != .cancelled, broadcast.status != .draft else {
            return nothing(context, broadcast, decision)
        }
        let messages = EnglishFormat.count(count, "message")
        let (title, text, label, busy) =
            switch decision {
            case .resendFailed:
                (
                    "Resend failed messages?",
                    "Only failed messages are sent again, unchanged. Receivers who got the message do not get it again.",
                    "Resend failed", "Sending again…"
                )
            case .retryUnknown:
                (
                    "Retry messages in doubt?",
                    "These were handed over and no answer came. Some may have arrived: these receivers would "
                        + "get a second copy.", "Retry (may duplicate)", "Retrying…"
                )
            case .assumeSent:
                (
                    "Mark messages in doubt as sent?",
                    "These messages were handed over and no answer came. They will be marked as sent and not retried.",
                    "Assume sent", "Recording…"
                )
            }
        return try context.page(
            "Shared/Confirm",
            ConfirmPage(
                shell: context.shell(.bulk), title: title, text: text,
                facts: [Fact(label: "Concerns", value: messages)],
                action: Paths.decideBulk(broadcast.id, decision), confirmLabel: label, busyLabel: busy,
                danger: decision == .retryUnknown, cancelHref: Paths.bulk(broadcast.id)))
    }

    private static func decide(_ context: RequestContext, _ decision: BulkDecision) throws -> Response {
        let broadcast = try context.watched()
        do {
            try context.perform(DecideMessages(decision, of: broadcast))
        } catch StoreConflict.state {
            return nothing(context, broadcast, decision)
        }
        context.site.unknowns.forget()
        let words =
            decision == .assumeSent ? "The messages are marked as sent." : "These messages are being sent again."
        return context.redirect(to: Paths.bulk(broadcast.id), .success, words)
    }

    private static func nothing(_ context: RequestContext, _ broadcast: Broadcast, _ decision: BulkDecision) -> Response
    {
        let what = decision == .resendFailed ? "failed" : "in doubt"
        return context.redirect(to: Paths.bulk(broadcast.id), .info, "No message of it is \(what).")
    }
}
