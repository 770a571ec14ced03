/// Accepts one message for one receiver, once for each key. The message is on disk with its audit entry when this returns;
/// delivery follows.
public struct SendMessage: UseCase {
    public var message: SingleMessage
    /// What the audit says of it: the action, the subject where it is not the message itself, and the detail.
    public var audit: (action: String, subject: String?, detail: String)

    /// A direct send: `send email`, of the message.
    public init(_ message: SingleMessage, detail: String = "") {
        self.message = message
        audit = ("send \(message.content.deliveryChannel.rawValue)", nil, detail)
    }

    /// A test of a message template, to whoever asks.
    public init(_ message: SingleMessage, testing template: MessageTemplate) {
        self.message = message
        audit = (
            "test message template", "template \(template.id)", message.content.deliveryChannel.rawValue
        )
    }

    public func perform(_ work: Work) throws -> Accepted {
        var message = message
        message.sentBy = work.actor.userID
        // The store writes the entry in the commit of the message, and not again for a key that is known.
        message.audit = AuditEntry(
            at: work.now, userID: work.actor.userID, actor: work.actor.name, action: audit.action,
            subject: audit.subject ?? "", remoteAddress: work.actor.remoteAddress, detail: audit.detail)
        return try work.stores.broadcasts.accept(message, at: work.now)
    }
}
