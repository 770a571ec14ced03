import Foundation
import Logging
import Messaging
import Providers
import Storage
import Synchronization

/// Fan-out, delivery and webhook processing, each on a thread of its own.
final class Delivery: Sendable {
    /// Time allowed for submissions in flight when the process stops.
    static let drainGrace: Duration = .seconds(20)

    /// Number of threads while delivering.
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

    /// Wakes the inbox worker to process new webhooks.
    func wakeInbox() { inboxWorker.wake() }

    /// Recovers work left by an earlier process, then starts both loops. The caller holds the `DeliveryLock`.
    func start() throws {
        // The lock proves that the processes of other leases have ended, however recently they were seen.
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

    /// Stops both loops, lets submissions finish within the grace period, and records their outcomes.
    func stop() {
        fanOutWorker.requestStop()
        inboxWorker.requestStop()
        loop.requestStop()
        while running.withLock({ $0 }) > 0 { ended.wait(atMost: .seconds(1)) }
        loop.drain(grace: Self.drainGrace)
    }
}

/// Ensures that only one process delivers from a folder. The kernel releases the lock when the process ends, even after a
/// crash.
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
