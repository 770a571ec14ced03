/// A webhook on disk: written before anything of it is parsed, applied once.
public struct InboxEvent: Sendable, Hashable, Identifiable {
    public enum State: String, Sendable, Hashable {
        case waiting
        /// `reason` names those of its items that cannot be read, if any.
        case applied
        /// It cannot be applied; `reason` says why. Kept for whoever looks into it.
        case refused
    }

    public var id: Int64
    public var providerID: Int64
    /// The sender's own id of the request, unique for each provider and kind.
    public var externalID: String
    public var request: WebhookRequest
    public var state: State
    public var reason: String

    public init(
        id: Int64 = 0, providerID: Int64, externalID: String, request: WebhookRequest, state: State = .waiting,
        reason: String = ""
    ) {
        self.id = id
        self.providerID = providerID
        self.externalID = externalID
        self.request = request
        self.state = state
        self.reason = reason
    }
}
