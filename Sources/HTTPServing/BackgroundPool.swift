/// Threads on which replies are worked out that their connections wait for, with a bounded queue before them.
final class BackgroundPool: Sendable {
    private struct State {
        var jobs: [@Sendable () -> Void] = []
        var threads = 0
        var idle = 0
        var isClosed = false
    }

    private let lock = ConditionLock(State())
    private let threads: Int
    private let capacity: Int

    /// Threads are started when first needed.
    init(threads: Int, queue: Int) {
        self.threads = max(1, threads)
        capacity = max(0, queue)
    }

    /// False, and the job dropped, when the queue is full or the pool closed.
    func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
        lock.changeForOne { state in
            guard !state.isClosed else { return false }
            if state.jobs.count >= state.idle && state.threads < threads && startThread() {
                state.threads += 1
                state.idle += 1
            }
            guard state.threads > 0, state.jobs.count < capacity + state.idle else { return false }
            state.jobs.append(job)
            return true
        }
    }

    /// Lets running jobs end, drops those that wait, and takes no more.
    func close() {
        lock.change { state in
            state.isClosed = true
            state.jobs.removeAll()
        }
    }

    private func startThread() -> Bool {
        BackgroundThread.start { [lock] in
            var job = Self.nextJob(lock, isFirst: true)
            while let work = job {
                work()
                job = Self.nextJob(lock, isFirst: false)
            }
        }
    }

    /// Waits for a job; nil once the pool is closed.
    private static func nextJob(_ lock: ConditionLock<State>, isFirst: Bool) -> (@Sendable () -> Void)? {
        // Whoever starts a thread has counted it as idle already.
        var isCounted = isFirst
        return lock.wait { state -> (@Sendable () -> Void)?? in
            if !isCounted {
                isCounted = true
                state.idle += 1
            }
            if state.isClosed { return .some(nil) }
            guard !state.jobs.isEmpty else { return nil }
            state.idle -= 1
            return .some(state.jobs.removeFirst())
        }
    }
}
