/// Bulk broadcasts, their jobs and what became of their receivers.
public protocol BulkQueries: Sendable {
    /// The newest first, without their texts.
    func bulks(_ filter: BulkFilter, from start: PageStart, limit: Int) throws -> Page<BroadcastSummary>
    /// Jobs that are not finished, the oldest first; of one broadcast, or of all.
    func openJobs(of broadcastID: Int64?, limit: Int) throws -> [BroadcastJob]
    /// Receivers with what became of them. A page of one outcome walks the messages that have it, under a row budget.
    func outcomes(
        of id: Int64, _ filter: OutcomeFilter, from start: PageStart, limit: Int
    ) throws -> Page<ReceiverOutcome>
}

/// Bulk broadcasts, and what may be done to any broadcast once it is on its way.
public protocol BulkStore: BulkQueries {
    func createBulk(_ draft: BulkDraft, by user: Int64?, at: Timestamp) throws -> Int64
    /// Saves a draft if `version` still stands; returns the new one. Throws `StoreConflict.version` or `.state`.
    @discardableResult
    func saveBulk(_ id: Int64, version: Int64, _ draft: BulkDraft, by user: Int64?, at: Timestamp) throws -> Int64
    /// A new draft with the same template, texts and delivery channels; its receivers come by a job. Works on any broadcast.
    func duplicateBulk(
        _ id: Int64, name: String, by user: Int64?, at: Timestamp
    ) throws -> (broadcast: Int64, job: BroadcastJob)
    /// Nothing leaves any more but what is in the slots already. Throws `StoreConflict.state` where nothing could leave.
    func pause(_ id: Int64, at: Timestamp) throws
    /// Goes on with exactly the rest.
    func resume(_ id: Int64, at: Timestamp) throws
    /// Nothing leaves any more; what is pending becomes cancelled, the rest of a large broadcast by a job.
    func cancel(_ id: Int64, by user: Int64?, at: Timestamp) throws -> BroadcastJob
    func decide(_ decision: BulkDecision, of id: Int64, by user: Int64?, at: Timestamp) throws -> BroadcastJob
    /// Asks for receivers. Draft only. Throws `StoreConflict.notFound` when there is no such channel or broadcast.
    func addAudience(_ audience: Audience, to id: Int64, by user: Int64?, at: Timestamp) throws -> BroadcastJob
    /// Does the next chunk of a job in one commit, at most `limit` rows looked at. Returns the job as it stands then.
    func work(on jobID: Int64, limit: Int, at: Timestamp) throws -> BroadcastJob
    /// Ends a job that cannot go on.
    func giveUp(jobID: Int64, at: Timestamp) throws
}

/// What a person decides about a bulk broadcast before it is sent.
public struct BulkDraft: Sendable, Hashable {
    public var name: String
    /// `nil`: the texts are in `composition`.
    public var templateID: Int64?
    public var composition: Composition
    public var deliveryChannels: [DeliveryChannel]
    public var whenUnknown: WhenUnknown
    /// What waits still then is cancelled.
    public var expiresAt: Timestamp?

    public init(
        name: String, templateID: Int64?, composition: Composition = Composition(), deliveryChannels: [DeliveryChannel],
        whenUnknown: WhenUnknown = .hold, expiresAt: Timestamp? = nil
    ) {
        self.name = name
        self.templateID = templateID
        self.composition = composition
        self.deliveryChannels = deliveryChannels
        self.whenUnknown = whenUnknown
        self.expiresAt = expiresAt
    }
}

public struct BulkFilter: Sendable, Hashable {
    /// A part of the name.
    public var query: String
    public var status: BroadcastStatus?

    public init(query: String = "", status: BroadcastStatus? = nil) {
        self.query = query
        self.status = status
    }
}

/// A broadcast with its books.
public struct BroadcastSummary: Sendable, Identifiable {
    public var broadcast: Broadcast
    public var books: BroadcastCounts
    public var id: Int64 { broadcast.id }

    public init(broadcast: Broadcast, books: BroadcastCounts) {
        self.broadcast = broadcast
        self.books = books
    }
}

public struct OutcomeFilter: Sendable, Hashable {
    /// Only receivers with a message in one of these; empty: all.
    public var statuses: Set<MessageStatus>
    public var deliveryChannel: DeliveryChannel?
    /// A part of the name, email or mobile as they were kept.
    public var query: String

    public init(statuses: Set<MessageStatus> = [], deliveryChannel: DeliveryChannel? = nil, query: String = "") {
        self.statuses = statuses
        self.deliveryChannel = deliveryChannel
        self.query = query
    }
}

/// One receiver and the messages made for them; filtered by outcome, only the message that has it.
public struct ReceiverOutcome: Sendable, Hashable {
    public struct Item: Sendable, Hashable, Identifiable {
        /// The message's.
        public var id: Int64
        public var deliveryChannel: DeliveryChannel
        public var status: MessageStatus
        public var error: String?
        public var attempts: Int
        public var sentAt: Timestamp?

        public init(
            id: Int64, deliveryChannel: DeliveryChannel, status: MessageStatus, error: String?, attempts: Int,
            sentAt: Timestamp?
        ) {
            self.id = id
            self.deliveryChannel = deliveryChannel
            self.status = status
            self.error = error
            self.attempts = attempts
            self.sentAt = sentAt
        }
    }

    public var receiver: Receiver
    /// In the order of the delivery channels; empty until the fan-out has come to this receiver.
    public var messages: [Item]

    public init(receiver: Receiver, messages: [Item]) {
        self.receiver = receiver
        self.messages = messages
    }
}
