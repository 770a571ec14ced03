/// One message on its way to the wire.
public struct Submission: Sendable {
    public var messageID: Int64
    public var attempt: Int
    public var providerID: Int64
    public var transfer: Transfer

    public init(messageID: Int64, attempt: Int, providerID: Int64, transfer: Transfer) {
        self.messageID = messageID
        self.attempt = attempt
        self.providerID = providerID
        self.transfer = transfer
    }
}

/// The response to a submission.
public struct SubmissionResult: Sendable {
    public var messageID: Int64
    public var attempt: Int
    public var providerID: Int64
    public var response: ProviderResponse

    public init(messageID: Int64, attempt: Int, providerID: Int64, response: ProviderResponse) {
        self.messageID = messageID
        self.attempt = attempt
        self.providerID = providerID
        self.response = response
    }
}

/// The state of the connections to one provider.
public struct ConnectionReport: Sendable, Hashable {
    public var providerID: Int64
    /// Submissions the open connections can hold at once, those under way included.
    public var capacity: Int
    /// Why no connection could be opened, in the provider's own words where there are any; `nil` when all is well.
    public var trouble: String?
    /// When the transport tries again by itself.
    public var retryAt: Timestamp?

    public init(providerID: Int64, capacity: Int, trouble: String? = nil, retryAt: Timestamp? = nil) {
        self.providerID = providerID
        self.capacity = capacity
        self.trouble = trouble
        self.retryAt = retryAt
    }
}

/// Takes bytes to providers on threads of its own. Everything here returns at once and may be called from any thread;
/// `onChange` is called (from a thread of the transport's) whenever there is something new to collect or report.
///
/// Connections are opened before messages are claimed for them, so a server that cannot be reached never holds a message.
public protocol MessageTransport: AnyObject, Sendable {
    /// Replaces what is known of the providers. Connections of providers that are gone or changed are closed once their
    /// submissions have ended.
    func use(_ accounts: [ProviderAccount])
    /// Asks for up to `connections` open connections (within the provider's own limit). Connections close by themselves when idle.
    func open(connections: Int, to providerID: Int64)
    func reports() -> [ConnectionReport]
    func submit(_ submissions: [Submission])
    /// Asks for messages back. Those of which nothing was written yet come back as not handed over; for the others it
    /// is too late, and they end as they end.
    func cancel(_ messages: Set<Int64>)
    /// Every answer since the last call.
    func collect() -> [SubmissionResult]
    func onChange(_ wake: @escaping @Sendable () -> Void)
    /// Ends all connections: submissions not yet written come back as not handed over, others get at most `grace`.
    func stop(grace: Duration)
}

/// Sends one message outside the log, to test a provider, and tells how it went. Blocks; never call it on a thread
/// that serves others.
public protocol ProviderTester: Sendable {
    func test(_ account: ProviderAccount, outbound: OutboundMessage) -> ProviderTestReport
}

public struct ProviderTestReport: Sendable, Hashable {
    public var accepted: Bool
    /// The server's own words, line by line.
    public var transcript: [String]
    public var summary: String

    public init(accepted: Bool, transcript: [String], summary: String) {
        self.accepted = accepted
        self.transcript = transcript
        self.summary = summary
    }
}

/// Where the sandbox provider keeps what it is given. Implemented by the store.
public protocol SandboxStore: Sendable {
    /// Keeps a batch, each once by its key, in one commit.
    func keep(_ items: [SandboxTransfer], providerID: Int64, at: Timestamp) throws
}
