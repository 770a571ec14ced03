/// A message that came in from a person.
public struct InboundMessage: Sendable, Hashable {
    /// The message of ours that it answers, as the provider or the mail headers say.
    public enum Answered: Sendable, Hashable {
        case id(Int64)
        /// Our own name for it (`MessageToken`), or the provider's.
        case reference(String)
    }

    public var deliveryChannel: DeliveryChannel
    /// The sender as the provider writes it.
    public var from: String
    /// The number or address of ours that was written to; empty where the provider does not say.
    public var to: String
    public var text: String
    public var providerID: Int64
    /// The provider's own name for it; a second message with the same one is dropped.
    public var reference: String
    public var inReplyTo: Answered?
    /// When it was written, by the sender's or the provider's clock; never after it was received.
    public var at: Timestamp

    public init(
        deliveryChannel: DeliveryChannel, from: String, to: String = "", text: String, providerID: Int64,
        reference: String, inReplyTo: Answered?, at: Timestamp
    ) {
        self.deliveryChannel = deliveryChannel
        self.from = from
        self.to = to
        self.text = text
        self.providerID = providerID
        self.reference = reference
        self.inReplyTo = inReplyTo
        self.at = at
    }
}

/// An inbound message as it was filed.
public struct FiledMessage: Sendable, Hashable, Identifiable {
    public var id: Int64
    public var threadID: Int64
    /// The sender.
    public var address: Address
    /// The message of ours that it answers: the one it names, else the latest that left for the same address on the same
    /// delivery channel; `nil` when there is none.
    public var answers: Int64?

    public init(id: Int64, threadID: Int64, address: Address, answers: Int64?) {
        self.id = id
        self.threadID = threadID
        self.address = address
        self.answers = answers
    }
}

/// What one customer wrote: one thread per record, or per address where no record is known.
public struct MessageThread: Sendable, Hashable, Identifiable {
    public var id: Int64
    public var entity: EntityReference?
    /// The sender's address; `nil` where the thread belongs to a record.
    public var address: Address?
    public var lastMessageID: Int64
    public var lastMessageAt: Timestamp
    /// Inbound messages that nobody has read.
    public var unread: Int

    public init(
        id: Int64, entity: EntityReference?, address: Address?, lastMessageID: Int64, lastMessageAt: Timestamp,
        unread: Int
    ) {
        self.id = id
        self.entity = entity
        self.address = address
        self.lastMessageID = lastMessageID
        self.lastMessageAt = lastMessageAt
        self.unread = unread
    }
}
