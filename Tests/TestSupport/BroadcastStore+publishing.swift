import Messaging

extension BroadcastStore {
    /// Publishes these contents with the providers and the priority of the draft; `version` and `receivers` nil: those
    /// that stand.
    public func publish(
        _ id: Int64, version: Int64?, receivers: Int?, contents: [Content], sendAt: Timestamp?, by user: Int64?,
        at: Timestamp
    ) throws {
        let draft = try broadcast(id)
        var providers: [DeliveryChannel: Int64] = [:]
        for channel in DeliveryChannel.allCases { providers[channel] = draft?.composition[provider: channel] }
        try publish(
            id, version: version ?? draft?.version ?? 0, receivers: receivers ?? draft?.receiverCount ?? 0,
            FrozenBroadcast(contents: contents, providers: providers, priority: draft?.priority ?? .normal),
            sendAt: sendAt, by: user, at: at)
    }

    /// Publishes these contents, however many receivers there are; `version` nil: the one that stands.
    public func publishBulk(
        _ id: Int64, version: Int64?, contents: [Content], providers: [DeliveryChannel: Int64], priority: Priority,
        sendAt: Timestamp?, by user: Int64?, at: Timestamp
    ) throws {
        let draft = try broadcast(id)
        try publish(
            id, version: version ?? draft?.version ?? 0, receivers: draft?.receiverCount ?? 0,
            FrozenBroadcast(contents: contents, providers: providers, priority: priority), sendAt: sendAt, by: user,
            at: at)
    }
}
