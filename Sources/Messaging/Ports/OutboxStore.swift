/// The messages of one broadcast and delivery channel; single messages of one delivery channel share one, and those of
/// one chosen provider another.
public struct MessageQueue: Hashable, Sendable {
    public var number: Int64
    public var priority: Priority
    public var deliveryChannel: DeliveryChannel
    /// The provider its messages are meant for; `nil`: the default one of the delivery channel.
    public var chosenProvider: Int64?

    public init(
        number: Int64, priority: Priority, deliveryChannel: DeliveryChannel, chosenProvider: Int64? = nil
    ) {
        self.number = number
        self.priority = priority
        self.deliveryChannel = deliveryChannel
        self.chosenProvider = chosenProvider
    }

    /// Above every broadcast's id: from here on the number of a queue holds a provider instead.
    private static let firstOfProviders: Int64 = 1 << 48

    /// `nil`: a queue that single messages share.
    public var broadcast: Int64? { Self.broadcast(ofNumber: number) }

    /// Whether it belongs to one of these broadcasts.
    public func isHeld(by broadcasts: Set<Int64>) -> Bool { broadcast.map(broadcasts.contains) ?? false }

    /// A queue's number holds its broadcast (0: the shared queue of single messages) and its delivery channel.
    public static func number(broadcast: Int64, channel: DeliveryChannel) -> Int64 { broadcast * 8 + channel.code }
    /// The queue that single messages with this chosen provider share: one each would make as many queues as messages.
    public static func number(provider: Int64, channel: DeliveryChannel) -> Int64 {
        number(broadcast: firstOfProviders + provider, channel: channel)
    }
    public static func channel(ofNumber number: Int64) -> DeliveryChannel? { DeliveryChannel(code: number % 8) }
    /// `nil`: a queue that single messages share.
    public static func broadcast(ofNumber number: Int64) -> Int64? {
        (1..<firstOfProviders).contains(number / 8) ? number / 8 : nil
    }
    /// Whose shared queue it is; `nil` for every other queue.
    public static func provider(ofNumber number: Int64) -> Int64? {
        number / 8 > firstOfProviders ? number / 8 - firstOfProviders : nil
    }
}

public struct ClaimRequest: Sendable, Hashable {
    public var queue: MessageQueue
    public var providerID: Int64
    /// This queue's fair share. What others leave of the provider's slots goes to queues that filled theirs.
    public var share: Int
    public var fromAddress: String
    /// Of the provider, as it is about to be used.
    public var credentialGeneration: Int

    public init(queue: MessageQueue, providerID: Int64, share: Int, fromAddress: String, credentialGeneration: Int = 0)
    {
        self.queue = queue
        self.providerID = providerID
        self.credentialGeneration = credentialGeneration
        self.share = share
        self.fromAddress = fromAddress
    }
}

/// A message this process may hand over, with all that rendering needs.
public struct ClaimedMessage: Sendable {
    public var id: Int64
    public var attempt: Int
    public var providerID: Int64
    public var broadcastID: Int64
    public var deliveryChannel: DeliveryChannel
    public var addressID: Int64
    /// As the person wrote it.
    public var address: String
    public var recipientName: String
    public var contentID: Int64
    /// JSON; read where it is merged, which is done on every core.
    public var merge: String
    public var type: MessageType
    public var createdAt: Timestamp
    public var whenUnknown: WhenUnknown
    public var consent: Consent
    /// What the channel the receiver came from is called; empty when there is none.
    public var channelName: String
    /// An earlier hand-off got no answer: whatever ends it now without the provider's word, it may have left.
    public var mayHaveLeft: Bool

    public init(
        id: Int64, attempt: Int, providerID: Int64, broadcastID: Int64, deliveryChannel: DeliveryChannel,
        addressID: Int64, address: String, recipientName: String, contentID: Int64, merge: String,
        type: MessageType, createdAt: Timestamp, whenUnknown: WhenUnknown, consent: Consent = Consent(),
        channelName: String = "", mayHaveLeft: Bool = false
    ) {
        self.id = id
        self.attempt = attempt
        self.providerID = providerID
        self.broadcastID = broadcastID
        self.deliveryChannel = deliveryChannel
        self.addressID = addressID
        self.address = address
        self.recipientName = recipientName
        self.contentID = contentID
        self.merge = merge
        self.type = type
        self.createdAt = createdAt
        self.whenUnknown = whenUnknown
        self.consent = consent
        self.channelName = channelName
        self.mayHaveLeft = mayHaveLeft
    }
}

/// What becomes of a claimed message, and what its attempt row will say.
public struct AttemptCompletion: Sendable, Hashable {
    public var messageID: Int64
    public var attempt: Int
    public var broadcastID: Int64
    public var providerID: Int64
    public var event: MessageEvent
    public var result: AttemptResult
    public var detail: String
    /// The provider's own name for the message, when it gave one.
    public var reference: String
    /// SHA-256 of what was handed over, hexadecimal; empty when nothing was.
    public var digest: String
    /// When a message that goes back to pending is due again.
    public var dueAt: Timestamp?
    /// Shown on the row; `nil` clears it.
    public var error: String?
    /// Look for receipts that came before this completion.
    public var expectsReceipts: Bool
    /// The address turned out to be dead: suppress it for everything, with this reason.
    public var suppressAddress: String?
    /// In doubt, and the broadcast's policy is to send again at once.
    public var resends: Bool

    public init(
        messageID: Int64, attempt: Int, broadcastID: Int64, providerID: Int64, event: MessageEvent,
        result: AttemptResult, detail: String, reference: String = "", digest: String = "", dueAt: Timestamp? = nil,
        error: String? = nil, expectsReceipts: Bool = false, suppressAddress: String? = nil, resends: Bool = false
    ) {
        self.messageID = messageID
        self.attempt = attempt
        self.broadcastID = broadcastID
        self.providerID = providerID
        self.event = event
        self.result = result
        self.detail = detail
        self.reference = reference
        self.digest = digest
        self.dueAt = dueAt
        self.error = error
        self.expectsReceipts = expectsReceipts
        self.suppressAddress = suppressAddress
        self.resends = resends
    }
}

/// What the delivery loop asks of the store.
public protocol OutboxStore: Sendable {
    /// A lease for this process; every claim carries it.
    func beginLease(host: String, pid: Int32, at: Timestamp) throws -> Int64
    /// Says that the lease's process is still there. `LeaseLost` when another has taken over.
    func renewLease(_ lease: Int64, at: Timestamp) throws
    /// Ends every other lease, however lately it was renewed: for a process that knows by a lock that it delivers alone.
    func endLeases(except lease: Int64) throws
    /// Ends the leases that were not renewed in time, see `LeaseTerms`, and settles what those that are ended left in
    /// `sending`. `repeatsSafely` answers for a provider id. Returns how many went where.
    func settleAbandoned(
        lease: Int64, at: Timestamp, repeatsSafely: (Int64) -> Bool
    ) throws -> [MessageEvent: Int]
    /// Queues that hold a due message and are not paused, highest priority first.
    func dueQueues(at: Timestamp) throws -> [MessageQueue]
    /// When the next pending message becomes due; `nil` when there is none.
    func nextDue(after: Timestamp) throws -> Timestamp?
    /// Records outcomes and claims new work in one commit, on disk when it returns.
    /// `slots` says how many messages each provider can take; claims come highest priority first.
    /// Claiming renews the lease when that is due, and throws `LeaseLost` when another process has taken over.
    /// Completions that the transition table refuses are counted in `refused`. What is claimed for a provider that is
    /// `metered` is added to its usage.
    func recordAndClaim(
        _ completions: [AttemptCompletion], claims: [ClaimRequest], slots: [Int64: Int], metered: Set<Int64>,
        lease: Int64,
        at: Timestamp
    ) throws -> (claimed: [ClaimedMessage], refused: Int)
    /// What left through a metered provider in the last day.
    func usage(of providerID: Int64, at: Timestamp) throws -> [UsageSlot]
    func content(_ id: Int64) throws -> Content?
    /// Which of these messages must not leave right now, and what stops each.
    func suppressions(of messages: [ClaimedMessage]) throws -> [Int64: Suppression]
    /// Another number whenever a suppression was added since: what was looked at under the same one need not be again.
    func suppressionMark() throws -> Int64
    /// Cancels pending messages whose time is over. Returns how many.
    func cancelExpired(at: Timestamp, limit: Int) throws -> Int
    func noteTrouble(_ trouble: String?, providerID: Int64, at: Timestamp) throws
}

extension OutboxStore {
    /// For providers without rates.
    public func recordAndClaim(
        _ completions: [AttemptCompletion], claims: [ClaimRequest], slots: [Int64: Int], lease: Int64, at: Timestamp
    ) throws -> (claimed: [ClaimedMessage], refused: Int) {
        try recordAndClaim(completions, claims: claims, slots: slots, metered: [], lease: lease, at: at)
    }
}

/// What the publisher asks of the store.
public protocol FanOutStore: Sendable {
    func dueBroadcasts(at: Timestamp, limit: Int) throws -> [DueBroadcast]
    func nextBroadcastDue(after: Timestamp) throws -> Timestamp?
    /// The next receivers after the cursor with the entities they are linked to, in order of id.
    func receivers(of broadcastID: Int64, after cursor: Int64, limit: Int) throws -> [FanOutReceiver]
    /// Writes a chunk if the cursor still stands where the chunk began; otherwise nothing. Returns whether it wrote.
    @discardableResult
    func write(_ chunk: FanOutChunk, at: Timestamp) throws -> Bool
}

public struct DueBroadcast: Sendable {
    public var id: Int64
    public var cursor: Int64
    public var contents: [DeliveryChannel: (id: Int64, content: Content)]
    public var receiverCount: Int

    public init(
        id: Int64, cursor: Int64, contents: [DeliveryChannel: (id: Int64, content: Content)], receiverCount: Int
    ) {
        self.id = id
        self.cursor = cursor
        self.contents = contents
        self.receiverCount = receiverCount
    }
}

/// A receiver with what its merge values are made of.
public struct FanOutReceiver: Sendable {
    public var receiver: Receiver
    public var entity: Entity?
    public var member: Entity?
    public var account: Entity?
    public var location: Entity?
    /// Values an API call or an event gave.
    public var variables: MergeValues

    public init(
        receiver: Receiver, entity: Entity? = nil, member: Entity? = nil, account: Entity? = nil,
        location: Entity? = nil, variables: MergeValues = MergeValues()
    ) {
        self.receiver = receiver
        self.entity = entity
        self.member = member
        self.account = account
        self.location = location
        self.variables = variables
    }
}

public struct FanOutChunk: Sendable {
    public var broadcastID: Int64
    public var fromCursor: Int64
    public var toCursor: Int64
    public var isLast: Bool
    public var messages: [PlannedMessage]

    public init(broadcastID: Int64, fromCursor: Int64, toCursor: Int64, isLast: Bool, messages: [PlannedMessage]) {
        self.broadcastID = broadcastID
        self.fromCursor = fromCursor
        self.toCursor = toCursor
        self.isLast = isLast
        self.messages = messages
    }
}

/// A message about to be written by the fan-out.
public struct PlannedMessage: Sendable {
    public var receiverID: Int64
    public var deliveryChannel: DeliveryChannel
    public var address: Address?
    public var recipientName: String
    public var entityID: Int64?
    public var contentID: Int64
    /// The subject, or the beginning of the text, merged: what the log shows. At most 200 characters.
    public var summary: String
    public var merge: MergeValues { didSet { mergeJSON = merge.json } }
    /// `merge` as it is written down: made where the message is planned, because writers have to be quick.
    public private(set) var mergeJSON: String
    /// Not to be sent, and why.
    public var skip: String?
    /// The channel the receiver came from.
    public var channelID: Int64?

    public init(
        receiverID: Int64, deliveryChannel: DeliveryChannel, address: Address?, recipientName: String,
        entityID: Int64?, contentID: Int64, summary: String, merge: MergeValues, skip: String? = nil,
        channelID: Int64? = nil
    ) {
        self.receiverID = receiverID
        self.deliveryChannel = deliveryChannel
        self.address = address
        self.recipientName = recipientName
        self.entityID = entityID
        self.contentID = contentID
        self.summary = summary
        self.merge = merge
        mergeJSON = merge.isEmpty ? "{}" : merge.json
        self.skip = skip
        self.channelID = channelID
    }
}
