import Messaging
import Synchronization

/// Slows down guessing. Every attempt to sign in is counted before the password is looked at, per account and per
/// address, and given back when it was right.
///
/// | counted per | attempts | then one more every |
/// |---|---|---|
/// | account | 10 | 90 s |
/// | address (IPv6: its /64) | 30 | 30 s |
final class LoginThrottle: Sendable {
    struct Rule: Sendable {
        var burst: Int
        var refill: Duration
        static let account = Rule(burst: 10, refill: .seconds(90))
        static let address = Rule(burst: 30, refill: .seconds(30))
    }

    /// What is remembered at most; the emptiest half of it goes when it is full.
    private static let capacity = 20_000

    /// The moment at which a key is all forgotten; each attempt moves it by one refill.
    private let forgottenAt = Mutex<[String: Timestamp]>([:])

    /// Counts an attempt. Returns how long to wait instead, when there were too many.
    func take(account: String, address: String, at now: Timestamp) -> Duration? {
        let keys = Self.keys(account: account, address: address)
        return forgottenAt.withLock { known in
            let waits = keys.map { key, rule in Self.wait(known[key], rule, now) }
            if let longest = waits.max(), longest > .zero { return longest }
            if known.count >= Self.capacity { Self.shrink(&known, now) }
            for (key, rule) in keys { known[key] = max(known[key] ?? now, now) + rule.refill }
            return nil
        }
    }

    /// The password was right: the account starts afresh, the address gets this attempt back.
    func succeeded(account: String, address: String) {
        forgottenAt.withLock { known in
            for (key, rule) in Self.keys(account: account, address: address) {
                if rule.burst == Rule.account.burst {
                    known[key] = nil
                } else if let moment = known[key] {
                    known[key] = moment - rule.refill
                }
            }
        }
    }

    private static func keys(account: String, address: String) -> [(String, Rule)] {
        [("account \(account.lowercased().prefix(254))", .account), ("address \(network(address))", .address)]
    }

    private static func wait(_ forgottenAt: Timestamp?, _ rule: Rule, _ now: Timestamp) -> Duration {
        guard let forgottenAt else { return .zero }
        let debt = forgottenAt - now + rule.refill
        return max(.zero, debt - rule.refill * rule.burst)
    }

    private static func shrink(_ known: inout [String: Timestamp], _ now: Timestamp) {
        known = known.filter { $0.value > now }
        guard known.count >= capacity else { return }
        let newest = known.sorted { $0.value > $1.value }.prefix(capacity / 2)
        known = Dictionary(uniqueKeysWithValues: newest.map { ($0.key, $0.value) })
    }

    /// One customer of a provider usually has a whole /64 to himself.
    static func network(_ address: String) -> String {
        guard let bytes = AddressRange.bytes(of: address), bytes.count == 16 else { return address }
        return "\(bytes.prefix(8))"
    }
}
