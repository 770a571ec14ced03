import Foundation
import Logging
import Messaging

/// Submits messages to their providers: SMTP and HTTP on one thread, the sandbox and the in-app inbox on others, so
/// that commits never block the sockets.
///
/// Every method returns immediately and may be called from any thread; only `stop` blocks.
public final class TransportClient: MessageTransport, @unchecked Sendable {
    // Immutable, except `stopped`, which its lock guards.
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
    ///   - store: stores sandbox messages and in-app inboxes.
    ///   - onReceipt: called on the sandbox's thread for each receipt its settings ask for.
    ///   - tokens: stores access tokens; `nil` fetches them again after a restart.
    ///   - catalog: decodes the accounts and states which networks requests may reach.
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

    /// Transfers the thread's state to its thread.
    private final class Handle: @unchecked Sendable {
        private var transfers: TransportThread?
        init(_ transfers: TransportThread) { self.transfers = transfers }
        func run() {
            transfers?.run()
            transfers = nil
        }
    }

    /// Blocks SIGPIPE: libcurl's TLS may write to a closed socket without `MSG_NOSIGNAL`.
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

    /// Returns when both threads have ended; every result is then ready to collect.
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
    /// Handled by the sandbox transport.
    fileprivate var isKept: Bool { if case .sandbox = transfer { true } else { false } }
    /// Handled by the in-app transport; everything else leaves the process.
    fileprivate var isNotice: Bool { if case .notice = transfer { true } else { false } }
}
