/// What a person decided about a message that failed or got no answer.
public struct Decision: Sendable, Hashable {
    public var event: MessageEvent
    /// The person's name; `nil` for a program.
    public var by: String?
    public var at: Timestamp

    public init(event: MessageEvent, by: String?, at: Timestamp) {
        self.event = event
        self.by = by
        self.at = at
    }

    /// As programs read it.
    public var word: String {
        switch event {
        case .assumeSent: "assume_sent"
        case .retryDespiteDoubt: "retry_despite_doubt"
        default: "retry"
        }
    }

    public var title: String {
        switch event {
        case .assumeSent: "Assumed sent"
        case .retryDespiteDoubt: "Sent again despite the doubt"
        default: "Sent again"
        }
    }
}
