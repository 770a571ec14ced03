/// What a suppression covers.
public enum SuppressionScope: Hashable, Sendable {
    case everything, broadcasts
    /// What is sent to one channel's subscribers.
    case channel(Int64)

    public enum Kind: String, CaseIterable, Hashable, Codable, Sendable {
        case everything, broadcasts, channel

        public var title: String {
            switch self {
            case .everything: "Everything"
            case .broadcasts: "Broadcasts"
            case .channel: "One channel"
            }
        }
    }

    public init(_ kind: Kind, channelID: Int64 = 0) {
        switch kind {
        case .everything: self = .everything
        case .broadcasts: self = .broadcasts
        case .channel: self = .channel(channelID)
        }
    }

    public var kind: Kind {
        switch self {
        case .everything: .everything
        case .broadcasts: .broadcasts
        case .channel: .channel
        }
    }

    /// 0: it covers more than one channel.
    public var channelID: Int64 { if case .channel(let id) = self { id } else { 0 } }
}

/// Whose word a suppression is. Each keeps a row of its own, so that taking one back leaves the others standing.
public enum SuppressionSource: String, CaseIterable, Hashable, Codable, Sendable {
    /// A provider refused the address for good: a bounce.
    case provider
    /// The person, by the link in a message or by an answer.
    case person
    /// Somebody in the console.
    case user
    case api
    case `import`

    public var title: String {
        switch self {
        case .provider: "Bounce"
        case .person: "The person"
        case .user: "Added by hand"
        case .api: "API"
        case .import: "Import"
        }
    }

    /// Not ours to take back lightly: the address is dead, or the person asked for it.
    public var isNotOurs: Bool { self == .provider || self == .person }
}

/// An address that must not be written to: for what, why, since when and on whose word.
public struct Suppression: Hashable, Sendable, Identifiable {
    public var id: Int64
    public var address: Address
    public var scope: SuppressionScope
    /// As the channel is called now; empty when it is gone, or when the scope is another.
    public var channelName: String
    public var reason: String
    public var source: SuppressionSource
    public var createdAt: Timestamp
    public var createdByName: String?
    /// The message that led to it.
    public var messageID: Int64?

    public init(
        id: Int64, address: Address, scope: SuppressionScope, channelName: String = "", reason: String,
        source: SuppressionSource, createdAt: Timestamp, createdByName: String? = nil, messageID: Int64? = nil
    ) {
        self.id = id
        self.address = address
        self.scope = scope
        self.channelName = channelName
        self.reason = reason
        self.source = source
        self.createdAt = createdAt
        self.createdByName = createdByName
        self.messageID = messageID
    }

    /// `everything`, `all broadcasts`, `the channel Newsletter`
    public var scopeWords: String {
        switch scope {
        case .everything: "everything"
        case .broadcasts: "all broadcasts"
        case .channel: channelName.isEmpty ? "a channel that was deleted" : "the channel \(channelName)"
        }
    }

    /// What a skipped message says: `suppressed for all broadcasts since 3 Nov 2026: Unsubscribed.`
    public var words: String {
        let since = CivilTime(createdAt)
        return "suppressed for \(scopeWords) since \(since.day) \(since.monthName) \(since.year): \(reason)"
    }
}

/// A suppression about to be written.
public struct NewSuppression: Hashable, Sendable {
    /// Longest reason kept, in characters.
    public static let longestReason = 500

    public var address: Address
    public var scope: SuppressionScope
    public var reason: String
    public var source: SuppressionSource
    public var createdBy: Int64?
    public var messageID: Int64?
    /// When the person asked for it, where that was before it is written.
    public var askedAt: Timestamp?

    public init(
        address: Address, scope: SuppressionScope, reason: String, source: SuppressionSource, createdBy: Int64? = nil,
        messageID: Int64? = nil, askedAt: Timestamp? = nil
    ) {
        self.address = address
        self.scope = scope
        self.reason = String(reason.prefix(Self.longestReason))
        self.source = source
        self.createdBy = createdBy
        self.messageID = messageID
        self.askedAt = askedAt
    }
}
