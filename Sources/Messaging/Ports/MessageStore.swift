/// The send log.
public protocol MessageQueries: SavedFilterQueries {
    func messages(_ filter: MessageFilter, from start: PageStart, limit: Int) throws -> Page<MessageRow>
    func message(_ id: Int64) throws -> MessageDetails?
    func overview(at: Timestamp) throws -> OutboxOverview
    /// How many messages wait for somebody to decide about them.
    func inDoubt() throws -> Int
    /// What broadcasts are called and who sent them; those that are not there are left out.
    func labels(of broadcasts: Set<Int64>) throws -> [Int64: BroadcastLabel]
    /// The latest broadcasts that a person sent under a name, latest first.
    func latestBroadcasts(limit: Int) throws -> [BroadcastLabel]
}

/// The send log, and what people decide about its messages.
public protocol MessageStore: MessageQueries, SavedFilterStore {
    /// Moves a message by hand. Returns its new status; throws `StoreConflict.state` where the table refuses.
    func apply(_ event: MessageEvent, to id: Int64, by user: Int64?, at: Timestamp) throws -> MessageStatus
}

/// A broadcast as lists of messages name it.
public struct BroadcastLabel: Sendable, Hashable {
    public var id: Int64
    public var name: String
    public var sentBy: String?

    public init(id: Int64, name: String, sentBy: String? = nil) {
        self.id = id
        self.name = name
        self.sentBy = sentBy
    }
}

public struct MessageFilter: Sendable, Hashable {
    /// Any of these; empty: all.
    public var statuses: Set<MessageStatus>
    public var deliveryChannel: DeliveryChannel?
    public var direction: MessageDirection?
    public var type: MessageType?
    public var from: Timestamp?
    public var to: Timestamp?
    public var entityID: Int64?
    public var broadcastID: Int64?
    /// Name or address of the recipient, or a part of it (at least three characters).
    public var query: String

    public init(
        statuses: Set<MessageStatus> = [], deliveryChannel: DeliveryChannel? = nil,
        direction: MessageDirection? = nil, type: MessageType? = nil, from: Timestamp? = nil, to: Timestamp? = nil,
        entityID: Int64? = nil, broadcastID: Int64? = nil, query: String = ""
    ) {
        self.statuses = statuses
        self.deliveryChannel = deliveryChannel
        self.direction = direction
        self.type = type
        self.from = from
        self.to = to
        self.entityID = entityID
        self.broadcastID = broadcastID
        self.query = query
    }
}

public struct OutboxOverview: Sendable {
    public struct Day: Sendable, Hashable {
        /// Midnight UTC.
        public var start: Timestamp
        public var sent: Int
        public var failed: Int
        public init(start: Timestamp, sent: Int, failed: Int) {
            self.start = start
            self.sent = sent
            self.failed = failed
        }
    }
    public var counts: [MessageStatus: Int]
    public var oldestDue: Timestamp?
    public var scheduledBroadcasts: Int
    /// The last fourteen days, oldest first.
    public var days: [Day]

    public init(counts: [MessageStatus: Int], oldestDue: Timestamp?, scheduledBroadcasts: Int, days: [Day]) {
        self.counts = counts
        self.oldestDue = oldestDue
        self.scheduledBroadcasts = scheduledBroadcasts
        self.days = days
    }
}
