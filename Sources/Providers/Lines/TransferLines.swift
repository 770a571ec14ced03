import Foundation
import Logging
import Messaging

/// Takes messages to their providers: mails over SMTP lines and HTTP requests on one thread, what the sandbox and the
/// in-app inbox keep on others, so that a commit never holds up a socket.
///
/// Every method returns at once and may be called from any thread; only `stop` waits.
public final class TransferLines: Carrier, @unchecked Sendable {
    // Immutable, save `stopped`, which its lock guards.
    private let trays: Trays
    private let sandbox: SandboxDesk
    private let notices: NoticeDesk
    private let stopped = NSLock()
    private let transferThreadEnded = DispatchSemaphore(value: 0)
    private var isStopped = false

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - shelf: where the sandbox keeps what it is given, and the inboxes of in-app messages are.
    ///   - onReceipt: called on the sandbox's thread for each receipt its settings ask for.
    ///   - catalog: what the accounts are read with; it also says where requests may go.
    public init(
        shelf: any SandboxShelf & NoticeShelf, onReceipt: @escaping @Sendable (Receipt) -> Void, logger: Logger,
        catalog: ProviderCatalog = Catalog.all, clock: WallClock = .system, timings: LineTimings = .standard
    ) throws {
        let trays = try Trays()
        self.trays = trays
        sandbox = SandboxDesk(trays: trays, shelf: shelf, clock: clock, logger: logger, onReceipt: onReceipt)
        notices = NoticeDesk(trays: trays, shelf: shelf, clock: clock, logger: logger)
        let transfers = try TransferThread(
            trays: trays, catalog: catalog, clock: clock, timings: timings, logger: logger)
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
        private var transfers: TransferThread?
        init(_ transfers: TransferThread) { self.transfers = transfers }
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
        trays.give(.use(accounts))
    }

    public func open(lines: Int, to providerID: Int64) {
        guard lines > 0, !sandbox.serves(providerID), !notices.serves(providerID) else { return }
        trays.give(.open(lines: lines, providerID: providerID))
    }

    public func reports() -> [LineReport] { trays.reports }

    public func submit(_ handovers: [Handover]) {
        guard !handovers.isEmpty else { return }
        if !handovers.contains(where: { $0.isKept || $0.isNotice }) { return trays.give(.submit(handovers)) }
        let leaving = handovers.filter { !$0.isKept && !$0.isNotice }
        if !leaving.isEmpty { trays.give(.submit(leaving)) }
        notices.submit(handovers.filter(\.isNotice))
        sandbox.submit(handovers.filter(\.isKept))
    }

    public func recall(_ messages: Set<Int64>) {
        guard !messages.isEmpty else { return }
        sandbox.recall(messages)
        trays.give(.recall(messages))
    }

    public func collect() -> [Finished] { trays.collect() }
    public func onChange(_ wake: @escaping @Sendable () -> Void) { trays.onChange(wake) }

    /// Returns when both threads have ended; every answer is there to collect.
    public func stop(grace: Duration) {
        stopped.lock()
        defer { stopped.unlock() }
        guard !isStopped else { return }
        isStopped = true
        trays.give(.stop(grace: grace))
        sandbox.stop()
        notices.stop()
        transferThreadEnded.wait()
    }
}

extension Handover {
    /// By the sandbox.
    fileprivate var isKept: Bool { if case .sandbox = transfer { true } else { false } }
    /// For an in-app inbox; everything else leaves.
    fileprivate var isNotice: Bool { if case .notice = transfer { true } else { false } }
}
