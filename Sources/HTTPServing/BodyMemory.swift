import Synchronization

/// Bounds the memory of all request bodies together.
final class BodyMemory: Sendable {
    private let used = Atomic<Int>(0)
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    func reserve(_ count: Int) -> Bool {
        if used.add(count, ordering: .relaxed).newValue <= limit { return true }
        used.subtract(count, ordering: .relaxed)
        return false
    }

    func release(_ count: Int) {
        used.subtract(count, ordering: .relaxed)
    }

    /// Share of one request; released when the request ends.
    final class Share {
        private let memory: BodyMemory
        private var reserved = 0

        init(_ memory: BodyMemory) {
            self.memory = memory
        }

        deinit {
            memory.release(reserved)
        }

        func reserve(_ count: Int) -> Bool {
            guard memory.reserve(count) else { return false }
            reserved += count
            return true
        }
    }
}
