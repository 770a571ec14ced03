/// Holds what has not been handed over. Throws `StoreConflict.state` when nothing is waiting.
public struct PauseBroadcast: UseCase {
    public var broadcast: Broadcast

    public init(_ broadcast: Broadcast) { self.broadcast = broadcast }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.bulk.pause(broadcast.id, at: work.now)
            try commit.audit("pause broadcast", "broadcast \(broadcast.id)", detail: broadcast.displayName)
        }
    }
}
