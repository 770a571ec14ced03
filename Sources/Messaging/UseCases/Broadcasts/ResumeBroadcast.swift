/// Goes on with exactly the rest of a paused broadcast. Throws `StoreConflict.state` when it is not paused.
public struct ResumeBroadcast: UseCase {
    public var broadcast: Broadcast

    public init(_ broadcast: Broadcast) { self.broadcast = broadcast }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.bulk.resume(broadcast.id, at: work.now)
            try commit.audit("resume broadcast", "broadcast \(broadcast.id)", detail: broadcast.displayName)
        }
    }
}
