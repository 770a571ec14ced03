import Foundation
import HTTPServing
import Messaging

struct SendLogDetailsPage: Sendable {
    let shell: Shell
    let backHref: String
    let details: SendLogDetails
}

/// One message: what it said, what became of it, and what can still be done.
enum SendLogDetailsPages {
    /// Whoever may send may also decide about what was sent.
    static let acting: Access = .any([.composeSend, .sendEmail, .sendSMS])

    static var routes: [Route] {
        [
            Route(.get, Paths.sendLog("{id}"), .one(.readHistory), policy: .previews) { visit in try show(visit) },
            Route(.get, Paths.sendLogContent("{id}"), .one(.readHistory), policy: .message) { visit in
                try content(visit)
            },
        ]
            + SendLogAction.allCases.map { action in
                Route(.post, Paths.sendLogAction("{id}", action.rawValue), acting) { visit in try act(visit, action) }
            }
    }

    private static func message(_ visit: Visit) throws -> MessageDetails {
        guard let details = try visit.services.messages.message(try visit.id()) else { throw Failure.notFound }
        return details
    }

    private static func show(_ visit: Visit) throws -> Response {
        let details = try message(visit)
        let model = SendLogDetailsPage(
            shell: visit.shell(.sendLogs), backHref: Paths.sendLogs, details: try SendLogDetails(details, visit))
        var response =
            visit.isPartial && visit.request.headers["HX-Target"] == "panel-body"
            ? try visit.partial("Partials/SendLogDetails", model) : try visit.page("Pages/SendLogDetails", model)
        response.headers["Vary"] = "HX-Request, HX-Target"
        return response
    }

    /// The message's own HTML, for a frame and under a policy of its own.
    private static func content(_ visit: Visit) throws -> Response {
        let details = try message(visit)
        guard details.row.deliveryChannel == .email else { throw Failure.notFound }
        return MessageFrame.response(MessageText(details, visit.services.unsubscribe).html)
    }

    private static func act(_ visit: Visit, _ action: SendLogAction) throws -> Response {
        let id = try visit.id()
        let back = visit.request.form["return"] == Paths.inDoubt ? Paths.inDoubt : Paths.sendLog(id)
        do {
            _ = try visit.services.messages.apply(action.event, to: id, by: visit.principal.userID, at: visit.now)
        } catch StoreConflict.state {
            return visit.redirect(
                to: back, .warning,
                "Too late: the message has moved on in the meantime. Nothing was changed.")
        }
        try visit.audit(action.audit, "message \(id)")
        if action.isForDelivery { visit.services.wake() }
        visit.site.doubts.forget()
        return visit.redirect(to: back, .success, action.done)
    }
}

/// What a person can do with a message, each where the table of states allows it.
enum SendLogAction: String, CaseIterable, Sendable {
    case cancel, retry
    case assumeSent = "assume-sent"
    case retryDespiteDoubt = "retry-despite-doubt"

    var event: MessageEvent {
        switch self {
        case .cancel: .cancel
        case .retry: .retry
        case .assumeSent: .assumeSent
        case .retryDespiteDoubt: .retryDespiteDoubt
        }
    }

    var isForDelivery: Bool { self == .retry || self == .retryDespiteDoubt }

    var audit: String {
        switch self {
        case .cancel: "cancel message"
        case .retry: "retry message"
        case .assumeSent: "assume message sent"
        case .retryDespiteDoubt: "retry message despite doubt"
        }
    }

    var done: String {
        switch self {
        case .cancel: "Cancelled. The message will not be sent."
        case .retry, .retryDespiteDoubt: "Queued again."
        case .assumeSent: "Taken as sent."
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
