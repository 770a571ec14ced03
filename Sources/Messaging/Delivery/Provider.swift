/// Configured provider: the stored row. Secrets in `settings` are plain text here and encrypted in the store.
public struct ProviderAccount: Sendable, Identifiable, Hashable {
    public var id: Int64
    public var deliveryChannel: DeliveryChannel
    /// Registered provider kind, for example `smtp`.
    public var kind: String
    public var name: String
    public var isDefault: Bool
    public var isEnabled: Bool
    public var settings: ProviderSettings
    /// Human-readable reason why the provider is currently unusable; `nil` if it is usable.
    public var trouble: String?
    public var troubleSince: Timestamp?
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// Incremented when a settings change invalidates earlier idempotency keys.
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

/// Settings of a provider by field name, with text values; missing and empty are equivalent.
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

/// One field of a provider's settings, in its form and its JSON.
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
    /// Human-readable errors by field name.
    public var problems: [String: String]
    public init(_ problems: [String: String]) { self.problems = problems }
}

/// Capabilities of a provider kind; policies check these, never the kind's name.
public struct ProviderCapabilities: Sendable, Hashable {
    /// Submissions with the same idempotency key are deduplicated, so a lost response is retried instead of held in
    /// doubt.
    public var repeatsSafely: Bool
    public var givesReceipts: Bool
    /// Messages never leave the installation.
    public var isSandbox: Bool

    public init(repeatsSafely: Bool = false, givesReceipts: Bool = false, isSandbox: Bool = false) {
        self.repeatsSafely = repeatsSafely
        self.givesReceipts = givesReceipts
        self.isSandbox = isSandbox
    }
}

/// A provider kind: pure functions and metadata.
///
/// `transfer(for:)` creates what is submitted. Responses are mapped by the `outcome(of:)` of the refinement for the
/// protocol in use: `MailProvider`, `HTTPProvider`, `SandboxingProvider` or `InboxProvider`. None of them touches a
/// socket.
public protocol Provider: Sendable {
    static var kind: String { get }
    /// Names of the kind in earlier versions, still accepted from callers.
    static var formerKinds: [String] { get }
    static var title: String { get }
    static var deliveryChannels: Set<DeliveryChannel> { get }
    static var fields: [SettingField] { get }
    static var capabilities: ProviderCapabilities { get }

    init(account: ProviderAccount) throws(InvalidSettings)

    /// Sender address shown in the log.
    var fromAddress: String { get }
    /// Maximum concurrent submissions.
    var maxConnections: Int { get }
    var rates: RateLimits { get }
    /// Capabilities of this account if its settings affect them; by default those of its kind.
    var capabilities: ProviderCapabilities { get }
    /// Configured host and its settings field; `nil` if the kind determines the host.
    var typedHost: (host: String, field: String)? { get }
    /// Scope within which idempotency keys are recognised: while it stays the same, an earlier submission may be
    /// repeated. May contain secrets, so it is only compared, never stored or shown. `nil` if the provider has no
    /// idempotency keys.
    var keyScope: String? { get }

    func transfer(for outbound: OutboundMessage) throws(MessageRefused) -> Transfer
    /// Called once per content; the result creates the transfers of all its messages.
    func form(of content: ContentRenderer) -> any PreparedContent
}

extension Provider {
    public var capabilities: ProviderCapabilities { Self.capabilities }
    public static var formerKinds: [String] { [] }
    public var typedHost: (host: String, field: String)? { nil }
    public var keyScope: String? { capabilities.repeatsSafely ? "" : nil }
}

/// The message can never be submitted to this provider, for example because the address needs an unsupported extension.
public struct MessageRefused: Error, Sendable, Hashable {
    public var detail: String
    public init(_ detail: String) { self.detail = detail }
}

/// A rendered message, ready to be converted to a provider's format.
public struct OutboundMessage: Sendable, Hashable {
    public var messageID: Int64
    public var attempt: Int
    public var deliveryChannel: DeliveryChannel
    /// Mailbox as typed, E.164 number, device token, or record such as `member:m-1`.
    public var address: String
    public var recipientName: String
    public var subject: String
    public var html: String
    public var text: String
    /// Merged extras: a notification's icon and URL, or an approved template with its parameters.
    public var extras: ContentExtras
    /// Stable over all attempts and unique to the installation; the left-hand side of the `Message-ID`, and the
    /// idempotency key for providers that support one.
    public var messageToken: String
    public var createdAt: Timestamp
    public var type: MessageType
    /// List headers, for a broadcast mail.
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

/// What is submitted to a provider.
public enum Transfer: Sendable {
    case mail(MailTransfer)
    case http(HTTPTransfer)
    /// Stored by the sandbox.
    case sandbox(SandboxTransfer)
    /// Stored in the inbox of a record.
    case notice(NoticeTransfer)
}

/// One mail to one recipient: an SMTP transaction (RFC 5321 section 3.3).
public struct MailTransfer: Sendable {
    public var envelopeFrom: String
    public var envelopeTo: String
    public var needsSMTPUTF8: Bool
    /// Message in RFC 5322 form with CRLF line endings, not dot-stuffed, without the final `CRLF.CRLF`.
    public var body: MessageBody

    public init(envelopeFrom: String, envelopeTo: String, needsSMTPUTF8: Bool, body: MessageBody) {
        self.envelopeFrom = envelopeFrom
        self.envelopeTo = envelopeTo
        self.needsSMTPUTF8 = needsSMTPUTF8
        self.body = body
    }
}

public struct SandboxTransfer: Sendable {
    /// Maximum submissions a sandbox holds at once, and per commit.
    public static let capacity = 256

    public var key: String
    public var messageID: Int64
    public var deliveryChannel: DeliveryChannel
    public var from: String
    public var to: String
    public var subject: String
    /// Raw mail for email, text otherwise.
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

/// Raw response to a submission, before it is interpreted.
public enum ProviderResponse: Sendable, Hashable {
    /// Final reply of a mail transaction: code, text of all lines, and the command it answers.
    case smtp(SMTPResponse)
    case http(HTTPResponse)
    case sandbox(SandboxResponse)
    case notice(InAppResponse)
    /// The connection broke. `handedOver`: the last byte of this message had been written, so its outcome is unknown.
    case brokenConnection(detail: String, handedOver: Bool)
}

public struct SMTPResponse: Sendable, Hashable {
    /// Authentication errors (RFC 4954 section 6), which affect every message of the account.
    public static let accountFaults: Set<Int> = [530, 534, 535, 538]

    public enum Command: String, Sendable, Hashable { case mail, rcpt, data, body }
    public var command: Command
    public var code: Int
    /// Lines of the reply without their codes, joined by spaces.
    public var text: String

    public init(command: Command, code: Int, text: String) {
        self.command = command
        self.code = code
        self.text = text
    }
}

public enum InAppResponse: Sendable, Hashable {
    case kept(reference: String)
    /// The record was deleted after the message was created.
    case readerIsGone
}

public enum SandboxResponse: Sendable, Hashable {
    case accepted(reference: String)
    case refused
    case failed
}

/// Interpretation of a response. `AttemptCompletion` derives state, retry and log level from it in one place.
public enum Outcome: Sendable, Hashable {
    case accepted(reference: String, detail: String)
    /// Temporary failure (RFC 5321 section 4.2.1, 4yz).
    case deferred(reason: RetryReason, retryAfter: Duration?, detail: String)
    /// Permanent failure. `addressIsDead`: the address itself is the reason.
    case refused(detail: String, addressIsDead: Bool)
    /// Nothing was handed over.
    case notHandedOver(detail: String)
    /// Handed over without a response.
    case inDoubt(detail: String)
}
