import Messaging
import Synchronization

/// Which modules are on, which every request and every link asks. Read from the store at most every two seconds, so
/// that a switch turned in another process is seen soon and a page costs no look-up of its own.
final class ModuleSwitches: Sendable {
    static let freshness: Duration = .seconds(2)

    private struct Seen {
        var modules: Modules
        /// `nil`: to be read again.
        var at: Timestamp?
        var generation = 0
    }

    private let store: any AccessQueries
    private let clock: WallClock
    private let seen = Mutex(Seen(modules: Modules(), at: nil))

    init(store: any AccessQueries, clock: WallClock) {
        self.store = store
        self.clock = clock
    }

    func isOn(_ module: Module?) -> Bool {
        guard let module else { return true }
        return current.isOn(module)
    }

    /// A store that cannot be read leaves the switches as they were last seen; the page itself will say why it fails.
    var current: Modules {
        let now = clock.now()
        let known = seen.withLock { $0 }
        if let at = known.at, now - at < Self.freshness, now >= at { return known.modules }
        guard let fresh = try? store.modules() else { return known.modules }
        seen.withLock { seen in
            // Read before somebody turned a switch: not worth keeping.
            guard seen.generation == known.generation else { return }
            (seen.modules, seen.at) = (fresh, now)
        }
        return fresh
    }

    /// After a change made by this process.
    func forget() {
        seen.withLock { seen in
            seen.at = nil
            seen.generation += 1
        }
    }
}
