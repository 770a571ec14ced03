import Foundation
import Logging
import Messaging

/// Stores sandbox messages on a thread of its own, one commit per batch, and reports each once it is stored.
final class SandboxTransport: @unchecked Sendable {
    // `condition` guards `accounts`, `queue`, `isStopping` and `hasEnded`; everything else is immutable.

    private struct Waiting {
        var due: Tick
        var submission: Submission
        var transfer: SandboxTransfer
    }

    private let mailbox: TransportMailbox
    private let catalog: ProviderCatalog
    private let store: any SandboxStore
    private let clock: WallClock
    private let logger: Logger
    private let onReceipt: @Sendable (Receipt) -> Void
    private let condition = NSCondition()
    private var accounts: [Int64: any SandboxBehaviour] = [:]
    /// Ordered by due time.
    private var queue: [Waiting] = []
    private var isStopping = false
    private var hasEnded = false

    init(
        mailbox: TransportMailbox, catalog: ProviderCatalog, store: any SandboxStore, clock: WallClock, logger: Logger,
        onReceipt: @escaping @Sendable (Receipt) -> Void
    ) {
        self.mailbox = mailbox
        self.catalog = catalog
        self.store = store
        self.clock = clock
        self.logger = logger
        self.onReceipt = onReceipt
    }

    func start() {
        let thread = Thread { [self] in run() }
        thread.name = "sandbox"
        thread.start()
    }

    func use(_ all: [ProviderAccount]) {
        var accounts: [Int64: any SandboxBehaviour] = [:]
        var reports: [ConnectionReport] = []
        for account in all where account.isEnabled && catalog.kind(account.kind) is any SandboxingProvider.Type {
            do throws(InvalidSettings) {
                accounts[account.id] = (try catalog.provider(for: account) as? any SandboxingProvider)?.behaviour
                reports.append(ConnectionReport(providerID: account.id, capacity: SandboxTransfer.capacity))
            } catch {
                let words = error.problems.sorted { $0.key < $1.key }.map(\.value).joined(separator: " ")
                reports.append(ConnectionReport(providerID: account.id, capacity: 0, trouble: words))
            }
        }
        condition.lock()
        self.accounts = accounts
        condition.unlock()
        mailbox.put(sandboxReports: reports)
    }

    func serves(_ providerID: Int64) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        return accounts[providerID] != nil
    }

    func submit(_ submissions: [Submission]) {
        let now = Tick.now()
        var returned: [SubmissionResult] = []
        condition.lock()
        for submission in submissions {
            guard !isStopping, let behaviour = accounts[submission.providerID],
                case .sandbox(let transfer) = submission.transfer
            else {
                returned.append(
                    submission.notHandedOver(isStopping ? "The program is stopping." : "The sandbox is gone."))
                continue
            }
            insert(Waiting(due: now + behaviour.delay, submission: submission, transfer: transfer))
        }
        condition.signal()
        condition.unlock()
        mailbox.put(finished: returned)
    }

    /// Returns submissions that are not in a batch yet.
    func cancel(_ messages: Set<Int64>) {
        condition.lock()
        let taken = queue.filter { messages.contains($0.submission.messageID) }
        if !taken.isEmpty { queue.removeAll { messages.contains($0.submission.messageID) } }
        condition.unlock()
        mailbox.put(finished: taken.map { $0.submission.notHandedOver("Called back before it was handed over.") })
    }

    private func insert(_ waiting: Waiting) {
        let index = queue.lastIndex { $0.due <= waiting.due }.map { $0 + 1 } ?? 0
        queue.insert(waiting, at: index)
    }

    /// Waits for the current batch and returns queued submissions.
    func stop() {
        condition.lock()
        isStopping = true
        condition.broadcast()
        while !hasEnded { condition.wait() }
        let left = queue
        queue = []
        condition.unlock()
        mailbox.put(finished: left.map { $0.submission.notHandedOver("The program is stopping.") })
    }

    private func run() {
        while let (batch, accounts) = nextBatch() { response(batch, accounts) }
        condition.lock()
        hasEnded = true
        condition.broadcast()
        condition.unlock()
    }

    /// Blocks until a submission is due; `nil` when the transport stops.
    private func nextBatch() -> ([Waiting], [Int64: any SandboxBehaviour])? {
        condition.lock()
        defer { condition.unlock() }
        while !isStopping {
            let now = Tick.now()
            let due = queue.prefix(SandboxTransfer.capacity).prefix { $0.due <= now }
            if !due.isEmpty {
                let batch = Array(due)
                queue.removeFirst(batch.count)
                return (batch, accounts)
            }
            if let first = queue.first {
                _ = condition.wait(until: Date(timeIntervalSinceNow: Double(first.due - now) / 1_000_000_000))
            } else {
                condition.wait()
            }
        }
        return nil
    }

    private func response(_ batch: [Waiting], _ accounts: [Int64: any SandboxBehaviour]) {
        for (providerID, items) in Dictionary(grouping: batch, by: \.submission.providerID) {
            guard let behaviour = accounts[providerID] else {
                mailbox.put(finished: items.map { $0.submission.notHandedOver("The sandbox is gone.") })
                continue
            }
            response(items, providerID, behaviour)
        }
    }

    private func response(_ items: [Waiting], _ providerID: Int64, _ behaviour: any SandboxBehaviour) {
        let verdicts = items.map { behaviour.verdict(key: $0.transfer.key, attempt: $0.submission.attempt) }
        let kept = zip(items, verdicts).filter { $0.1.isAccepted }.map(\.0.transfer)
        do {
            if !kept.isEmpty { try store.keep(kept, providerID: providerID, at: clock.now()) }
        } catch {
            logger.error("the sandbox could not keep a batch", metadata: ["why": "\(error)"])
            let detail = "The sandbox could not keep the message."
            return mailbox.put(finished: items.map { $0.submission.notHandedOver(detail) })
        }
        mailbox.put(finished: zip(items, verdicts).map { $0.submission.finished(.sandbox($1)) })
        for transfer in kept { fileReceipts(for: transfer, providerID, behaviour) }
    }

    private func fileReceipts(for transfer: SandboxTransfer, _ providerID: Int64, _ behaviour: any SandboxBehaviour) {
        for state in behaviour.receipts {
            onReceipt(
                Receipt(
                    providerID: providerID, reference: transfer.key, state: state, at: clock.now(),
                    detail: "Answered by the sandbox."))
        }
    }
}

extension SandboxResponse {
    fileprivate var isAccepted: Bool { if case .accepted = self { true } else { false } }
}
