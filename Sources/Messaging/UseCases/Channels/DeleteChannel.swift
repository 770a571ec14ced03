/// Deletes a channel with its subscriptions. Directory records and sent messages stay.
public struct DeleteChannel: UseCase {
    public var channel: Channel

    public init(_ channel: Channel) { self.channel = channel }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.channels.deleteChannel(channel.id)
            try commit.audit("delete channel", "channel \(channel.id)", detail: channel.name)
        }
    }
}
