/// A provider that tells us by requests of its own what became of messages, and what people answer.
public protocol WebhookReceiving: Provider {
    /// Whether its settings hold what verifying takes; without it no webhook is taken.
    var takesWebhooks: Bool { get }
    /// Checks the signature over the raw body. Returns the sender's own id of the request: the same one twice is one event.
    func verify(_ request: WebhookRequest) throws(WebhookRefused) -> String
    /// Reads a request that was verified. Pure: it may be read again after a crash.
    func read(_ request: WebhookRequest) throws(WebhookUnreadable) -> WebhookReading
}

/// What a webhook says. One of its items that cannot be read takes none of the others with it.
public struct WebhookReading: Sendable, Hashable {
    public var events: [WebhookEvent]
    /// Why items of it cannot be read, a sentence each.
    public var refused: [String]

    public init(events: [WebhookEvent] = [], refused: [String] = []) {
        self.events = events
        self.refused = refused
    }
}
