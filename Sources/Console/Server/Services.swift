import Logging
import Messaging

/// Everything the site asks of the rest of the house: stores that it reads, use cases that write. `Wiring` fills it; tests
/// fill it with a store of their own.
public struct Services: Sendable {
    public let broadcasts: any BroadcastQueries
    public let bulk: any BulkQueries
    public let messages: any MessageQueries
    public let providers: any ProviderQueries
    public let sandbox: any SandboxQueries
    public let directory: any DirectoryQueries
    public let devices: any DeviceQueries
    public let notices: any NoticeQueries
    public let channels: any ChannelQueries
    public let imports: any ImportQueries
    public let templates: any TemplateQueries
    public let access: any AccessQueries
    public let suppressions: any SuppressionQueries
    /// Reads unsubscribe links.
    public let tokens: any MessageTokens
    /// Makes them; `nil` where people cannot reach this installation.
    public let unsubscribe: UnsubscribeLinks?
    /// The only way to anything that writes.
    public let useCases: UseCases
    /// How numbers are read; `RequestContext.phones` adds the region of this installation.
    public let phones: any PhoneRules
    public let catalog: ProviderCatalog
    public let tester: any ProviderTester
    public let health: @Sendable () -> Health
    /// Prometheus text format 0.0.4.
    public let metricsText: @Sendable () -> String
    public let clock: WallClock
    /// Unpredictable bytes, as many as asked for.
    public let randomBytes: @Sendable (Int) -> [UInt8]
    public let logger: Logger

    public init(
        reading store: any StoreQueries, useCases: UseCases, unsubscribe: UnsubscribeLinks? = nil,
        phones: any PhoneRules = InternationalForm(), catalog: ProviderCatalog, tester: any ProviderTester,
        health: @escaping @Sendable () -> Health, metricsText: @escaping @Sendable () -> String,
        clock: WallClock = .system, randomBytes: @escaping @Sendable (Int) -> [UInt8] = Secrets.randomBytes,
        logger: Logger
    ) {
        broadcasts = store
        bulk = store
        messages = store
        providers = store
        sandbox = store
        directory = store
        devices = store
        notices = store
        channels = store
        imports = store
        templates = store
        access = store
        suppressions = store
        tokens = store
        self.useCases = useCases
        self.unsubscribe = unsubscribe
        self.phones = phones
        self.catalog = catalog
        self.tester = tester
        self.health = health
        self.metricsText = metricsText
        self.clock = clock
        self.randomBytes = randomBytes
        self.logger = logger
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
