import Logging
import Synchronization

/// Moves messages from the outbox to providers.
///
/// One step: collect the answers, record them and claim new work in one commit, render, look up suppressions, hand
/// over. What is claimed never exceeds the free slots of open connections, so what a crash leaves in doubt is bounded
/// by them, and a server that cannot be reached holds no message. A slot frees only when its outcome is on disk.
public final class DeliveryLoop: Sendable {
    public struct Step: Sendable, Hashable {
        public var claimed = 0
        public var recorded = 0
        /// How long the loop may sleep unless it is woken.
        public var idleFor: Duration = .zero
    }

    /// Longest sleep: what other processes changed is seen after it at the latest.
    static let longestSleep: Duration = .seconds(5)
    /// How long the loop rests when the store cannot be written.
    static let storeRest: Duration = .seconds(1)
    /// Contents kept ready for a provider, and how much text they may hold in all, in bytes. Each is kept in up to four
    /// forms.
    static let cachedForms = 64
    static let cachedFormBytes = 4 * 1024 * 1024

    /// Messages a provider is given in one step when others have work too: a step that fills one with hundreds of slots
    /// lets the connections of another stand idle meanwhile.
    static let besideOthers = 64

    /// Messages cancelled in one commit because their time was over.
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
        /// Outcomes not on disk yet.
        var completions: [AttemptCompletion] = []
        /// Claimed and not handed over yet.
        var claimed: [ClaimedMessage] = []
        /// How far the suppressions stood when all that is in flight had been looked up.
        var suppressionMark: Int64 = -1
        /// Called back from the transport, and what stops them.
        var cancelled: [Int64: Suppression] = [:]
        /// Contents, among those kept ready, that say where to leave.
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
    /// `nil`: people cannot reach this installation, so no message says where to leave.
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

    /// Something became due.
    public func wake() { signal.raise() }

    /// Providers were added or changed.
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

    /// Runs until `stop`, on the calling thread.
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

    /// Ends `run`, lets what is on the wire end within `grace`, and records it. Call it from another thread than
    /// `run`'s, and only once `run` has returned may the store be closed.
    public func requestStop() {
        isStopping.withLock { $0 = true }
        signal.raise()
    }

    /// After `run` has returned: drains the transport and records every answer that came.
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

    /// One step. Throws when the store cannot be written; nothing is lost by it, and the next step goes on.
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
