/// A webhook on disk: written before anything of it is parsed, applied once.
public struct InboxEvent: Sendable, Hashable, Identifiable {
    public enum State: String, Sendable, Hashable {
        case waiting
        /// `reason` names those of its items that cannot be read, if any.
        case applied
        /// It cannot be applied; `reason` says why. Kept for whoever looks into it.
        case refused
    }

    /// Times an event is tried before it is refused: one that ends the process each time must not do so for ever.
    public static let mostAttempts = 5
    /// Characters of a reason that are kept.
    public static let longestReason = 500

    public var id: Int64
    public var providerID: Int64
    /// The sender's own id of the request, unique for each provider and kind.
    public var externalID: String
    public var request: WebhookRequest
    public var state: State
    public var reason: String
    /// How often it was tried.
    public var attempts: Int

    public init(
        id: Int64 = 0, providerID: Int64, externalID: String, request: WebhookRequest, state: State = .waiting,
        reason: String = "", attempts: Int = 0
    ) {
        self.id = id
        self.providerID = providerID
        self.externalID = externalID
        self.request = request
        self.state = state
        self.reason = reason
        self.attempts = attempts
    }
}
