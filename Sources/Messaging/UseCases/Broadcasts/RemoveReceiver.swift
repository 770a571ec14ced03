/// Takes a receiver out of a draft. Throws `StoreConflict.notFound` when it is not in it, `.state` when it is no draft.
public struct RemoveReceiver: UseCase {
    public var receiverID: Int64
    public var broadcast: Broadcast

    public init(_ receiverID: Int64, from broadcast: Broadcast) {
        self.receiverID = receiverID
        self.broadcast = broadcast
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.broadcasts.removeReceiver(receiverID, from: broadcast.id, at: work.now)
            try commit.audit(
                broadcast.origin == .bulk ? "remove receiver" : "remove recipient", "broadcast \(broadcast.id)",
                detail: "receiver \(receiverID)")
        }
    }
}
