/// A provider that keeps messages in our own store, to show what would have left.
public protocol SandboxingProvider: Provider {
    var behaviour: any SandboxBehaviour { get }
    func outcome(of response: SandboxResponse) -> Outcome
}

/// How a sandbox is to behave.
public protocol SandboxBehaviour: Sendable {
    /// From the hand-off to the response.
    var delay: Duration { get }
    /// Receipts that follow at once, in order.
    var receipts: [Receipt.State] { get }
    func verdict(key: String, attempt: Int) -> SandboxResponse
}

/// A provider that puts messages into the inbox of their reader's record, in our own store.
public protocol InboxProvider: Provider {
    func outcome(of response: InAppResponse) -> Outcome
}
