import Dispatch
import Logging
import Synchronization

/// Turns due broadcasts into messages, chunk by chunk, and does the work on many rows that was asked for in between. A
/// chunk and the cursor behind it are one commit, so a crash repeats at most a chunk that left no trace.
public final class FanOutWorker: Sendable {
    static let longestSleep: Duration = .seconds(5)
    /// Broadcasts that take turns, and jobs that do.
    static let abreast = 8
    /// Rows a job looks at before others have their turn.
    static let jobChunk = 500

    private let store: any FanOutStore & BulkStore
    private let clock: WallClock
    private let logger: Logger
    private let published: @Sendable () -> Void
    private let signal = WakeSignal()
    private let isStopping = Mutex(false)
    private let plans = Mutex<[Int64: MessagePlanner]>([:])
    /// Chunks that were planned while the ones before them were written, by broadcast.
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

    /// One chunk of each due broadcast. False when nothing was due.
    public func publishOnce() throws -> Bool {
        let due = try store.dueBroadcasts(at: clock.now(), limit: Self.abreast)
        forget(besides: due)
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

    // MARK: Planning beside the writing

    /// A chunk under way on the other thread.
    ///
    /// `@unchecked Sendable`: `result` is written before `done` is signalled and read after it was waited for.
    private final class Ahead: @unchecked Sendable {
        let cursor: Int64
        private var result: Result<FanOutChunk, any Error>?
        private let done = DispatchSemaphore(value: 0)

        init(after cursor: Int64) { self.cursor = cursor }

        func end(_ result: Result<FanOutChunk, any Error>) {
            self.result = result
            done.signal()
        }

        /// Asked once.
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

    /// `nil`: none, or one for another place, because this chunk could not be written or others have written it.
    private func plannedAhead(_ broadcast: DueBroadcast) throws -> FanOutChunk? {
        guard let next = ahead.withLock({ $0.removeValue(forKey: broadcast.id) }) else { return nil }
        let chunk = try next.wait()
        return next.cursor == broadcast.cursor ? chunk : nil
    }

    /// Those that were stopped or taken back meanwhile are planned anew when they go on: their texts may be others then.
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

/// How many receivers the next chunk has: an accept waits behind one, so it has as many as can be written in a few
/// milliseconds here and now. Fewer than those of a whole page would spend the time on commits.
struct ChunkPace {
    /// What a chunk may take, waiting for its turn included: where others write too, it becomes smaller.
    static let span: Duration = .milliseconds(9)
    static let bounds = 50...250

    private(set) var receivers = 100

    mutating func note(_ written: Int, took: Duration) {
        // A last chunk of a few receivers says nothing.
        guard written >= Self.bounds.lowerBound, took > .zero else { return }
        let fitting = Double(written) * (Self.span / took)
        // Half of the way, so that one commit that met a busy disk does not decide alone.
        let next = (Double(receivers) + min(fitting, Double(Self.bounds.upperBound))) / 2
        receivers = min(max(Int(next), Self.bounds.lowerBound), Self.bounds.upperBound)
    }
}
