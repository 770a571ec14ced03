import Messaging
import Synchronization

/// How much one client may ask of an address that is open to everybody: a burst, then one more each `refill`. Clients of
/// one IPv6 network of 64 bits count as one.
final class ClientThrottle: Sendable {
    /// Clients remembered at most; whoever has the least to wait goes first.
    private static let capacity = 20_000

    private let burst: Int
    private let refill: Duration
    /// The moment at which a client is all forgotten; each request moves it by one refill.
    private let forgottenAt = Mutex<[String: Timestamp]>([:])

    init(burst: Int, refill: Duration) {
        self.burst = burst
        self.refill = refill
    }

    /// Counts a request. Returns how long to wait instead, when there were too many.
    func take(_ address: String, at now: Timestamp) -> Duration? {
        let client = LoginThrottle.network(address)
        return forgottenAt.withLock { known in
            let wait = Self.wait(known[client], burst, refill, now)
            if wait > .zero { return wait }
            if known.count >= Self.capacity { Self.shrink(&known, now) }
            known[client] = max(known[client] ?? now, now) + refill
            return nil
        }
    }

    /// How long the next one has to wait, without counting it; `nil`: not at all.
    func wait(_ address: String, at now: Timestamp) -> Duration? {
        let client = LoginThrottle.network(address)
        let wait = forgottenAt.withLock { Self.wait($0[client], burst, refill, now) }
        return wait > .zero ? wait : nil
    }

    private static func wait(_ forgottenAt: Timestamp?, _ burst: Int, _ refill: Duration, _ now: Timestamp) -> Duration
    {
        guard let forgottenAt else { return .zero }
        return max(.zero, forgottenAt - now + refill - refill * burst)
    }

    private static func shrink(_ known: inout [String: Timestamp], _ now: Timestamp) {
        known = known.filter { $0.value > now }
        guard known.count >= capacity else { return }
        let newest = known.sorted { $0.value > $1.value }.prefix(capacity / 2)
        known = Dictionary(uniqueKeysWithValues: newest.map { ($0.key, $0.value) })
    }
}
