/// Where receivers are taken from, all at once.
public enum Audience: Hashable, Sendable, Codable {
    /// Every subscriber of a channel.
    case channel(Int64)
    /// Every record a search finds.
    case search(EntitySearch)
    /// Every receiver of another broadcast, as they were kept there.
    case receivers(ofBroadcast: Int64)
}

/// Work on many rows of one broadcast. It is written down when it is asked for and done in chunks, each a commit, so that
/// a crash repeats none of it and no page waits for a million rows.
public struct BroadcastJob: Sendable, Hashable, Identifiable {
    public enum Work: Hashable, Sendable, Codable {
        case add(Audience)
        case decide(BulkDecision)
        /// What is left of a cancelled broadcast: its pending messages.
        case cancel
    }

    public var id: Int64
    public var broadcastID: Int64
    public var work: Work
    /// Receivers added, or messages moved.
    public var done: Int
    /// Receivers who were there already.
    public var merged: Int
    /// Who some of those were, in the chunk just done; at most three, and not kept.
    public var mergedNames: [String] = []
    /// How many there will be to look at; `nil` where only the walk itself can tell.
    public var total: Int?
    public var askedAt: Timestamp
    public var finishedAt: Timestamp?

    public init(
        id: Int64, broadcastID: Int64, work: Work, done: Int, merged: Int, total: Int?, askedAt: Timestamp,
        finishedAt: Timestamp?
    ) {
        self.id = id
        self.broadcastID = broadcastID
        self.work = work
        self.done = done
        self.merged = merged
        self.total = total
        self.askedAt = askedAt
        self.finishedAt = finishedAt
    }

    /// The reason of a `StoreConflict.state`: receivers are still being added.
    public static let adding = "adding"

    public var isFinished: Bool { finishedAt != nil }
    public var addsReceivers: Bool { if case .add = work { true } else { false } }
}

/// A person's word about many messages of one broadcast at once.
public enum BulkDecision: String, Hashable, Sendable, Codable, CaseIterable {
    /// Every failed message goes out again, and no other.
    case resendFailed = "resend_failed"
    /// Every message whose hand-off got no answer goes out again; a second copy may arrive.
    case retryUnknown = "retry_unknown"
    /// Every message whose hand-off got no answer counts as sent.
    case assumeSent = "assume_sent"

    public var event: MessageEvent {
        switch self {
        case .resendFailed: .retry
        case .retryUnknown: .retryDespiteDoubt
        case .assumeSent: .assumeSent
        }
    }

    /// The one status it moves.
    public var status: MessageStatus { self == .resendFailed ? .failed : .unknown }
}
