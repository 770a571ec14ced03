/// Takes a subscriber off a channel. Throws `StoreConflict.notFound` when it is not on it.
public struct RemoveSubscriber: UseCase {
    public var subscriberID: Int64
    public var channelID: Int64

    public init(_ subscriberID: Int64, from channelID: Int64) {
        self.subscriberID = subscriberID
        self.channelID = channelID
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.channels.removeSubscriber(subscriberID, from: channelID, at: work.now)
            try commit.audit("remove subscriber", "channel \(channelID)")
        }
    }
}
