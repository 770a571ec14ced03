import Messaging
import Synchronization

/// A value of the store that every page asks for, read again once it is older than `freshness`: a change made by another
/// process is seen by then, one made by this process at once.
final class CachedValue<Value: Sendable>: Sendable {
    private struct Seen {
        var value: Value
        /// `nil`: to be read again.
        var at: Timestamp?
        var generation = 0
    }

    private let freshness: Duration
    private let clock: WallClock
    private let read: @Sendable () throws -> Value
    private let seen: Mutex<Seen>

    /// - Parameter initial: the value until the store could be read.
    init(_ initial: Value, freshness: Duration, clock: WallClock, read: @escaping @Sendable () throws -> Value) {
        self.freshness = freshness
        self.clock = clock
        self.read = read
        seen = Mutex(Seen(value: initial, at: nil))
    }

    /// The value last seen when the store cannot be read; the page itself reports why it fails.
    var current: Value {
        let now = clock.now()
        let known = seen.withLock { $0 }
        if let at = known.at, now - at < freshness, now >= at { return known.value }
        guard let fresh = try? read() else { return known.value }
        seen.withLock { seen in
            // Read before a change made by this process: not worth keeping.
            guard seen.generation == known.generation else { return }
            (seen.value, seen.at) = (fresh, now)
        }
        return fresh
    }

    /// Makes the next caller read again, after a change made by this process.
    func forget() {
        seen.withLock { seen in
            seen.at = nil
            seen.generation += 1
        }
    }
}

extension CachedValue where Value == Modules {
    func isOn(_ module: Module?) -> Bool {
        guard let module else { return true }
        return current.isOn(module)
    }
}
