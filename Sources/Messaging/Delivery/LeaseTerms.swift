import Foundation

/// How long what a process claimed is its own. Each process that delivers has a lease, a row that says when it was seen
/// last; its claims carry the lease's number.
///
/// | since it was last seen | the process itself | others |
/// |---|---|---|
/// | 0 to 5 s | works | leave its messages alone |
/// | 5 to 12 s | renews with its next commit, or one for that alone while it waits for answers | leave them alone |
/// | 12 to 17 s | hands nothing over before it has renewed | leave them alone |
/// | from 17 s | renews if nobody took over; else its claims are refused and it begins a new lease | may end the lease and settle its messages |
public enum LeaseTerms {
    /// How long a lease stands without being renewed.
    public static let length = Duration.seconds(15)
    /// How old it is when it is renewed, at the latest.
    public static let renewal = Duration.seconds(5)
    /// At its end nothing more is handed over: bytes may lie in a buffer for a while.
    public static let margin = Duration.seconds(3)
    /// Others wait so much longer than it stands.
    public static let grace = Duration.seconds(2)

    /// Whoever was last seen before this may be taken over.
    public static func mustBeSeen(since now: Timestamp) -> Timestamp { now - length - grace }

    /// A clock that was set back counts as time that has passed.
    public static func isDue(seen: Timestamp, at now: Timestamp) -> Bool { now - seen >= renewal || now < seen }

    /// Whether a process that was seen then, or up to `renewal` before, may still hand over.
    public static func mayHandOver(seen: Timestamp, at now: Timestamp) -> Bool {
        now >= seen && now - seen < length - margin - renewal
    }
}

/// Another process has ended this lease, and settles what was claimed under it.
public struct LeaseLost: Error, Sendable, Hashable {
    public var lease: Int64
    public init(lease: Int64) { self.lease = lease }
}

extension OutboxStore {
    /// A lease for this process.
    public func beginLease(at: Timestamp) throws -> Int64 {
        try beginLease(
            host: ProcessInfo.processInfo.hostName, pid: ProcessInfo.processInfo.processIdentifier, at: at)
    }
}
