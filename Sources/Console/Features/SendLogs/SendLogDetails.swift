import Foundation
import HTTPServing
import Messaging

struct SendLogDetailsPage: Sendable {
    let shell: Shell
    let backHref: String
    let details: SendLogDetails
}

/// Page of one message: content, history and available actions.
enum SendLogDetailsPages {
    /// Permission to send includes resolving sent messages.
    static let acting: Access = .any([.composeSend, .sendEmail, .sendSMS])

    static var routes: [Route] {
        [
            Route(.get, Paths.sendLog("{id}"), .one(.readHistory), policy: .previews) { context in try show(context) },
            Route(.get, Paths.sendLogContent("{id}"), .one(.readHistory), policy: .message) { context in
                try content(context)
            },
        ]
            + SendLogAction.allCases.map { action in
                Route(.post, Paths.sendLogAction("{id}", action.rawValue), acting) { context in try act(context, action)
                }
            }
    }

    private static func message(_ context: RequestContext) throws -> MessageDetails {
        guard let details = try context.services.messages.message(try context.id()) else { throw Failure.notFound }
        return details
    }

    private static func show(_ context: RequestContext) throws -> Response {
        let details = try message(context)
        let model = SendLogDetailsPage(
            shell: context.shell(.sendLogs), backHref: Paths.sendLogs, details: try SendLogDetails(details, context))
        var response =
            context.isPartial && context.request.headers["HX-Target"] == "panel-body"
            ? try context.partial("SendLogs/SendLogDetailsPanel", model)
            : try context.page("SendLogs/SendLogDetails", model)
        response.headers["Vary"] = "HX-Request, HX-Target"
        return response
    }

    /// The message's HTML, for a frame with a content security policy of its own.
    private static func content(_ context: RequestContext) throws -> Response {
        let details = try message(context)
        guard details.row.deliveryChannel == .email else { throw Failure.notFound }
        return MessageFrame.response(MessageText(details, context.services.unsubscribe).html)
    }

    private static func act(_ context: RequestContext, _ action: SendLogAction) throws -> Response {
        let id = try context.id()
        let back = context.request.form["return"] == Paths.inDoubt ? Paths.inDoubt : Paths.sendLog(id)
        do {
            try context.perform(MoveMessage(id, by: action))
        } catch StoreConflict.state {
            return context.redirect(
                to: back, .warning,
                "Too late: the message has moved on in the meantime. Nothing was changed.")
        }
        context.site.unknowns.forget()
        return context.redirect(to: back, .success, action.done)
    }
}

extension RequestContext {
    /// Whether the caller may retry or cancel messages of a delivery channel.
    func mayDecide(_ channel: DeliveryChannel) -> Bool { MoveMessage.permissions(for: channel).contains(where: allows) }
}

/// Actions on a message, each offered only if the state machine allows it.
typealias SendLogAction = MoveMessage.Decision

extension MoveMessage.Decision {
    var done: String {
        switch self {
        case .cancel: "Cancelled. The message will not be sent."
        case .retry, .retryDespiteDoubt: "Queued again."
        case .assumeSent: "Marked as sent."
        }
    }

    func button(for id: Int64) -> DetailAction {
        let words: (label: String, busy: String, style: String, hint: String?) =
            switch self {
            case .cancel: ("Cancel", "Cancelling…", "btn--danger", nil)
            case .retry: ("Retry", "Queueing…", "btn--primary", nil)
            case .assumeSent:
                ("Assume sent", "Saving…", "", "The provider had the message; only its answer was lost.")
            case .retryDespiteDoubt:
                ("Retry (may duplicate)", "Queueing…", "btn--danger", "The recipient may get it twice.")
            }
        return DetailAction(
            id: "action-\(rawValue)", label: words.label, action: Paths.sendLogAction(id, rawValue), busy: words.busy,
            style: words.style, hint: words.hint)
    }
}
