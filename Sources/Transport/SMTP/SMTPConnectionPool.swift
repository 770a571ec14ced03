import Messaging

/// State of one mail server: its connections, the submissions that wait for them, and when to retry. Confined to the
/// transport thread.
///
/// Submissions queue here rather than at a connection: the next free connection takes them, and a broken connection
/// strands none that has not started.
final class SMTPConnectionPool {
    /// Submissions per connection: one whose body is being written, one whose envelope is, one to follow in the same
    /// write, and one so that the store stays ahead of the wire.
    static let slotsPerConnection = 4

    let providerID: Int64
    let account: ProviderAccount
    /// `nil` if the settings are unusable; `backOff` has the reason.
    let server: SMTPServer?
    var connections: [SMTPConnection] = []
    var waiting = FIFOQueue()
    var backOff = BackOff()
    /// End of the time for which no more connections are opened than the server granted, after it refused further ones.
    private var crowdedUntil: Tick = 0
    private let invalid: String?
    /// The provider was removed or changed: the pool finishes its submissions and accepts no new ones.
    var isRetiring = false

    init(_ account: ProviderAccount, catalog: ProviderCatalog) {
        providerID = account.id
        self.account = account
        do throws(InvalidSettings) {
            server = (try catalog.provider(for: account) as? any MailProvider)?.server
            invalid = nil
        } catch {
            server = nil
            invalid = error.problems.sorted { $0.key < $1.key }.map(\.value).joined(separator: " ")
        }
    }

    /// Whether both accounts can share connections: names and flags of the row do not affect a connection.
    func serves(_ other: ProviderAccount) -> Bool {
        account.id == other.id && account.settings == other.settings && account.kind == other.kind
    }

    var ready: Int { connections.count { $0.session?.isOpen == true } }
    var isConnecting: Bool { connections.contains { $0.session == nil } }

    /// Number of connections to open now to reach `wanted` in all.
    func missing(wanted: Int, now: Tick) -> Int {
        guard let server, !isRetiring, backOff.isOver(now) else { return 0 }
        let usable = connections.count { $0.session?.isOpen ?? true }
        // After a failure, a single connection probes the server.
        let ready = ready
        let most =
            ready == 0 && backOff.failures > 0 ? 1 : crowdedUntil > now ? max(1, ready) : server.maxConnections
        return max(0, min(wanted, most) - usable)
    }

    /// Records a failed connection. While other connections are open, it counts as the server's connection limit.
    func note(_ failure: ConnectionFailure, now: Tick, timings: ConnectionTimings) {
        if ready > 0 && !failure.isConfiguration {
            crowdedUntil = now + timings.longestRetry
        } else {
            backOff.note(failure, now: now, timings: timings)
        }
    }

    /// Whether to retry a connection without a message.
    func shouldRetry(_ now: Tick) -> Bool {
        backOff.trouble != nil && connections.isEmpty && missing(wanted: 1, now: now) > 0
    }

    func report(now: Tick, wallNow: Timestamp) -> ConnectionReport {
        if let invalid { return ConnectionReport(providerID: providerID, capacity: 0, trouble: invalid) }
        let ready = ready
        guard ready == 0, let trouble = backOff.trouble else {
            return ConnectionReport(providerID: providerID, capacity: ready * Self.slotsPerConnection)
        }
        let wait = max(0, backOff.retryAt - now)
        return ConnectionReport(
            providerID: providerID, capacity: 0, trouble: trouble, retryAt: wallNow + .nanoseconds(wait))
    }
}

/// First-in, first-out queue with amortised constant-time removal.
struct FIFOQueue {
    private var items: [Submission] = []
    private var head = 0

    var isEmpty: Bool { head == items.count }
    var count: Int { items.count - head }

    mutating func append(_ more: [Submission]) { items += more }

    mutating func putBack(_ first: [Submission]) {
        guard !first.isEmpty else { return }
        items.replaceSubrange(0..<head, with: first)
        head = 0
    }

    mutating func next() -> Submission? {
        guard head < items.count else { return nil }
        defer { forget() }
        return items[head]
    }

    /// Drops consumed elements, so that the array does not grow without bound.
    private mutating func forget() {
        head += 1
        if head == items.count {
            items.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 256 {
            items.removeSubrange(0..<head)
            head = 0
        }
    }

    mutating func take(_ messages: Set<Int64>) -> [Submission] {
        let taken = items[head...].filter { messages.contains($0.messageID) }
        guard !taken.isEmpty else { return [] }
        items = items[head...].filter { !messages.contains($0.messageID) }
        head = 0
        return taken
    }

    mutating func takeAll() -> [Submission] {
        defer {
            items.removeAll()
            head = 0
        }
        return Array(items[head...])
    }
}
