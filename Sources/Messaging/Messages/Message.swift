public enum MessageDirection: String, Hashable, Codable, Sendable {
    case outbound, inbound
}

/// Urgency. Higher leaves first; within one priority broadcasts take turns.
public enum Priority: Int64, CaseIterable, Hashable, Codable, Sendable {
    case low = 0
    case normal = 1
    case high = 2
    case urgent = 3

    public var name: String {
        switch self {
        case .low: "low"
        case .normal: "normal"
        case .high: "high"
        case .urgent: "urgent"
        }
    }

    public init?(name: String) {
        guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }
}

/// What kind of message it is, as the feed shows it. A company may add its own.
public struct MessageType: RawRepresentable, Hashable, Codable, Sendable {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    public static let manual = MessageType(rawValue: "manual")
    public static let reply = MessageType(rawValue: "reply")
    public static let bulk = MessageType(rawValue: "bulk")

    /// Lower-case letters, digits and `_`, 1 to 40 of them.
    public init?(checking text: String) {
        guard (1...40).contains(text.utf8.count),
            text.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 95 })
        else { return nil }
        rawValue = text
    }
}

/// The immutable text a message was made from, before merging; shared by all messages of a broadcast.
public struct Content: Hashable, Sendable {
    public var deliveryChannel: DeliveryChannel
    public var subject: String
    public var html: String
    public var text: String
    public var extras: ContentExtras

    public init(
        deliveryChannel: DeliveryChannel, subject: String = "", html: String = "", text: String = "",
        extras: ContentExtras = ContentExtras()
    ) {
        self.deliveryChannel = deliveryChannel
        self.subject = subject
        self.html = html
        self.text = text
        self.extras = extras
    }
}

/// One row of the send log.
public struct MessageRow: Sendable, Hashable, Identifiable {
    public var id: Int64
    public var direction: MessageDirection
    public var deliveryChannel: DeliveryChannel
    public var type: MessageType
    public var status: MessageStatus
    public var recipientName: String
    public var address: String
    public var subject: String
    public var entity: EntityReference?
    public var broadcastID: Int64?
    public var providerID: Int64?
    public var providerName: String?
    public var isSandbox: Bool
    public var error: String?
    public var attempts: Int
    public var createdAt: Timestamp
    public var dueAt: Timestamp
    public var sentAt: Timestamp?
    public var deliveredAt: Timestamp?
    public var settledAt: Timestamp?

    public init(
        id: Int64, direction: MessageDirection, deliveryChannel: DeliveryChannel, type: MessageType,
        status: MessageStatus, recipientName: String, address: String, subject: String, entity: EntityReference?,
        broadcastID: Int64?, providerID: Int64?, providerName: String?, isSandbox: Bool, error: String?, attempts: Int,
        createdAt: Timestamp, dueAt: Timestamp, sentAt: Timestamp?, deliveredAt: Timestamp?, settledAt: Timestamp?
    ) {
        self.id = id
        self.direction = direction
        self.deliveryChannel = deliveryChannel
        self.type = type
        self.status = status
        self.recipientName = recipientName
        self.address = address
        self.subject = subject
        self.entity = entity
        self.broadcastID = broadcastID
        self.providerID = providerID
        self.providerName = providerName
        self.isSandbox = isSandbox
        self.error = error
        self.attempts = attempts
        self.createdAt = createdAt
        self.dueAt = dueAt
        self.sentAt = sentAt
        self.deliveredAt = deliveredAt
        self.settledAt = settledAt
    }
}

/// Everything the details panel shows. The texts are rendered from the frozen content and the frozen merge values.
public struct MessageDetails: Sendable {
    public var row: MessageRow
    public var content: Content
    public var merge: MergeValues
    public var sentBy: String?
    public var broadcastName: String?
    public var receiverCount: Int
    public var attempts: [Attempt]
    public var receipts: [Receipt]
    public var replies: [MessageRow]
    public var messageToken: String
    public var expiresAt: Timestamp?
    /// The provider it was meant for, which may be gone; `nil`: the default one.
    public var chosenProvider: ChosenProvider?

    public struct ChosenProvider: Sendable, Hashable {
        public var id: Int64
        public var name: String

        public init(id: Int64, name: String) {
            self.id = id
            self.name = name
        }
    }
    /// What people decided about it, in the order they did.
    public var decisions: [Decision] = []
    /// What stands against writing to its address now, for whatever it covers.
    public var suppressions: [Suppression] = []
    /// The thread an inbound message is in; `nil` for outbound ones.
    public var threadID: Int64?
    /// Name and addresses as they were taken when the receiver was added. `nil` for inbound messages.
    public var receiver: Receiver?

    public init(
        row: MessageRow, content: Content, merge: MergeValues, sentBy: String?, broadcastName: String?,
        receiverCount: Int, attempts: [Attempt], receipts: [Receipt], replies: [MessageRow], messageToken: String,
        expiresAt: Timestamp?, chosenProvider: ChosenProvider? = nil, receiver: Receiver? = nil
    ) {
        self.row = row
        self.content = content
        self.merge = merge
        self.sentBy = sentBy
        self.broadcastName = broadcastName
        self.receiverCount = receiverCount
        self.attempts = attempts
        self.receipts = receipts
        self.replies = replies
        self.messageToken = messageToken
        self.expiresAt = expiresAt
        self.chosenProvider = chosenProvider
        self.receiver = receiver
    }
}

/// One hand-off of a message to a provider and its answer.
public struct Attempt: Sendable, Hashable {
    public var number: Int
    public var providerID: Int64?
    public var providerName: String
    public var startedAt: Timestamp
    public var endedAt: Timestamp?
    /// `nil` while the hand-off is under way.
    public var result: AttemptResult?
    /// The provider's own words, at most 2,000 characters.
    public var detail: String
    public var fromAddress: String
    /// SHA-256 of the bytes handed over, in hexadecimal; empty when none left.
    public var digest: String

    public init(
        number: Int, providerID: Int64?, providerName: String, startedAt: Timestamp, endedAt: Timestamp?,
        result: AttemptResult?, detail: String, fromAddress: String, digest: String
    ) {
        self.number = number
        self.providerID = providerID
        self.providerName = providerName
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.result = result
        self.detail = detail
        self.fromAddress = fromAddress
        self.digest = digest
    }
}

/// How a hand-off ended, as the log keeps it.
public enum AttemptResult: String, Hashable, Codable, Sendable {
    case accepted, refused, deferred, skipped
    /// Nothing was handed over: the connection broke, or the process ended, before the message's last byte.
    case notHandedOver = "not_handed_over"
    /// The message was handed over and no answer came.
    case inDoubt = "in_doubt"
}

/// A provider's later word about a message.
public struct Receipt: Sendable, Hashable {
    public enum State: String, CaseIterable, Hashable, Codable, Sendable {
        case delivered, opened, read, failed

        public var event: MessageEvent {
            switch self {
            case .delivered: .receiptDelivered
            case .opened: .receiptOpened
            case .read: .receiptRead
            case .failed: .receiptFailed
            }
        }
    }
    public var providerID: Int64
    /// The provider's own name for the message, or ours (`MessageToken`).
    public var reference: String
    public var state: State
    public var at: Timestamp
    public var detail: String

    public init(providerID: Int64, reference: String, state: State, at: Timestamp, detail: String) {
        self.providerID = providerID
        self.reference = reference
        self.state = state
        self.at = at
        self.detail = detail
    }
}
