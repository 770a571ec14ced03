import Foundation
import Logging
import Messaging
import Providers
import Storage
import Synchronization

/// Fan-out, delivery and the applying of webhooks, each on a thread of its own.
final class Delivery: Sendable {
    /// How long what is on the wire may take to end when the program stops.
    static let drainGrace: Duration = .seconds(20)

    /// Threads that run while it delivers.
    private static let threads = 3

    private let store: Store
    private let catalog: ProviderCatalog
    private let loop: DeliveryLoop
    private let fanOutWorker: FanOutWorker
    private let inboxWorker: InboxWorker
    private let lease: Int64
    private let logger: Logger
    private let running = Mutex(0)
    private let ended = WakeSignal()

    init(
        store: Store, catalog: ProviderCatalog, loop: DeliveryLoop, fanOutWorker: FanOutWorker,
        inboxWorker: InboxWorker, lease: Int64,
        logger: Logger
    ) {
        self.store = store
        self.catalog = catalog
        self.loop = loop
        self.fanOutWorker = fanOutWorker
        self.inboxWorker = inboxWorker
        self.lease = lease
        self.logger = logger
    }

    var meter: DeliveryMeter { loop.meter }
    var isRunning: Bool { running.withLock { $0 } == Self.threads }

    func wake() {
        fanOutWorker.wake()
        loop.wake()
    }

    func reloadProviders() { loop.reloadProviders() }

    /// There are webhooks to apply.
    func wakeInbox() { inboxWorker.wake() }

    /// Settles what an earlier process left, then starts both loops. The caller holds the `DeliveryLock`.
    func start() throws {
        // By the lock their processes are gone, however lately they were seen.
        try store.endLeases(except: lease)
        let settled = try store.settleAbandoned(lease: lease, at: .now()) { [store, catalog] id in
            guard let account = (try? store.provider(id)) ?? nil else { return false }
            return catalog.capabilities(of: account).repeatsSafely
        }
        if !settled.isEmpty {
            logger.notice(
                "released the claims of an earlier run",
                metadata: [
                    "unknown": "\(settled[.lostTrack] ?? 0)", "repeated": "\(settled[.repeatSafely] ?? 0)",
                ])
        }
        running.withLock { $0 = Self.threads }
        let works: [(String, @Sendable () -> Void)] = [
            ("delivery", { [loop] in loop.run() }), ("fan-out", { [fanOutWorker] in fanOutWorker.run() }),
            ("inbox", { [inboxWorker] in inboxWorker.run() }),
        ]
        for (name, work) in works {
            let thread = Thread { [weak self] in
                work()
                self?.running.withLock { $0 -= 1 }
                self?.ended.raise()
            }
            thread.name = name
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// Ends both loops, lets hand-overs end within the grace, records their outcomes.
    func stop() {
        fanOutWorker.requestStop()
        inboxWorker.requestStop()
        loop.requestStop()
        while running.withLock({ $0 }) > 0 { ended.wait(atMost: .seconds(1)) }
        loop.drain(grace: Self.drainGrace)
    }
}

/// Only one process delivers from a folder; the lock ends with the process, however it ends.
final class DeliveryLock {
    private let descriptor: Int32

    init(folder: String) throws {
        descriptor = open(folder + "/delivery.lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw Unusable(
                "Another process already delivers from \(folder). Stop it, or start this one with --no-delivery.")
        }
    }

    deinit { close(descriptor) }
}
