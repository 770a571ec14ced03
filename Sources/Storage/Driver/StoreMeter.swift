import Synchronization

/// How long commits took since the start, for `/metrics`.
public final class StoreMeter: Sendable {
    /// Upper bounds of the histogram, in milliseconds; one more counts the rest.
    public static let bounds: [Int64] = [1, 5, 25, 100, 500, 2_500, 10_000]

    public struct Reading: Sendable {
        /// Commits that took at most the bound of the same place, not those below it again; the last: longer than all.
        public var counts = [Int](repeating: 0, count: StoreMeter.bounds.count + 1)
        public var total: Duration = .zero
        public var failures = 0

        public var commits: Int { counts.reduce(0, +) }
    }

    private let reading = Mutex(Reading())

    public var current: Reading { reading.withLock { $0 } }

    func note(_ took: Duration, failed: Bool) {
        let place = Self.bounds.firstIndex { took <= .milliseconds($0) } ?? Self.bounds.count
        reading.withLock {
            $0.counts[place] += 1
            $0.total += took
            if failed { $0.failures += 1 }
        }
    }
}
