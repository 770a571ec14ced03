/// What is known of channels and their subscribers.
public protocol ChannelQueries: Sendable {
    /// The newest first. `query`: a part of the name; empty: all.
    func channels(matching query: String, from start: PageStart, limit: Int) throws -> Page<Channel>
    func channel(_ id: Int64) throws -> Channel?
    func subscribers(of channelID: Int64, from start: PageStart, limit: Int) throws -> Page<Subscriber>
}

/// Channels and who is in them.
public protocol ChannelStore: ChannelQueries {
    func createChannel(name: String, description: String, at: Timestamp) throws -> Int64
    /// Throws `StoreConflict.version` when it was changed since that version was read.
    func updateChannel(_ id: Int64, version: Int64, name: String, description: String, at: Timestamp) throws
    /// Takes its subscribers with it; the records of the directory stay.
    func deleteChannel(_ id: Int64) throws
    /// Throws `StoreConflict.notFound` when there is no such channel or record.
    func addSubscriber(_ subscriber: Subscriber, to channelID: Int64, at: Timestamp) throws -> SubscriberAdded
    /// All in one commit. A call takes at most a few thousand.
    func addSubscribers(_ subscribers: [Subscriber], to channelID: Int64, at: Timestamp) throws -> [SubscriberAdded]
    /// Rows of an import, in one commit that lets whoever waits go first. One outcome for each; `unchanged` is one the
    /// channel has already. Throws `StoreConflict.notFound` when the channel is gone.
    func takeSubscribers(_ rows: [SubscriberRow], into channelID: Int64, at: Timestamp) throws -> [RowOutcome]
    func removeSubscriber(_ subscriberID: Int64, from channelID: Int64, at: Timestamp) throws
}

public enum SubscriberAdded: Sendable, Hashable {
    case added(id: Int64)
    /// The channel has this one already.
    case present(Subscriber)
}
