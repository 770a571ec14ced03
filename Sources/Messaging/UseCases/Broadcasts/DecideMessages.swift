/// Applies a person's decision to every failed or every unknown message of a broadcast; of a large one the rest by the job
/// it returns. Throws `StoreConflict.state` when there is no such message.
public struct DecideMessages: UseCase {
    public var decision: BulkDecision
    public var broadcast: Broadcast

    public init(_ decision: BulkDecision, of broadcast: Broadcast) {
        self.decision = decision
        self.broadcast = broadcast
    }

    public func perform(_ work: Work) throws -> BroadcastJob {
        let verb = decision.rawValue.replacing("_", with: " ")
        return try work.commit { commit in
            let job = try commit.stores.bulk.decide(
                decision, of: broadcast.id, by: work.actor.userID, at: work.now)
            try commit.audit("\(verb) of broadcast", "broadcast \(broadcast.id)", detail: broadcast.displayName)
            return job
        }
    }
}
