/// Cancels what is pending of a broadcast; of a large one the rest by the job it returns. What is being handed over still
/// leaves. Throws `StoreConflict.state` when nothing is pending.
public struct CancelBroadcast: UseCase {
    public var broadcast: Broadcast

    public init(_ broadcast: Broadcast) { self.broadcast = broadcast }

    public func perform(_ work: Work) throws -> BroadcastJob {
        try work.commit { commit in
            let job = try commit.stores.bulk.cancel(broadcast.id, by: work.actor.userID, at: work.now)
            try commit.audit("cancel broadcast", "broadcast \(broadcast.id)", detail: broadcast.displayName)
            return job
        }
    }
}
