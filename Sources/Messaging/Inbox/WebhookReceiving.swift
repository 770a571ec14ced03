/// A provider that tells us by requests of its own what became of messages, and what people answer.
public protocol WebhookReceiving: Provider {
    /// Whether its settings hold what verifying takes; without it no webhook is taken.
    var takesWebhooks: Bool { get }
    /// Checks the signature over the raw body. Returns the sender's own id of the request: the same one twice is one event.
    func verify(_ request: WebhookRequest) throws(WebhookRefused) -> String
    /// Reads a request that was verified. Pure: it may be read again after a crash.
    func events(in request: WebhookRequest) throws(WebhookUnreadable) -> [WebhookEvent]
}
