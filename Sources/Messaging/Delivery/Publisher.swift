import Logging
import Synchronization

/// Turns due broadcasts into messages, chunk by chunk, and does the work on many rows that was asked for in between. A
/// chunk and the cursor behind it are one commit, so a crash repeats at most a chunk that left no trace.
public final class Publisher: Sendable {
    /// Receivers a chunk: small enough that an accept waits a few milliseconds behind it.
    static let chunk = 250
    static let longestSleep: Duration = .seconds(5)
    /// Broadcasts that take turns, and jobs that do.
    static let abreast = 8
    /// Rows a job looks at before others have their turn.
    static let jobChunk = 500

    private let store: any FanOutStore & BulkStore
    private let clock: WallClock
    private let logger: Logger
    private let published: @Sendable () -> Void
    private let signal = Signal()
    private let isStopping = Mutex(false)
    private let plans = Mutex<[Int64: FanOut]>([:])

    /// - Parameter published: called after each chunk, to wake the delivery loop.
    public init(
        store: any FanOutStore & BulkStore, clock: WallClock = .system, logger: Logger,
        published: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.clock = clock
        self.logger = logger
        self.published = published
    }

    public func wake() { signal.raise() }

    public func requestStop() {
        isStopping.withLock { $0 = true }
        signal.raise()
    }

    public func run() {
        while !isStopping.withLock({ $0 }) {
            do {
                let hasPublished = try publishOnce()
                if try workOnce() || hasPublished { continue }
                let now = clock.now()
                let next = try store.nextBroadcastDue(after: now)
                signal.wait(
                    atMost: min(Self.longestSleep, next.map { max(.milliseconds(1), $0 - now) } ?? Self.longestSleep))
            } catch {
                logger.error("publishing waits for the store", metadata: ["error": "\(error)"])
                signal.wait(atMost: .seconds(1))
            }
        }
    }

    /// One chunk of each due broadcast. False when nothing was due.
    public func publishOnce() throws -> Bool {
        let due = try store.dueBroadcasts(at: clock.now(), limit: Self.abreast)
        for broadcast in due {
            try publishChunk(of: broadcast)
            published()
        }
        return !due.isEmpty
    }

    /// One chunk of each open job. False when there was none.
    @discardableResult
    public func workOnce() throws -> Bool {
        let open = try store.openJobs(of: nil, limit: Self.abreast)
        for job in open {
            do {
                let step = try store.work(on: job.id, limit: Self.jobChunk, at: clock.now())
                // Messages that were made pending again.
                if !step.addsReceivers { published() }
            } catch let conflict as StoreConflict {
                // Its broadcast was published or deleted meanwhile, or its source is gone: there is nothing left to do.
                logger.notice("job given up", metadata: ["job": "\(job.id)", "reason": "\(conflict)"])
                try store.giveUp(jobID: job.id, at: clock.now())
            }
        }
        return !open.isEmpty
    }

    private func publishChunk(of broadcast: DueBroadcast) throws {
        let receivers = try store.receivers(of: broadcast.id, after: broadcast.cursor, limit: Self.chunk)
        let plan = plans.withLock { plans in
            let plan = plans[broadcast.id] ?? FanOut(broadcast)
            plans[broadcast.id] = plan
            return plan
        }
        let isLast = receivers.count < Self.chunk
        try store.write(
            FanOutChunk(
                broadcastID: broadcast.id, fromCursor: broadcast.cursor,
                toCursor: receivers.last?.receiver.id ?? broadcast.cursor, isLast: isLast,
                messages: plan.plan(receivers)),
            at: clock.now())
        guard isLast else { return }
        plans.withLock { $0[broadcast.id] = nil }
        logger.info("broadcast published", metadata: ["broadcast": "\(broadcast.id)"])
    }
}
