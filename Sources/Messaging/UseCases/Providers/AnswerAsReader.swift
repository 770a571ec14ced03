/// Answers a message of the sandbox in its reader's place: with a receipt, or with a reply. Throws `StoreConflict.state`
/// when the message cannot be answered so.
public struct AnswerAsReader: UseCase {
    public enum Answer: Sendable {
        case receipt(Receipt.State, word: String)
        /// `reference`: the provider's name for the reply, unique.
        case reply(text: String, reference: String)

        /// Whether it changes a message in this state, of this delivery channel.
        func fits(_ status: MessageStatus, _ channel: DeliveryChannel) -> Bool {
            switch self {
            case .receipt(let state, _): status.after(state.event) != nil
            case .reply: channel.takesReplies
            }
        }
    }

    public var item: SandboxItem
    public var answer: Answer

    public init(_ item: SandboxItem, _ answer: Answer) {
        self.item = item
        self.answer = answer
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            guard let row = try commit.stores.messages.message(item.messageID)?.row else {
                throw StoreConflict.notFound
            }
            guard answer.fits(row.status, item.deliveryChannel) else { throw StoreConflict.state(row.status.rawValue) }
            switch answer {
            case .receipt(let state, let word):
                let receipt = Receipt(
                    providerID: item.providerID, reference: item.reference, state: state, at: work.now,
                    detail: "Answered by \(work.actor.name) in the sandbox.")
                _ = try ApplyReceipt(receipt).perform(work)
                try commit.audit("answer as reader", "sandbox message \(item.id)", detail: word)
            case .reply(let text, let reference):
                let message = InboundMessage(
                    deliveryChannel: item.deliveryChannel, from: item.to, text: text, providerID: item.providerID,
                    reference: reference, inReplyTo: .id(item.messageID), at: work.now)
                _ = try ReceiveMessage(message).perform(work)
                try commit.audit("answer as reader", "sandbox message \(item.id)", detail: "reply")
            }
        }
    }
}
