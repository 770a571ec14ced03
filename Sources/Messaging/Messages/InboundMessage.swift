/// What came in from a person.
public struct InboundMessage: Sendable, Hashable {
    public var deliveryChannel: DeliveryChannel
    public var from: String
    public var text: String
    public var providerID: Int64
    /// The provider's own name for it; the same one twice is one message.
    public var reference: String
    /// The message it answers, when the provider or the mail headers say so.
    public var inReplyTo: Int64?
    public var at: Timestamp

    public init(
        deliveryChannel: DeliveryChannel, from: String, text: String, providerID: Int64, reference: String,
        inReplyTo: Int64?, at: Timestamp
    ) {
        self.deliveryChannel = deliveryChannel
        self.from = from
        self.text = text
        self.providerID = providerID
        self.reference = reference
        self.inReplyTo = inReplyTo
        self.at = at
    }
}
