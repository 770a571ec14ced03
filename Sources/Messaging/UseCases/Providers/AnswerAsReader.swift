/// Answers a message of the sandbox in its reader's place: with a receipt, or with a reply.
public struct AnswerAsReader: UseCase {
    public enum Answer: Sendable {
        case receipt(Receipt.State, word: String)
        /// `reference`: the provider's name for the reply, unique.
        case reply(text: String, reference: String)
    }

    public var item: SandboxItem
    public var answer: Answer

    public init(_ item: SandboxItem, _ answer: Answer) {
        self.item = item
        self.answer = answer
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            switch answer {
            case .receipt(let state, let word):
                try commit.stores.inbox.file(
                    Receipt(
                        providerID: item.providerID, reference: item.reference, state: state, at: work.now,
                        detail: "Answered by \(work.actor.name) in the sandbox."))
                try commit.audit("answer as reader", "sandbox message \(item.id)", detail: word)
            case .reply(let text, let reference):
                try commit.stores.inbox.fileInbound(
                    InboundMessage(
                        deliveryChannel: item.deliveryChannel, from: item.to, text: text,
                        providerID: item.providerID, reference: reference, inReplyTo: item.messageID, at: work.now))
                try commit.audit("answer as reader", "sandbox message \(item.id)", detail: "reply")
            }
        }
    }
}
