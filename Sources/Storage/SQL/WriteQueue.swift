import Foundation

/// Lets writers that wait together share one commit.
///
/// Whoever finds nobody leading takes everything that waits, most urgent first, and runs it in one transaction on its
/// own thread; the others sleep until theirs is done. So a lone writer pays no thread switch, and thirty-two waiting
/// accepts pay one fsync. Background work is taken only when nothing else waits, one job a commit, so an accept waits
/// for at most one of its chunks.
///
/// `@unchecked Sendable`: `condition` guards every stored property and every job's `isDone`.
final class WriteQueue: @unchecked Sendable {
    final class Job {
        let run: (any SQLConnection) throws -> Void
        var failure: (any Error)?
        var isDone = false
        init(run: @escaping (any SQLConnection) throws -> Void) { self.run = run }
    }

    /// More would let a slow disk build one commit of unbounded size.
    static let largestBatch = 256

    private let condition = NSCondition()
    private var waiting: [[Job]] = WriteUrgency.allCases.map { _ in [] }
    private var isLed = false

    /// Runs a job through `commit`, which must run every job of its batch in one transaction and set `failure`s.
    func perform(_ job: Job, _ urgency: WriteUrgency, commit: ([Job]) -> Void) {
        condition.lock()
        waiting[urgency.rawValue].append(job)
        while !job.isDone {
            if isLed {
                condition.wait()
                continue
            }
            isLed = true
            let batch = takeBatch()
            condition.unlock()
            commit(batch)
            condition.lock()
            isLed = false
            for done in batch { done.isDone = true }
            condition.broadcast()
        }
        condition.unlock()
    }

    private func takeBatch() -> [Job] {
        var batch: [Job] = []
        for urgency in [WriteUrgency.accept, .delivery] {
            let taken = min(waiting[urgency.rawValue].count, Self.largestBatch - batch.count)
            batch += waiting[urgency.rawValue].prefix(taken)
            waiting[urgency.rawValue].removeFirst(taken)
        }
        if batch.isEmpty, !waiting[WriteUrgency.background.rawValue].isEmpty {
            batch.append(waiting[WriteUrgency.background.rawValue].removeFirst())
        }
        return batch
    }
}
