/// Accepts one message for one receiver, once for each key. The message is on disk with its audit entry when this returns;
/// delivery follows. Throws `SendRefused`.
public struct SendMessage: UseCase {
    /// What a message is merged from.
    public struct Merge: Sendable {
        /// With the records that it is linked to.
        public var receiver: FanOutReceiver
        public var renderer: ContentRenderer

        public init(_ renderer: ContentRenderer, for receiver: FanOutReceiver) {
            self.receiver = receiver
            self.renderer = renderer
        }
    }

    public var message: SingleMessage
    /// What is checked before the message is accepted; `nil` for a test, which shows its gaps.
    private let merge: Merge?
    /// What the audit says of it: the action, the subject where it is not the message itself, and the detail.
    private let audit: (action: String, subject: String?, detail: String)

    /// A direct send: `send email`, of the message.
    public init(_ message: SingleMessage, merging merge: Merge, detail: String = "") {
        self.message = message
        self.merge = merge
        audit = ("send \(message.content.deliveryChannel.rawValue)", nil, detail)
    }

    /// A test of a message template, to whoever asks.
    public init(_ message: SingleMessage, testing template: MessageTemplate) {
        self.message = message
        merge = nil
        audit = (
            "test message template", "template \(template.id)", message.content.deliveryChannel.rawValue
        )
    }

    public func perform(_ work: Work) throws -> Accepted {
        if let merge { try Self.check(merge, message.content.deliveryChannel, work) }
        var message = message
        message.sentBy = work.actor.userID
        // The store writes the entry in the commit of the message, and not again for a key that is known.
        message.audit = AuditEntry(
            at: work.now, userID: work.actor.userID, actor: work.actor.name, action: audit.action,
            subject: audit.subject ?? "", remoteAddress: work.actor.remoteAddress, detail: audit.detail)
        return try work.stores.broadcasts.accept(message, at: work.now)
    }

    /// A single message is never skipped silently and never has a gap: its sender is there to be told.
    private static func check(_ merge: Merge, _ channel: DeliveryChannel, _ work: Work) throws {
        if case .unusable(let reason) = ReceiverAddress(of: merge.receiver.receiver, for: channel) {
            throw SendRefused.unreachable(reason)
        }
        let values = merge.renderer.values(
            MergeContext.values(for: merge.receiver), unsubscribe: work.stores.unsubscribe?.sample)
        do {
            let missing = try merge.renderer.missing(in: values)
            guard missing.isEmpty else { throw SendRefused.missing(missing) }
            _ = try merge.renderer.render(values)
        } catch let problem as MergeTemplateError {
            throw SendRefused.unmergeable(problem.message)
        }
    }
}
