import Logging
import Messaging

/// Everything the site asks of the rest of the house. `Wiring` fills it; tests fill it with a store of their own.
public struct Services: Sendable {
    public var broadcasts: any BroadcastStore
    public var bulk: any BulkStore
    /// Only for walking receivers the way the fan-out will.
    public var fanOut: any FanOutStore
    public var messages: any MessageLog
    public var providers: any ProviderStore
    public var sandbox: any SandboxRecords
    public var inbox: any InboxStore
    /// Only for filing receipts.
    public var outbox: any OutboxStore
    public var directory: any DirectoryStore
    public var devices: any DeviceStore
    public var notices: any NoticeStore
    public var channels: any ChannelStore
    public var imports: any ImportStore
    /// How numbers are read; `RequestContext.phones` adds the region of this installation.
    public var phones: any PhoneRules
    public var templates: any TemplateStore
    public var access: any AccessStore
    public var suppressions: any SuppressionStore
    /// Reads the addresses at which people leave.
    public var tokens: any MessageTokens
    /// Makes them; `nil` where people cannot reach this installation.
    public var unsubscribe: UnsubscribeLinks?
    /// The only way to anything that writes.
    public var useCases: UseCases
    public var catalog: ProviderCatalog
    public var tester: any ProviderTester
    /// Tells delivery that there is something to do. Returns at once.
    public var wake: @Sendable () -> Void
    /// Tells delivery that a provider was added, changed or removed. Returns at once.
    public var reloadProviders: @Sendable () -> Void
    public var health: @Sendable () -> Health
    /// Prometheus text format 0.0.4.
    public var metricsText: @Sendable () -> String
    public var clock: WallClock
    /// Unpredictable bytes, as many as asked for.
    public var randomBytes: @Sendable (Int) -> [UInt8]
    public var logger: Logger

    public init(
        broadcasts: any BroadcastStore, bulk: any BulkStore, fanOut: any FanOutStore, messages: any MessageLog,
        providers: any ProviderStore,
        sandbox: any SandboxRecords, inbox: any InboxStore, outbox: any OutboxStore, directory: any DirectoryStore,
        devices: any DeviceStore, notices: any NoticeStore,
        channels: any ChannelStore, imports: any ImportStore, phones: any PhoneRules, templates: any TemplateStore,
        access: any AccessStore, suppressions: any SuppressionStore, tokens: any MessageTokens,
        unsubscribe: UnsubscribeLinks? = nil, useCases: UseCases, catalog: ProviderCatalog,
        tester: any ProviderTester,
        wake: @escaping @Sendable () -> Void, reloadProviders: @escaping @Sendable () -> Void,
        health: @escaping @Sendable () -> Health,
        metricsText: @escaping @Sendable () -> String, clock: WallClock = .system,
        randomBytes: @escaping @Sendable (Int) -> [UInt8] = Secrets.randomBytes, logger: Logger
    ) {
        self.broadcasts = broadcasts
        self.bulk = bulk
        self.fanOut = fanOut
        self.messages = messages
        self.providers = providers
        self.sandbox = sandbox
        self.inbox = inbox
        self.outbox = outbox
        self.directory = directory
        self.devices = devices
        self.notices = notices
        self.channels = channels
        self.imports = imports
        self.phones = phones
        self.templates = templates
        self.access = access
        self.suppressions = suppressions
        self.tokens = tokens
        self.unsubscribe = unsubscribe
        self.useCases = useCases
        self.catalog = catalog
        self.tester = tester
        self.wake = wake
        self.reloadProviders = reloadProviders
        self.health = health
        self.metricsText = metricsText
        self.clock = clock
        self.randomBytes = randomBytes
        self.logger = logger
    }

    /// One object that is the whole store.
    public init(
        store: any WholeStore,
        unsubscribe: UnsubscribeLinks? = nil, phones: any PhoneRules = InternationalForm(), catalog: ProviderCatalog,
        tester: any ProviderTester,
        wake: @escaping @Sendable () -> Void,
        reloadProviders: @escaping @Sendable () -> Void, health: @escaping @Sendable () -> Health,
        metricsText: @escaping @Sendable () -> String,
        clock: WallClock = .system, randomBytes: @escaping @Sendable (Int) -> [UInt8] = Secrets.randomBytes,
        logger: Logger
    ) {
        self.init(
            broadcasts: store, bulk: store, fanOut: store, messages: store, providers: store, sandbox: store,
            inbox: store,
            outbox: store,
            directory: store, devices: store, notices: store, channels: store, imports: store, phones: phones,
            templates: store, access: store,
            suppressions: store, tokens: store, unsubscribe: unsubscribe,
            useCases: UseCases(store: store, phones: phones, catalog: catalog, unsubscribe: unsubscribe),
            catalog: catalog, tester: tester,
            wake: wake,
            reloadProviders: reloadProviders, health: health, metricsText: metricsText,
            clock: clock, randomBytes: randomBytes, logger: logger)
    }
}

/// Whether this process can do its work right now.
public struct Health: Sendable, Hashable {
    public var storeWritable: Bool
    /// True as well where this process was told not to deliver.
    public var loopRunning: Bool
    /// Why not, in words for an operator.
    public var detail: String

    public init(storeWritable: Bool, loopRunning: Bool, detail: String = "") {
        self.storeWritable = storeWritable
        self.loopRunning = loopRunning
        self.detail = detail
    }

    public var isReady: Bool { storeWritable && loopRunning }
}
