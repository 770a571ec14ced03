import Messaging

/// Everything about one mail server: its connections, what waits for them, and when to try again. Lives on the transfer
/// thread.
///
/// Hand-overs wait here, not at a connection: whichever connection is ready takes the next one, and a connection that
/// breaks leaves nothing unstarted behind.
final class SMTPConnectionPool {
    /// Hand-overs a connection may hold: one whose body is on the wire, one whose envelope is, one to follow in the
    /// same write, and one so that the store stays ahead of the wire.
    static let slotsPerConnection = 4

    let providerID: Int64
    let account: ProviderAccount
    /// `nil`: they are not usable, and `backOff` has the reason.
    let server: SMTPServer?
    var connections: [SMTPConnection] = []
    var waiting = FIFOQueue()
    var backOff = BackOff()
    /// Some connections are open and the server refused more: until then it is not asked for more than it gave.
    private var crowdedUntil: Tick = 0
    private let invalid: String?
    /// The provider is gone or changed: what is here is finished, nothing new begins.
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

    /// Whether connections opened for one serve the other: names and flags of the row do not matter to a connection.
    func serves(_ other: ProviderAccount) -> Bool {
        account.id == other.id && account.settings == other.settings && account.kind == other.kind
    }

    var ready: Int { connections.count { $0.session?.isOpen == true } }
    var isConnecting: Bool { connections.contains { $0.session == nil } }

    /// How many connections to open now, if somebody asks for `wanted` in all.
    func missing(wanted: Int, now: Tick) -> Int {
        guard let server, !isRetiring, backOff.isOver(now) else { return 0 }
        let usable = connections.count { $0.session?.isOpen ?? true }
        // A server that failed is asked by one connection first.
        let ready = ready
        let most =
            ready == 0 && backOff.failures > 0 ? 1 : crowdedUntil > now ? max(1, ready) : server.maxConnections
        return max(0, min(wanted, most) - usable)
    }

    /// With other connections open a failure is no trouble, only a limit.
    func note(_ failure: ConnectionFailure, now: Tick, timings: ConnectionTimings) {
        if ready > 0 && !failure.isConfiguration {
            crowdedUntil = now + timings.longestRetry
        } else {
            backOff.note(failure, now: now, timings: timings)
        }
    }

    /// One connection is tried again by itself.
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

/// First in, first out, without moving the rest at each step.
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

    /// Keeps the array from growing with all that ever passed.
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
