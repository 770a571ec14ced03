import Dispatch
import Logging
import Synchronization

/// Expands due broadcasts into messages, in chunks, and runs bulk jobs in between. A chunk and its cursor are one
/// commit, so a crash never repeats a written chunk.
public final class FanOutWorker: Sendable {
    static let longestSleep: Duration = .seconds(5)
    /// Maximum broadcasts, and maximum jobs, processed in turn.
    static let abreast = 8
    /// Rows a job processes before yielding.
    static let jobChunk = 500

    private let store: any FanOutStore & BulkStore
    private let clock: WallClock
    private let logger: Logger
    private let published: @Sendable () -> Void
    private let signal = WakeSignal()
    private let isStopping = Mutex(false)
    private let plans = Mutex<[Int64: MessagePlanner]>([:])
    /// Chunks planned while the previous ones are being written, by broadcast.
    private let ahead = Mutex<[Int64: Ahead]>([:])
    private let pace = Mutex(ChunkPace())
    private let planning = DispatchQueue(label: "planning")

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
        // The store may be closed after this.
        defer { forget(besides: []) }
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

    /// Writes one chunk of each due broadcast. Returns false if none was due.
    public func publishOnce() throws -> Bool {
        let due = try store.dueBroadcasts(at: clock.now(), limit: Self.abreast)
        forget(besides: due)
        for broadcast in due {
            try publishChunk(of: broadcast)
            published()
        }
        return !due.isEmpty
    }

    /// Processes one chunk of each open job. Returns false if there was none.
    @discardableResult
    public func workOnce() throws -> Bool {
        let open = try store.openJobs(of: nil, limit: Self.abreast)
        for job in open {
            do {
                let step = try store.work(on: job.id, limit: Self.jobChunk, at: clock.now())
                // Messages were reset to pending.
                if !step.addsReceivers { published() }
            } catch let conflict as StoreConflict {
                // The broadcast was published or deleted meanwhile, or its source was removed: nothing is left to do.
                logger.notice("job given up", metadata: ["job": "\(job.id)", "reason": "\(conflict)"])
                try store.giveUp(jobID: job.id, at: clock.now())
            }
        }
        return !open.isEmpty
    }

    private func publishChunk(of broadcast: DueBroadcast) throws {
        let chunk = try plannedAhead(broadcast) ?? plan(broadcast, after: broadcast.cursor)
        if !chunk.isLast { planAhead(broadcast, after: chunk.toCursor) }
        let begun = ContinuousClock.now
        try store.write(chunk, at: clock.now())
        let receivers = chunk.messages.count / max(1, broadcast.contents.count)
        pace.withLock { $0.note(receivers, took: ContinuousClock.now - begun) }
        guard chunk.isLast else { return }
        plans.withLock { $0[broadcast.id] = nil }
        logger.info("broadcast published", metadata: ["broadcast": "\(broadcast.id)"])
    }

    private func plan(_ broadcast: DueBroadcast, after cursor: Int64) throws -> FanOutChunk {
        let limit = pace.withLock { $0.receivers }
        let receivers = try store.receivers(of: broadcast.id, after: cursor, limit: limit)
        let plan = plans.withLock { plans in
            let plan = plans[broadcast.id] ?? MessagePlanner(broadcast)
            plans[broadcast.id] = plan
            return plan
        }
        return FanOutChunk(
            broadcastID: broadcast.id, fromCursor: cursor, toCursor: receivers.last?.receiver.id ?? cursor,
            isLast: receivers.count < limit, messages: plan.plan(receivers))
    }

    // MARK: Planning in parallel with writing

    /// A chunk being planned on the other thread.
    ///
    /// `@unchecked Sendable`: `result` is written before `done` is signalled and read after waiting for it.
    private final class Ahead: @unchecked Sendable {
        let cursor: Int64
        private var result: Result<FanOutChunk, any Error>?
        private let done = DispatchSemaphore(value: 0)

        init(after cursor: Int64) { self.cursor = cursor }

        func end(_ result: Result<FanOutChunk, any Error>) {
            self.result = result
            done.signal()
        }

        /// Waits for the chunk. Call once.
        func wait() throws -> FanOutChunk? {
            done.wait()
            return try result?.get()
        }
    }

    private func planAhead(_ broadcast: DueBroadcast, after cursor: Int64) {
        let next = Ahead(after: cursor)
        ahead.withLock { $0[broadcast.id] = next }
        planning.async { [self] in next.end(Result { try plan(broadcast, after: cursor) }) }
    }

    /// `nil` if no chunk was planned, or if it does not continue at the current cursor because its predecessor was not
    /// written or was written by another process.
    private func plannedAhead(_ broadcast: DueBroadcast) throws -> FanOutChunk? {
        guard let next = ahead.withLock({ $0.removeValue(forKey: broadcast.id) }) else { return nil }
        let chunk = try next.wait()
        return next.cursor == broadcast.cursor ? chunk : nil
    }

    /// Discards plans of broadcasts that were paused or cancelled: their texts may change before they continue.
    private func forget(besides due: [DueBroadcast]) {
        let ids = Set(due.map(\.id))
        let gone = ahead.withLock { ahead in
            let gone = ahead.filter { !ids.contains($0.key) }
            for id in gone.keys { ahead[id] = nil }
            return gone
        }
        for (id, next) in gone {
            _ = try? next.wait()
            plans.withLock { $0[id] = nil }
        }
    }
}

/// Adaptive chunk size: an accept may have to wait for a chunk, so it has as many receivers as can be written in a few
/// milliseconds on this machine. Less than a page's worth would spend most of the time on commits.
struct ChunkPace {
    /// Target duration of a chunk, including the wait for its turn: contention makes chunks smaller.
    static let span: Duration = .milliseconds(9)
    static let bounds = 50...250

    private(set) var receivers = 100

    mutating func note(_ written: Int, took: Duration) {
        // A small last chunk is not representative.
        guard written >= Self.bounds.lowerBound, took > .zero else { return }
        let fitting = Double(written) * (Self.span / took)
        // Moves halfway to the target, so that a single slow commit does not dominate.
        let next = (Double(receivers) + min(fitting, Double(Self.bounds.upperBound))) / 2
        receivers = min(max(Int(next), Self.bounds.lowerBound), Self.bounds.upperBound)
    }
}
