import Messaging
import Synchronization

/// How many messages wait for somebody to decide about them, which every page's menu asks. Read from the store at most
/// every five seconds.
final class CachedUnknowns: Sendable {
    private static let freshness: Duration = .seconds(5)

    private let messages: any MessageQueries
    private let clock: WallClock
    private let seen = Mutex<(at: Timestamp, count: Int)?>(nil)

    init(messages: any MessageQueries, clock: WallClock) {
        self.messages = messages
        self.clock = clock
    }

    /// A store that cannot be read answers none; the page itself will say why.
    var count: Int {
        let now = clock.now()
        if let seen = seen.withLock({ $0 }), now - seen.at < Self.freshness, now >= seen.at { return seen.count }
        guard let count = try? messages.inDoubt() else { return 0 }
        seen.withLock { $0 = (now, count) }
        return count
    }

    /// After a decision made by this process.
    func forget() { seen.withLock { $0 = nil } }
}
