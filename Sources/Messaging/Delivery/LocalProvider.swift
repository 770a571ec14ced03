/// Provider that keeps messages in Switchboard's own store, to show what would have been sent.
public protocol SandboxingProvider: Provider {
    var behaviour: any SandboxBehaviour { get }
    func outcome(of response: SandboxResponse) -> Outcome
}

/// Simulated behaviour of a sandbox.
public protocol SandboxBehaviour: Sendable {
    /// Delay between submission and response.
    var delay: Duration { get }
    /// Receipts that follow immediately, in order.
    var receipts: [Receipt.State] { get }
    func verdict(key: String, attempt: Int) -> SandboxResponse
}

/// Provider that delivers messages to the inbox of the reader's record, in Switchboard's own store.
public protocol InboxProvider: Provider {
    func outcome(of response: InAppResponse) -> Outcome
}
