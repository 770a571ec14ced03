/// The configured providers. Pages never show their secrets.
public protocol ProviderQueries: Sendable {
    func providers(for channel: DeliveryChannel?) throws -> [ProviderAccount]
    func provider(_ id: Int64) throws -> ProviderAccount?
    /// The active templates and the unsent drafts that name it; at most 100.
    func uses(ofProvider id: Int64) throws -> [TemplateUse]
}

/// The configured providers. Secrets go in and come out for the delivery loop; pages never show them.
public protocol ProviderStore: ProviderQueries {
    /// The first of its delivery channel becomes the default.
    func createProvider(_ draft: ProviderDraft, at: Timestamp) throws -> Int64
    func updateProvider(_ id: Int64, _ draft: ProviderDraft, at: Timestamp) throws
    /// Leaves its settings as they are.
    func switchProvider(_ id: Int64, isDefault: Bool, isEnabled: Bool, at: Timestamp) throws
    /// Throws `StoreConflict.state`: `used` while something names it, else while messages are being handed to it.
    func deleteProvider(_ id: Int64) throws
}

public struct ProviderDraft: Sendable, Hashable {
    public var deliveryChannel: DeliveryChannel
    public var kind: String
    public var name: String
    public var isDefault: Bool
    public var isEnabled: Bool
    public var settings: ProviderSettings
    /// Which of the settings are encrypted at rest.
    public var secretNames: Set<String>

    public init(
        deliveryChannel: DeliveryChannel, kind: String, name: String, isDefault: Bool, isEnabled: Bool = true,
        settings: ProviderSettings, secretNames: Set<String>
    ) {
        self.deliveryChannel = deliveryChannel
        self.kind = kind
        self.name = name
        self.isDefault = isDefault
        self.isEnabled = isEnabled
        self.settings = settings
        self.secretNames = secretNames
    }
}

/// What the sandbox took.
public struct SandboxItem: Sendable, Identifiable {
    public var id: Int64
    public var messageID: Int64
    public var providerID: Int64
    public var reference: String
    public var deliveryChannel: DeliveryChannel
    public var from: String
    public var to: String
    public var subject: String
    public var payload: [UInt8]
    public var extras: ContentExtras
    public var takenAt: Timestamp

    public init(
        id: Int64, messageID: Int64, providerID: Int64, reference: String, deliveryChannel: DeliveryChannel,
        from: String, to: String, subject: String, payload: [UInt8], extras: ContentExtras = ContentExtras(),
        takenAt: Timestamp
    ) {
        self.id = id
        self.messageID = messageID
        self.providerID = providerID
        self.reference = reference
        self.deliveryChannel = deliveryChannel
        self.from = from
        self.to = to
        self.subject = subject
        self.payload = payload
        self.extras = extras
        self.takenAt = takenAt
    }
}

/// What the sandbox was given.
public protocol SandboxQueries: Sendable {
    /// Without payloads.
    func sandboxItems(channel: DeliveryChannel?, from start: PageStart, limit: Int) throws -> Page<SandboxItem>
    func sandboxItem(_ id: Int64) throws -> SandboxItem?
}

/// What the sandbox is given, kept and read.
public typealias SandboxItems = SandboxQueries & SandboxStore
