/// Thread pool with a bounded queue for deferred replies.
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

    /// Threads are started on demand.
    init(threads: Int, queue: Int) {
        self.threads = max(1, threads)
        capacity = max(0, queue)
    }

    /// Returns false and drops the job if the queue is full or the pool is closed.
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

    /// Lets running jobs finish, drops queued ones and accepts no more.
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
        // A new thread is already counted as idle by its creator.
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
