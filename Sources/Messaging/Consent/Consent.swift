/// What a message is to its receiver, which decides which suppressions stop it.
///
/// | message | everything | broadcasts | channel N |
/// |---|---|---|---|
/// | to one person: composed, direct, by the API, by an automation | stops it | no | no |
/// | type `bulk`, however it is sent | stops it | stops it | as below |
/// | of a bulk broadcast, or composed for several | stops it | stops it, unless the type is transactional | as below |
/// | to a receiver who came from channel N | stops it | as above | stops it |
///
/// Transactional are the types a customer expects because of something they did: leaving a newsletter does not stop an
/// invoice. A type that a company adds is judged by how many people it is sent to.
public struct Consent: Hashable, Sendable {
    public var isBroadcast: Bool
    /// The channel the receiver came from; `nil`: from none.
    public var channelID: Int64?

    public init(isBroadcast: Bool = false, channelID: Int64? = nil) {
        self.isBroadcast = isBroadcast
        self.channelID = channelID
    }

    /// - Parameter receivers: of the whole broadcast.
    public init(origin: BroadcastOrigin, type: MessageType, receivers: Int, channelID: Int64?) {
        let isToMany = origin == .bulk || receivers > 1
        self.init(
            isBroadcast: type == .bulk || (isToMany && !MessageType.transactional.contains(type)),
            channelID: channelID)
    }

    public func isStopped(by scope: SuppressionScope) -> Bool {
        switch scope {
        case .everything: true
        case .broadcasts: isBroadcast
        case .channel(let id): id == channelID
        }
    }

    /// The one to name among those that stop it: the widest, and of those the oldest.
    public func stop(among suppressions: [Suppression]) -> Suppression? {
        suppressions.filter { isStopped(by: $0.scope) }.min {
            ($0.scope.kind.width, $0.createdAt.milliseconds, $0.id)
                < ($1.scope.kind.width, $1.createdAt.milliseconds, $1.id)
        }
    }

    /// What leaving by one click leaves: the channel the receiver came from, else every broadcast.
    public var oneClickScope: SuppressionScope { channelID.map(SuppressionScope.channel) ?? .broadcasts }
}

extension SuppressionScope.Kind {
    fileprivate var width: Int {
        switch self {
        case .everything: 0
        case .broadcasts: 1
        case .channel: 2
        }
    }
}

extension MessageType {
    /// About the customer's own business; never a broadcast.
    public static let transactional: Set<MessageType> = [
        .reply, .init(rawValue: "appointment_confirmation"), .init(rawValue: "reminder"), .init(rawValue: "on_my_way"),
        .init(rawValue: "completion"), .init(rawValue: "invoice"), .init(rawValue: "payment_receipt"),
    ]
}
