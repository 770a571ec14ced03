import Dispatch
import Foundation

/// Lets writers that wait together share one commit.
///
/// Whoever finds nobody leading takes everything that waits, most urgent first, and runs it in one transaction on its
/// own thread; the others sleep until theirs is done. So a lone writer pays no thread switch, and thirty-two waiting
/// accepts pay one fsync. Background work is taken when nothing else waits, or when it was passed over for a second, one
/// job a commit: an accept waits for at most one of its chunks, and a flood of accepts does not keep a broadcast from
/// being published.
///
/// `@unchecked Sendable`: `lock` guards every stored property and every job's `isDone`.
final class WriteQueue: @unchecked Sendable {
    final class Job {
        let run: (any SQLConnection) throws -> Void
        var failure: (any Error)?
        fileprivate var isDone = false
        /// Wakes the one thread that waits for this job: because it is done, or because it is to lead.
        fileprivate let wake = DispatchSemaphore(value: 0)
        fileprivate let since = ContinuousClock.now
        init(run: @escaping (any SQLConnection) throws -> Void) { self.run = run }
    }

    /// More would let a slow disk build one commit of unbounded size.
    static let largestBatch = 256

    /// How long background work is passed over.
    private let patience: Duration
    private let lock = NSLock()
    private var waiting: [[Job]] = WriteUrgency.allCases.map { _ in [] }
    private var isLed = false
    /// When background work last had its turn before others.
    private var backgroundTurn: ContinuousClock.Instant?
    /// When something that is not background work was last taken.
    private var pressed: ContinuousClock.Instant?

    init(patience: Duration = .seconds(1)) { self.patience = patience }

    /// Jobs that nobody has taken yet.
    func waiting(_ urgency: WriteUrgency) -> Int {
        lock.lock()
        defer { lock.unlock() }
        return waiting[urgency.rawValue].count
    }

    /// Runs a job through `commit`, which must run every job of its batch in one transaction and set `failure`s.
    func perform(_ job: Job, _ urgency: WriteUrgency, commit: ([Job]) -> Void) {
        lock.lock()
        waiting[urgency.rawValue].append(job)
        if isLed {
            lock.unlock()
            job.wake.wait()
            lock.lock()
        }
        // Whoever was woken without being done leads now.
        if !job.isDone { lead(until: job, commit) }
        lock.unlock()
    }

    /// Under the lock, which is let go of during commits. Goes on until its own job is done, then hands the lead to one
    /// that waits: nobody is kept from their answer by the writes of others, and only those are woken who have a reason.
    private func lead(until job: Job, _ commit: ([Job]) -> Void) {
        isLed = true
        while !job.isDone {
            let batch = takeBatch()
            lock.unlock()
            commit(batch)
            lock.lock()
            for done in batch {
                done.isDone = true
                if done !== job { done.wake.signal() }
            }
        }
        isLed = false
        if let next = waiting.lazy.compactMap(\.first).first {
            isLed = true
            next.wake.signal()
        }
    }

    /// Whether anything but background work was written lately, so that more of it is to be expected.
    func wasPressed(within time: Duration) -> Bool {
        lock.lock()
        defer { lock.unlock() }
        return pressed.map { .now - $0 < time } ?? false
    }

    private func takeBatch() -> [Job] {
        let background = WriteUrgency.background.rawValue
        let now = ContinuousClock.now
        // Since the last turn, not only since it came: else several that are overdue would go one after the other.
        if let first = waiting[background].first, now - max(first.since, backgroundTurn ?? first.since) >= patience {
            backgroundTurn = now
            return [waiting[background].removeFirst()]
        }
        var batch: [Job] = []
        for urgency in [WriteUrgency.accept, .delivery] {
            let taken = min(waiting[urgency.rawValue].count, Self.largestBatch - batch.count)
            batch += waiting[urgency.rawValue].prefix(taken)
            waiting[urgency.rawValue].removeFirst(taken)
        }
        if !batch.isEmpty {
            pressed = now
        } else if !waiting[background].isEmpty {
            batch.append(waiting[background].removeFirst())
        }
        return batch
    }
}
