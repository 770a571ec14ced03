import Foundation
import HTTPServing
import Messaging

/// Step of the wizard.
enum ComposeStage: Int, CaseIterable, Sendable {
    case delivery = 1
    case message, recipients, confirm

    var label: String {
        switch self {
        case .delivery: "Select delivery method"
        case .message: "Create message"
        case .recipients: "Choose recipients"
        case .confirm: "Confirm and send"
        }
    }

    func path(_ id: Int64) -> String {
        switch self {
        case .delivery: Paths.composeDelivery(id)
        case .message: Paths.composeMessage(id)
        case .recipients: Paths.composeRecipients(id)
        case .confirm: Paths.composeConfirm(id)
        }
    }
}

extension Broadcast {
    func isDone(_ stage: ComposeStage) -> Bool {
        switch stage {
        case .delivery: !deliveryChannels.isEmpty
        case .message: isDone(.delivery) && MessageCheck(composition, deliveryChannels).all.isEmpty
        case .recipients: receiverCount > 0
        case .confirm: false
        }
    }

    /// Page at which to resume: the first incomplete step, or the confirmation to cancel a schedule.
    var resumePath: String {
        status == .scheduled ? Paths.composeUnschedule(id) : firstUnfinished.path(id)
    }

    /// First incomplete step.
    var firstUnfinished: ComposeStage { ComposeStage.allCases.first { !isDone($0) } ?? .confirm }
}

/// One step of the stepper.
struct ComposeStep: Sendable {
    let number: String
    let label: String
    let href: String?
    let isCurrent: Bool
    let isDone: Bool

    static func all(at current: ComposeStage, of draft: Broadcast?) -> [ComposeStep] {
        ComposeStage.allCases.map { stage in
            ComposeStep(
                number: String(stage.rawValue), label: stage.label,
                href: stage == current ? nil : draft.map { stage.path($0.id) }, isCurrent: stage == current,
                isDone: stage != current && draft?.isDone(stage) == true)
        }
    }
}

struct ChannelPill: Sendable {
    let value: String
    let label: String

    init(_ channel: DeliveryChannel) {
        value = channel.rawValue
        label = channel.title
    }
}

extension RequestContext {
    /// Runs a step on the draft in the path. If it has been sent or scheduled meanwhile, redirects to its current page.
    func withDraft<Reply>(
        _ step: (Broadcast) throws -> Reply, otherwise: (Response) -> Reply
    ) throws -> Reply {
        let broadcast = try composed()
        do {
            guard broadcast.status == .draft else { return otherwise(elsewhere(broadcast)) }
            return try step(broadcast)
        } catch StoreConflict.state {
            return otherwise(elsewhere(try composed()))
        }
    }

    func withDraft(_ step: (Broadcast) throws -> Response) throws -> Response {
        try withDraft(step, otherwise: { $0 })
    }

    /// The broadcast in the path, if it was created by the wizard.
    func composed() throws -> Broadcast {
        guard let broadcast = try services.broadcasts.broadcast(id()), broadcast.origin == .compose else {
            throw Failure.notFound
        }
        return broadcast
    }

    private func elsewhere(_ broadcast: Broadcast) -> Response {
        if broadcast.status == .scheduled {
            return redirect(
                to: Paths.drafts, .info,
                "“\(broadcast.displayName)” is scheduled. Cancel the schedule to change it.")
        }
        return redirect(to: link(Paths.sendLogs) ?? Paths.drafts, .info, "“\(broadcast.displayName)” was sent already.")
    }
}
