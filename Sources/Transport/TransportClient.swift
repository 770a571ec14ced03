import Foundation
import Logging
import Messaging

/// Takes messages to their providers: mails over SMTP connections and HTTP requests on one thread, what the sandbox and
/// the in-app inbox keep on others, so that a commit never holds up a socket.
///
/// Every method returns at once and may be called from any thread; only `stop` waits.
public final class TransportClient: MessageTransport, @unchecked Sendable {
    // Immutable, save `stopped`, which its lock guards.
    private let mailbox: TransportMailbox
    private let sandbox: SandboxTransport
    private let notices: InAppTransport
    private let keptTokens: KeptTokens
    private let stopped = NSLock()
    private let transferThreadEnded = DispatchSemaphore(value: 0)
    private var isStopped = false

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - store: where the sandbox keeps what it is given, and the inboxes of in-app messages are.
    ///   - onReceipt: called on the sandbox's thread for each receipt its settings ask for.
    ///   - tokens: keeps the access tokens of providers; `nil`: they are fetched again after a restart.
    ///   - catalog: what the accounts are read with; it also says where requests may go.
    public init(
        store: any SandboxStore & InAppStore, tokens: (any ProviderTokenStore)? = nil,
        onReceipt: @escaping @Sendable (Receipt) -> Void, logger: Logger,
        catalog: ProviderCatalog, clock: WallClock = .system, timings: ConnectionTimings = .standard
    ) throws {
        let mailbox = try TransportMailbox()
        self.mailbox = mailbox
        sandbox = SandboxTransport(
            mailbox: mailbox, catalog: catalog, store: store, clock: clock, logger: logger, onReceipt: onReceipt)
        notices = InAppTransport(mailbox: mailbox, catalog: catalog, store: store, clock: clock, logger: logger)
        keptTokens = KeptTokens(store: tokens, mailbox: mailbox, logger: logger)
        let transfers = try TransportThread(
            mailbox: mailbox, catalog: catalog, keptTokens: keptTokens, clock: clock, timings: timings, logger: logger)
        let handle = Handle(transfers)
        let ended = transferThreadEnded
        let thread = Thread {
            Self.blockPipeSignal()
            handle.run()
            ended.signal()
        }
        thread.name = "transfer"
        thread.start()
        sandbox.start()
    }

    deinit { stop(grace: .zero) }

    /// Carries the thread's state to its thread, and nowhere else.
    private final class Handle: @unchecked Sendable {
        private var transfers: TransportThread?
        init(_ transfers: TransportThread) { self.transfers = transfers }
        func run() {
            transfers?.run()
            transfers = nil
        }
    }

    /// libcurl's TLS may write to a closed socket without `MSG_NOSIGNAL`.
    private static func blockPipeSignal() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    public func use(_ accounts: [ProviderAccount]) {
        sandbox.use(accounts)
        notices.use(accounts)
        mailbox.give(.use(accounts))
    }

    public func open(connections: Int, to providerID: Int64) {
        guard connections > 0, !sandbox.serves(providerID), !notices.serves(providerID) else { return }
        mailbox.give(.open(connections: connections, providerID: providerID))
    }

    public func reports() -> [ConnectionReport] { mailbox.reports }

    public func submit(_ submissions: [Submission]) {
        guard !submissions.isEmpty else { return }
        if !submissions.contains(where: { $0.isKept || $0.isNotice }) { return mailbox.give(.submit(submissions)) }
        let leaving = submissions.filter { !$0.isKept && !$0.isNotice }
        if !leaving.isEmpty { mailbox.give(.submit(leaving)) }
        notices.submit(submissions.filter(\.isNotice))
        sandbox.submit(submissions.filter(\.isKept))
    }

    public func cancel(_ messages: Set<Int64>) {
        guard !messages.isEmpty else { return }
        sandbox.cancel(messages)
        mailbox.give(.cancel(messages))
    }

    public func collect() -> [SubmissionResult] { mailbox.collect() }
    public func onChange(_ wake: @escaping @Sendable () -> Void) { mailbox.onChange(wake) }

    /// Returns when both threads have ended; every answer is there to collect.
    public func stop(grace: Duration) {
        stopped.lock()
        defer { stopped.unlock() }
        guard !isStopped else { return }
        isStopped = true
        mailbox.give(.stop(grace: grace))
        sandbox.stop()
        notices.stop()
        transferThreadEnded.wait()
        keptTokens.finish()
    }
}

extension Submission {
    /// By the sandbox.
    fileprivate var isKept: Bool { if case .sandbox = transfer { true } else { false } }
    /// For an in-app inbox; everything else leaves.
    fileprivate var isNotice: Bool { if case .notice = transfer { true } else { false } }
}
