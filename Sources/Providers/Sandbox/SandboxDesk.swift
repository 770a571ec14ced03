import Foundation
import Logging
import Messaging

/// The sandbox's thread: keeps what it is given in batches, one commit each, and answers when it is kept.
final class SandboxDesk: @unchecked Sendable {
    // `condition` guards `accounts`, `queue`, `isStopping` and `hasEnded`; the rest never changes.

    /// Hand-overs it holds at once; also the most that share a commit.
    static let capacity = 256

    private struct Waiting {
        var due: Tick
        var handover: Handover
        var transfer: SandboxTransfer
    }

    private let trays: Trays
    private let shelf: any SandboxShelf
    private let clock: WallClock
    private let logger: Logger
    private let onReceipt: @Sendable (Receipt) -> Void
    private let condition = NSCondition()
    private var accounts: [Int64: SandboxSettings] = [:]
    /// In order of their due times.
    private var queue: [Waiting] = []
    private var isStopping = false
    private var hasEnded = false

    init(
        trays: Trays, shelf: any SandboxShelf, clock: WallClock, logger: Logger,
        onReceipt: @escaping @Sendable (Receipt) -> Void
    ) {
        self.trays = trays
        self.shelf = shelf
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
        var accounts: [Int64: SandboxSettings] = [:]
        var reports: [LineReport] = []
        for account in all where account.kind == SandboxProvider.kind && account.isEnabled {
            do throws(InvalidSettings) {
                accounts[account.id] = try SandboxSettings(account.settings)
                reports.append(LineReport(providerID: account.id, capacity: Self.capacity))
            } catch {
                let words = error.problems.sorted { $0.key < $1.key }.map(\.value).joined(separator: " ")
                reports.append(LineReport(providerID: account.id, capacity: 0, trouble: words))
            }
        }
        condition.lock()
        self.accounts = accounts
        condition.unlock()
        trays.put(sandboxReports: reports)
    }

    func serves(_ providerID: Int64) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        return accounts[providerID] != nil
    }

    func submit(_ handovers: [Handover]) {
        let now = Tick.now()
        var returned: [Finished] = []
        condition.lock()
        for handover in handovers {
            guard !isStopping, let settings = accounts[handover.providerID],
                case .sandbox(let transfer) = handover.transfer
            else {
                returned.append(
                    handover.notHandedOver(isStopping ? "The program is stopping." : "The sandbox is gone."))
                continue
            }
            insert(Waiting(due: now + settings.delay, handover: handover, transfer: transfer))
        }
        condition.signal()
        condition.unlock()
        trays.put(finished: returned)
    }

    /// What is not in a batch yet comes back.
    func recall(_ messages: Set<Int64>) {
        condition.lock()
        let taken = queue.filter { messages.contains($0.handover.messageID) }
        if !taken.isEmpty { queue.removeAll { messages.contains($0.handover.messageID) } }
        condition.unlock()
        trays.put(finished: taken.map { $0.handover.notHandedOver("Called back before it was handed over.") })
    }

    private func insert(_ waiting: Waiting) {
        let index = queue.lastIndex { $0.due <= waiting.due }.map { $0 + 1 } ?? 0
        queue.insert(waiting, at: index)
    }

    /// Waits for the batch under way; what is still queued comes back.
    func stop() {
        condition.lock()
        isStopping = true
        condition.broadcast()
        while !hasEnded { condition.wait() }
        let left = queue
        queue = []
        condition.unlock()
        trays.put(finished: left.map { $0.handover.notHandedOver("The program is stopping.") })
    }

    private func run() {
        while let (batch, accounts) = nextBatch() { answer(batch, accounts) }
        condition.lock()
        hasEnded = true
        condition.broadcast()
        condition.unlock()
    }

    /// Blocks until something is due; `nil` when the desk closes.
    private func nextBatch() -> ([Waiting], [Int64: SandboxSettings])? {
        condition.lock()
        defer { condition.unlock() }
        while !isStopping {
            let now = Tick.now()
            let due = queue.prefix(Self.capacity).prefix { $0.due <= now }
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

    private func answer(_ batch: [Waiting], _ accounts: [Int64: SandboxSettings]) {
        for (providerID, items) in Dictionary(grouping: batch, by: \.handover.providerID) {
            guard let settings = accounts[providerID] else {
                trays.put(finished: items.map { $0.handover.notHandedOver("The sandbox is gone.") })
                continue
            }
            answer(items, providerID, settings)
        }
    }

    private func answer(_ items: [Waiting], _ providerID: Int64, _ settings: SandboxSettings) {
        let verdicts = items.map { settings.verdict(key: $0.transfer.key, attempt: $0.handover.attempt) }
        let kept = zip(items, verdicts).filter { $0.1.isAccepted }.map(\.0.transfer)
        do {
            if !kept.isEmpty { try shelf.keep(kept, providerID: providerID, at: clock.now()) }
        } catch {
            logger.error("the sandbox could not keep a batch", metadata: ["why": "\(error)"])
            let detail = "The sandbox could not keep the message."
            return trays.put(finished: items.map { $0.handover.notHandedOver(detail) })
        }
        trays.put(finished: zip(items, verdicts).map { $0.handover.finished(.sandbox($1)) })
        for transfer in kept { fileReceipts(for: transfer, providerID, settings) }
    }

    private func fileReceipts(for transfer: SandboxTransfer, _ providerID: Int64, _ settings: SandboxSettings) {
        for state in settings.receipts {
            onReceipt(
                Receipt(
                    providerID: providerID, reference: transfer.key, state: state, at: clock.now(),
                    detail: "Answered by the sandbox."))
        }
    }
}

extension SandboxAnswer {
    fileprivate var isAccepted: Bool { if case .accepted = self { true } else { false } }
}
