/// What is known of drafts and broadcasts.
public protocol BroadcastQueries: Sendable {
    func broadcast(_ id: Int64) throws -> Broadcast?
    /// Drafts and scheduled broadcasts of the Compose Wizard, latest change first.
    func drafts(from start: PageStart, limit: Int) throws -> Page<Broadcast>
    func receivers(of broadcastID: Int64, from start: PageStart, limit: Int) throws -> Page<Receiver>
    func receiver(_ receiverID: Int64, of broadcastID: Int64) throws -> FanOutReceiver?
    func books(of id: Int64) throws -> BroadcastCounts
    /// Counted from the rows, for `check` and for tests of invariant 3.
    func recount(of id: Int64) throws -> BroadcastCounts
    /// What a caller's key was used for before; `nil`: nothing. A repeated call gets its answer whatever the clock says.
    func accepted(key: String, bodyHash: String) throws -> Accepted?
}

/// Drafts, their receivers, and the accept that turns a draft into a broadcast.
public protocol BroadcastStore: BroadcastQueries {
    func createDraft(
        name: String, deliveryChannels: [DeliveryChannel], composition: Composition, by user: Int64?, at: Timestamp
    ) throws -> Int64
    /// Saves a draft if `version` still stands; returns the new one. Throws `StoreConflict`.
    func saveDraft(
        _ id: Int64, version: Int64, change: DraftChange, by user: Int64?, at: Timestamp
    ) throws -> Int64
    func duplicateDraft(_ id: Int64, name: String, by user: Int64?, at: Timestamp) throws -> Int64
    /// Draft only. Throws `StoreConflict.state`.
    func deleteDraft(_ id: Int64) throws
    /// Adds receivers to a draft; one who is there already (same entity, or same email and mobile) is merged.
    func addReceivers(_ receivers: [Receiver], to broadcastID: Int64, at: Timestamp) throws -> ReceiversAdded
    func removeReceiver(_ receiverID: Int64, from broadcastID: Int64, at: Timestamp) throws
    /// Freezes the contents and plans the messages of a draft, in one commit. `sendAt` nil: due now.
    /// Throws `StoreConflict.version` when the version or the number of receivers is another by now, `.state` when it is
    /// no draft (the second click changes nothing) or receivers are being added (`BroadcastJob.adding`).
    func publish(
        _ id: Int64, version: Int64, receivers: Int, _ frozen: FrozenBroadcast, sendAt: Timestamp?, by user: Int64?,
        at: Timestamp
    ) throws
    /// Takes a scheduled broadcast back to draft, while nothing was fanned out.
    func unschedule(_ id: Int64, at: Timestamp) throws
    /// Accepts one message for one receiver: broadcast, receiver, message, all in one commit.
    func accept(_ single: SingleMessage, at: Timestamp) throws -> Accepted
}

public struct DraftChange: Sendable, Hashable {
    public var name: String?
    public var deliveryChannels: [DeliveryChannel]?
    public var composition: Composition?
    public var sending: SendingOptions?

    public init(
        name: String? = nil, deliveryChannels: [DeliveryChannel]? = nil, composition: Composition? = nil,
        sending: SendingOptions? = nil
    ) {
        self.name = name
        self.deliveryChannels = deliveryChannels
        self.composition = composition
        self.sending = sending
    }
}

/// What is to happen where something does not go as it should.
public struct SendingOptions: Sendable, Hashable {
    public var whenUnknown: WhenUnknown
    /// What waits still then is cancelled; `nil`: it waits as long as it takes.
    public var expiresAt: Timestamp?

    public init(whenUnknown: WhenUnknown = .hold, expiresAt: Timestamp? = nil) {
        self.whenUnknown = whenUnknown
        self.expiresAt = expiresAt
    }
}

public struct ReceiversAdded: Sendable, Hashable {
    public var added: Int
    /// Names or addresses of those who were there already.
    public var merged: [String]

    public init(added: Int, merged: [String]) {
        self.added = added
        self.merged = merged
    }
}

/// One message to one person, as the API, a profile or a thread asks for it.
public struct SingleMessage: Sendable {
    public var origin: BroadcastOrigin
    public var content: Content
    public var receiver: Receiver
    public var variables: MergeValues
    public var type: MessageType
    public var priority: Priority
    public var sendAt: Timestamp?
    public var expiresAt: Timestamp?
    public var sentBy: Int64?
    /// The chosen provider; `nil`: the default one.
    public var providerID: Int64?
    /// The caller's own key and a hash of what it asked; apart from our own keys.
    public var idempotency: (key: String, bodyHash: String)?
    /// Written in the same commit; its subject is the message where it names none.
    public var audit: AuditEntry?

    public init(
        origin: BroadcastOrigin, content: Content, receiver: Receiver, variables: MergeValues = MergeValues(),
        type: MessageType = .manual, priority: Priority = .normal, sendAt: Timestamp? = nil,
        expiresAt: Timestamp? = nil, sentBy: Int64? = nil, providerID: Int64? = nil,
        idempotency: (key: String, bodyHash: String)? = nil
    ) {
        self.origin = origin
        self.content = content
        self.receiver = receiver
        self.variables = variables
        self.type = type
        self.priority = priority
        self.sendAt = sendAt
        self.expiresAt = expiresAt
        self.sentBy = sentBy
        self.providerID = providerID
        self.idempotency = idempotency
    }
}

/// A single message as it was written down, so that whoever sent it can be told without reading it back.
public struct AcceptedMessage: Sendable, Hashable, Identifiable {
    public var row: MessageRow
    /// What its content asks for.
    public var merge: MergeValues

    public var id: Int64 { row.id }

    public init(row: MessageRow, merge: MergeValues) {
        self.row = row
        self.merge = merge
    }
}

public enum Accepted: Sendable, Hashable {
    case new(AcceptedMessage)
    /// The same key and body came before.
    case repeated(messageID: Int64)
    /// The same key with another body.
    case keyReused

    /// The id of the message that was written now.
    public var newID: Int64? {
        if case .new(let message) = self { message.id } else { nil }
    }
}
