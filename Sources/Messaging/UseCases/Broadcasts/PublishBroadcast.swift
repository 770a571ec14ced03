/// Sends a draft, at once or at `sendAt`: freezes its content and plans its messages, in one commit. The same for the
/// wizard, for bulks and for the API.
///
/// Safe to repeat: `version` is good for one publish. Throws `PublishRefused`, `BroadcastContentProblem`,
/// `StoreConflict.version` when the draft was changed since the sender saw it, `StoreConflict.state` when it is no draft.
public struct PublishBroadcast: UseCase {
    public var broadcast: Broadcast
    /// The version the sender saw.
    public var version: Int64
    /// How many receivers the sender saw: another number by now is a change of the draft.
    public var receivers: Int
    /// `nil`: at once.
    public var sendAt: Timestamp?

    public init(_ broadcast: Broadcast, version: Int64, receivers: Int, sendAt: Timestamp? = nil) {
        self.broadcast = broadcast
        self.version = version
        self.receivers = receivers
        self.sendAt = sendAt
    }

    public func perform(_ work: Work) throws {
        let stores = work.stores
        if let sendAt { try check(sendAt, at: work.now) }
        guard try stores.bulk.adding(to: broadcast.id) == nil else { throw PublishRefused.adding }
        let frozen = try stores.templates.frozen(broadcast)
        let findings = try RunPreflight(of: stores.templates.resolved(broadcast), .blocking).perform(work)
        guard findings.allowSending else { throw PublishRefused.findings(findings.filter { $0.severity == .blocking }) }
        do {
            try work.commit { commit in
                try commit.stores.broadcasts.publish(
                    broadcast.id, version: version, receivers: receivers, frozen, sendAt: sendAt,
                    by: work.actor.userID, at: work.now)
                try commit.audit(action, "broadcast \(broadcast.id)", detail: broadcast.displayName)
            }
        } catch StoreConflict.state(BroadcastJob.adding) {
            // Asked for between the check and the commit.
            throw PublishRefused.adding
        }
    }

    private func check(_ sendAt: Timestamp, at now: Timestamp) throws {
        if let problem = ScheduleRule(now: now).problem(with: sendAt) { throw PublishRefused.time(problem) }
        if let end = broadcast.expiresAt, end <= sendAt { throw PublishRefused.expiresBefore(end) }
    }

    private var action: String {
        if sendAt != nil { return "schedule broadcast" }
        return broadcast.origin == .compose ? "send broadcast" : "publish broadcast"
    }
}

/// Why a draft was not published. Nothing was changed.
public enum PublishRefused: Error, Sendable, Hashable {
    /// What the preflight found to forbid the sending.
    case findings([Finding])
    /// Receivers are still being added.
    case adding
    /// The hour asked for cannot be used: why, in words for people.
    case time(String)
    /// The broadcast must not be sent after this moment, which comes before the hour asked for.
    case expiresBefore(Timestamp)
}
