import Logging
import Synchronization

/// Moves messages from the outbox to providers.
///
/// Each step collects results, records them and claims new work in one commit, renders, checks suppressions, and
/// submits. Claims never exceed the free slots of open connections, which bounds what a crash leaves in doubt; an
/// unreachable server holds no message. A slot is freed only when its outcome is on disk.
public final class DeliveryLoop: Sendable {
    public struct Step: Sendable, Hashable {
        public var claimed = 0
        public var recorded = 0
        /// Maximum sleep unless woken.
        public var idleFor: Duration = .zero
    }

    /// Longest sleep; changes by other processes are noticed at the latest after it.
    static let longestSleep: Duration = .seconds(5)
    /// Pause after a failed write to the store.
    static let storeRest: Duration = .seconds(1)
    /// Maximum number of prepared contents per provider, and maximum size of their texts in bytes. Each content is
    /// cached in up to four forms.
    static let cachedForms = 64
    static let cachedFormBytes = 4 * 1024 * 1024

    /// Maximum messages submitted to one provider per step while others have work: filling hundreds of slots at once
    /// leaves the connections of other providers idle meanwhile.
    static let besideOthers = 64

    /// Expired messages cancelled per commit.
    static let sweptTogether = 500

    struct FormKey: Hashable {
        var contentID: Int64
        var providerID: Int64
    }

    struct InFlight {
        var message: ClaimedMessage
        var digest: String
    }

    struct State {
        var providers: [Int64: (account: ProviderAccount, provider: any Provider)] = [:]
        var defaults: [DeliveryChannel: Int64] = [:]
        var providersReadAt: Timestamp?
        var rates: [Int64: RateMeter] = [:]
        var wantedConnections: [Int64: Int] = [:]
        /// Providers whose last claim filled every free slot.
        var hungry: Set<Int64> = []
        var troubles: [Int64: String] = [:]
        var inFlight: [Int64: InFlight] = [:]
        var underWay: [Int64: Int] = [:]
        /// Outcomes not yet on disk.
        var completions: [AttemptCompletion] = []
        /// Claimed but not yet submitted.
        var claimed: [ClaimedMessage] = []
        /// Value of `suppressionMark()` when everything in flight was last checked.
        var suppressionMark: Int64 = -1
        /// Messages cancelled in the transport, with the suppression that applies.
        var cancelled: [Int64: Suppression] = [:]
        /// Prepared contents that use the unsubscribe URL.
        var askingForms: Set<FormKey> = []
        var forms: [FormKey: any PreparedContent] = [:]
        var formsWeight = 0
        var turn = 0
        var expirySweptAt = Timestamp(milliseconds: 0)
        var lease: Int64
        /// The lease was renewed then, or less than `LeaseTerms.renewal` before.
        var leaseHeldAt: Timestamp?
    }

    let outbox: any OutboxStore
    let providers: any ProviderStore
    let catalog: ProviderCatalog
    let transport: any MessageTransport
    let installation: String
    /// `nil` without a public URL: messages then have no unsubscribe link.
    let unsubscribe: UnsubscribeLinks?
    let digests: @Sendable ([MessageBody]) -> [String]
    let outcomePolicy: OutcomePolicy
    let clock: WallClock
    let random: @Sendable () -> Double
    let logger: Logger
    let state: Mutex<State>
    public let meter = DeliveryMeter()
    private let signal = WakeSignal()
    private let isStopping = Mutex(false)
    private let providersChanged = Mutex(true)

    public init(
        outbox: any OutboxStore, providers: any ProviderStore, catalog: ProviderCatalog,
        transport: any MessageTransport,
        installation: String, lease: Int64, unsubscribe: UnsubscribeLinks? = nil,
        digests: @escaping @Sendable ([MessageBody]) -> [String],
        outcomePolicy: OutcomePolicy = OutcomePolicy(), clock: WallClock = .system,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }, logger: Logger
    ) {
        self.outbox = outbox
        self.providers = providers
        self.catalog = catalog
        self.transport = transport
        self.installation = installation
        state = Mutex(State(lease: lease))
        self.unsubscribe = unsubscribe
        self.digests = digests
        self.outcomePolicy = outcomePolicy
        self.clock = clock
        self.random = random
        self.logger = logger
        transport.onChange { [signal] in signal.raise() }
    }

    /// Signals that a message became due.
    public func wake() { signal.raise() }

    /// Signals that providers were added or changed.
    public func reloadProviders() {
        providersChanged.withLock { $0 = true }
        signal.raise()
    }

    func reloadIsAsked() -> Bool {
        providersChanged.withLock { changed in
            defer { changed = false }
            return changed
        }
    }

    /// Runs on the calling thread until `requestStop`.
    public func run() {
        while !isStopping.withLock({ $0 }) {
            do {
                let step = try deliverOnce()
                if step.claimed == 0, step.recorded == 0, step.idleFor > .zero { signal.wait(atMost: step.idleFor) }
            } catch {
                meter.noteStoreFailure()
                logger.error("delivery waits for the store", metadata: ["error": "\(error)"])
                signal.wait(atMost: Self.storeRest)
            }
        }
    }

    /// Stops `run`, lets submissions in flight finish within `grace`, and records them. Call from another thread than
    /// `run`'s; the store may be closed only after `run` has returned.
    public func requestStop() {
        isStopping.withLock { $0 = true }
        signal.raise()
    }

    /// Drains the transport after `run` has returned and records every result.
    public func drain(grace: Duration) {
        transport.stop(grace: grace)
        state.withLock { state in
            do {
                giveBack(&state)
                collect(&state, at: clock.now())
                _ = try commit(&state, claims: [], slots: [:], at: clock.now())
            } catch {
                logger.error("the last outcomes could not be recorded", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Performs one step. Throws if the store cannot be written; nothing is lost, and the next step continues.
    @discardableResult
    public func deliverOnce() throws -> Step {
        try state.withLock { state in
            do {
                return try step(&state)
            } catch is LeaseLost {
                try beginAnew(&state)
                return Step()
            }
        }
    }

    private func step(_ state: inout State) throws -> Step {
        let now = clock.now()
        try readProviders(&state, at: now)
        let hasMoreExpired = try sweepExpired(&state, at: now)
        collect(&state, at: now)
        let reports = try noteTroubles(&state, at: now)
        let plan = try planClaims(&state, reports: reports, at: now)
        var step = try commit(&state, claims: plan.claims, slots: plan.slots, at: now)
        try keepLease(&state, at: now)
        try cancelSuppressed(&state)
        try handOver(&state, at: clock.now())
        step.idleFor = hasMoreExpired ? .zero : try idleTime(plan: plan, at: now)
        meter.noteStep(at: now, inFlight: state.inFlight.count)
        return step
    }
}
