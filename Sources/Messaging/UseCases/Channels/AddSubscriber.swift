/// Adds one subscriber to a channel, unless the same record or address is in it already.
public struct AddSubscriber: UseCase {
    public var subscriber: Subscriber
    public var channelID: Int64

    public init(_ subscriber: Subscriber, to channelID: Int64) {
        self.subscriber = subscriber
        self.channelID = channelID
    }

    public func perform(_ work: Work) throws -> SubscriberAdded {
        try work.commit { commit in
            let result = try commit.stores.channels.addSubscriber(subscriber, to: channelID, at: work.now)
            if case .added = result {
                try commit.audit("add subscriber", "channel \(channelID)", detail: subscriber.source)
            }
            return result
        }
    }
}
