/// A configured sender: the row. Its secrets are in `settings` here and encrypted in the store.
public struct ProviderAccount: Sendable, Identifiable, Hashable {
    public var id: Int64
    public var deliveryChannel: DeliveryChannel
    /// The registered kind of provider, e.g. `smtp`.
    public var kind: String
    public var name: String
    public var isDefault: Bool
    public var isEnabled: Bool
    public var settings: ProviderSettings
    /// Why it cannot be used right now, in words for people; `nil` when it can.
    public var trouble: String?
    public var troubleSince: Timestamp?
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// How often its settings came to lead to where keys given before are not known.
    public var credentialGeneration: Int

    public init(
        id: Int64, deliveryChannel: DeliveryChannel, kind: String, name: String, isDefault: Bool, isEnabled: Bool,
        settings: ProviderSettings, trouble: String?, troubleSince: Timestamp?, createdAt: Timestamp,
        updatedAt: Timestamp, credentialGeneration: Int = 0
    ) {
        self.id = id
        self.deliveryChannel = deliveryChannel
        self.kind = kind
        self.name = name
        self.isDefault = isDefault
        self.isEnabled = isEnabled
        self.settings = settings
        self.trouble = trouble
        self.troubleSince = troubleSince
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.credentialGeneration = credentialGeneration
    }
}

/// A provider's settings by field name, every value as text; absent and empty mean the same.
public struct ProviderSettings: Hashable, Sendable {
    public var values: [String: String]
    public init(_ values: [String: String] = [:]) { self.values = values }

    public subscript(name: String) -> String {
        get { values[name] ?? "" }
        set { values[name] = newValue.isEmpty ? nil : newValue }
    }

    public func int(_ name: String, default fallback: Int) -> Int { Int(self[name]) ?? fallback }
    public func double(_ name: String) -> Double? { Double(self[name]) }
}

/// One field of a provider's settings form and of its JSON.
public struct SettingField: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case text, number, checkbox, emailAddress
        /// Write-only: encrypted at rest, never rendered or returned.
        case secret
        case choice([Choice])
    }
    public struct Choice: Sendable, Hashable {
        public var value: String
        public var label: String
        public init(_ value: String, _ label: String) {
            self.value = value
            self.label = label
        }
    }

    public var name: String
    public var label: String
    public var kind: Kind
    public var hint: String
    public var isRequired: Bool
    public var defaultValue: String

    public init(
        _ name: String, _ label: String, _ kind: Kind, hint: String = "", isRequired: Bool = false,
        defaultValue: String = ""
    ) {
        self.name = name
        self.label = label
        self.kind = kind
        self.hint = hint
        self.isRequired = isRequired
        self.defaultValue = defaultValue
    }
}

public struct InvalidSettings: Error, Sendable, Hashable {
    /// Field name → what is wrong with it, in words for people.
    public var problems: [String: String]
    public init(_ problems: [String: String]) { self.problems = problems }
}

/// What a kind of provider can do; policies read this, never the kind's name.
public struct ProviderCapabilities: Sendable, Hashable {
    /// A repeated hand-off under the same key is recognised, so a lost answer is repeated instead of held in doubt.
    public var repeatsSafely: Bool
    public var givesReceipts: Bool
    /// Nothing leaves the house.
    public var isSandbox: Bool

    public init(repeatsSafely: Bool = false, givesReceipts: Bool = false, isSandbox: Bool = false) {
        self.repeatsSafely = repeatsSafely
        self.givesReceipts = givesReceipts
        self.isSandbox = isSandbox
    }
}

/// One kind of provider: pure functions and a description of itself.
///
/// `transfer(for:)` makes what is handed over. What comes back is read by the `outcome(of:)` of the refinement that names
/// how it is spoken to: `MailProvider`, `HTTPProvider`, `SandboxingProvider` or `InboxProvider`. None touches a socket.
public protocol Provider: Sendable {
    static var kind: String { get }
    /// What the kind was called in earlier versions; callers may still say so.
    static var formerKinds: [String] { get }
    static var title: String { get }
    static var deliveryChannels: Set<DeliveryChannel> { get }
    static var fields: [SettingField] { get }
    static var capabilities: ProviderCapabilities { get }

    init(account: ProviderAccount) throws(InvalidSettings)

    /// The address this provider sends from, for the log.
    var fromAddress: String { get }
    /// How many hand-offs may be under way at once.
    var maxConnections: Int { get }
    var rates: RateLimits { get }
    /// What this account can do, where its settings decide; else what its kind can.
    var capabilities: ProviderCapabilities { get }
    /// The host of an address that a person typed, and the settings field it stands in; `nil`: the kind decides where
    /// it goes.
    var typedHost: (host: String, field: String)? { get }
    /// Within what a key is known again, where one is: as long as it stays the same, what was handed over before may be
    /// repeated. It may hold secrets: it is compared, never kept or shown. `nil`: no key is known again.
    var keyScope: String? { get }

    func transfer(for outbound: OutboundMessage) throws(MessageRefused) -> Transfer
    /// Asked once for each content; what it answers makes the transfers of all its messages.
    func form(of content: ContentRenderer) -> any PreparedContent
}

extension Provider {
    public var capabilities: ProviderCapabilities { Self.capabilities }
    public static var formerKinds: [String] { [] }
    public var typedHost: (host: String, field: String)? { nil }
    public var keyScope: String? { capabilities.repeatsSafely ? "" : nil }
}

/// This message can never be handed to this provider (for instance: the address needs what the provider lacks).
public struct MessageRefused: Error, Sendable, Hashable {
    public var detail: String
    public init(_ detail: String) { self.detail = detail }
}

/// A rendered message, ready to be put into a provider's form.
public struct OutboundMessage: Sendable, Hashable {
    public var messageID: Int64
    public var attempt: Int
    public var deliveryChannel: DeliveryChannel
    /// A mailbox as the person wrote it, a number in E.164, the token of a device, or a record as in `member:m-1`.
    public var address: String
    public var recipientName: String
    public var subject: String
    public var html: String
    public var text: String
    /// Merged: a notification's picture and address, an approved template with what fills it.
    public var extras: ContentExtras
    /// Stable over all attempts and unique to the installation; the left part of the `Message-ID`, and the key a
    /// provider that repeats safely is given.
    public var messageToken: String
    public var createdAt: Timestamp
    public var type: MessageType
    /// Of a mail of a broadcast.
    public var list: MailList?
    public var attachments: [MessageAttachment]

    public init(
        messageID: Int64, attempt: Int, deliveryChannel: DeliveryChannel, address: String, recipientName: String,
        subject: String = "", html: String = "", text: String = "", extras: ContentExtras = ContentExtras(),
        messageToken: String,
        createdAt: Timestamp, type: MessageType, list: MailList? = nil, attachments: [MessageAttachment] = []
    ) {
        self.messageID = messageID
        self.attempt = attempt
        self.deliveryChannel = deliveryChannel
        self.address = address
        self.recipientName = recipientName
        self.subject = subject
        self.html = html
        self.text = text
        self.extras = extras
        self.messageToken = messageToken
        self.createdAt = createdAt
        self.type = type
        self.list = list
        self.attachments = attachments
    }
}

/// What is handed over.
public enum Transfer: Sendable {
    case mail(MailTransfer)
    case http(HTTPTransfer)
    /// Kept in our own store by the sandbox.
    case sandbox(SandboxTransfer)
    /// Put into the inbox of a record, in our own store.
    case notice(NoticeTransfer)
}

/// One mail to one recipient: an SMTP transaction (RFC 5321 section 3.3).
public struct MailTransfer: Sendable {
    public var envelopeFrom: String
    public var envelopeTo: String
    public var needsSMTPUTF8: Bool
    /// The message in RFC 5322 form, CRLF line ends, not dot-stuffed, without the final `CRLF.CRLF`.
    public var body: MessageBody

    public init(envelopeFrom: String, envelopeTo: String, needsSMTPUTF8: Bool, body: MessageBody) {
        self.envelopeFrom = envelopeFrom
        self.envelopeTo = envelopeTo
        self.needsSMTPUTF8 = needsSMTPUTF8
        self.body = body
    }
}

public struct SandboxTransfer: Sendable {
    /// Submissions a sandbox holds at once; also the most that share a commit.
    public static let capacity = 256

    public var key: String
    public var messageID: Int64
    public var deliveryChannel: DeliveryChannel
    public var from: String
    public var to: String
    public var subject: String
    /// The raw mail for email, the text otherwise.
    public var payload: MessageBody
    public var extras: ContentExtras

    public init(
        key: String, messageID: Int64, deliveryChannel: DeliveryChannel, from: String, to: String, subject: String,
        payload: MessageBody, extras: ContentExtras = ContentExtras()
    ) {
        self.key = key
        self.messageID = messageID
        self.deliveryChannel = deliveryChannel
        self.from = from
        self.to = to
        self.subject = subject
        self.payload = payload
        self.extras = extras
    }
}

/// What came back from a hand-off, before anybody judged it.
public enum ProviderResponse: Sendable, Hashable {
    /// The reply that ended a mail transaction: code and text of all its lines, and the command it answered.
    case smtp(SMTPResponse)
    case http(HTTPResponse)
    case sandbox(SandboxResponse)
    case notice(InAppResponse)
    /// The connection broke. `handedOver`: the last byte of this message had been written, so nobody can tell.
    case brokenConnection(detail: String, handedOver: Bool)
}

public struct SMTPResponse: Sendable, Hashable {
    /// Codes by which the account itself is refused (RFC 4954 section 6): no message of it will fare better.
    public static let accountFaults: Set<Int> = [530, 534, 535, 538]

    public enum Command: String, Sendable, Hashable { case mail, rcpt, data, body }
    public var command: Command
    public var code: Int
    /// All lines of the reply without their codes, joined by spaces.
    public var text: String

    public init(command: Command, code: Int, text: String) {
        self.command = command
        self.code = code
        self.text = text
    }
}

public enum InAppResponse: Sendable, Hashable {
    case kept(reference: String)
    /// The record was deleted since the message was made.
    case readerIsGone
}

public enum SandboxResponse: Sendable, Hashable {
    case accepted(reference: String)
    case refused
    case failed
}

/// What an answer means. It carries its consequence: state, retry and log level follow from it in one place,
/// `AttemptCompletion`.
public enum Outcome: Sendable, Hashable {
    case accepted(reference: String, detail: String)
    /// May work later (RFC 5321 section 4.2.1, 4yz).
    case deferred(reason: RetryReason, retryAfter: Duration?, detail: String)
    /// Never will. `addressIsDead`: the address itself is the reason.
    case refused(detail: String, addressIsDead: Bool)
    /// Nothing was handed over.
    case notHandedOver(detail: String)
    /// Handed over, and no answer came.
    case inDoubt(detail: String)
}
