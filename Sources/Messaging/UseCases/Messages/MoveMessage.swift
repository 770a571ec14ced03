/// What a person decides about one message: cancel it, retry it, count it as sent. Throws `StoreConflict.state` where the
/// table of states does not allow it any more, `AccessRefused.lacks` for whoever may not send by its delivery channel.
public struct MoveMessage: UseCase {
    public enum Decision: String, CaseIterable, Sendable {
        case cancel, retry
        case assumeSent = "assume-sent"
        case retryDespiteDoubt = "retry-despite-doubt"

        public var event: MessageEvent {
            switch self {
            case .cancel: .cancel
            case .retry: .retry
            case .assumeSent: .assumeSent
            case .retryDespiteDoubt: .retryDespiteDoubt
            }
        }

        var action: String {
            switch self {
            case .cancel: "cancel message"
            case .retry: "retry message"
            case .assumeSent: "assume message sent"
            case .retryDespiteDoubt: "retry message despite doubt"
            }
        }
    }

    public var messageID: Int64
    public var decision: Decision

    public init(_ messageID: Int64, by decision: Decision) {
        self.messageID = messageID
        self.decision = decision
    }

    /// Each of them is enough: the one for the wizard, or the one for direct sends by that delivery channel.
    public static func permissions(for channel: DeliveryChannel) -> Set<Permission> {
        [.composeSend, channel.sendPermission]
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            guard let row = try commit.stores.messages.message(messageID)?.row else { throw StoreConflict.notFound }
            guard !Self.permissions(for: row.deliveryChannel).isDisjoint(with: work.actor.permissions) else {
                throw AccessRefused.lacks(row.deliveryChannel.sendPermission)
            }
            _ = try commit.stores.messages.apply(
                decision.event, to: messageID, by: work.actor.userID, at: work.now)
            try commit.audit(decision.action, "message \(messageID)")
        }
    }
}
