/// Makes a scheduled broadcast a draft again. Throws `StoreConflict.state` when it is not scheduled, or being sent already.
public struct UnscheduleBroadcast: UseCase {
    public var broadcast: Broadcast

    public init(_ broadcast: Broadcast) { self.broadcast = broadcast }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.broadcasts.unschedule(broadcast.id, at: work.now)
            try commit.audit("unschedule broadcast", "broadcast \(broadcast.id)", detail: broadcast.displayName)
        }
    }
}
