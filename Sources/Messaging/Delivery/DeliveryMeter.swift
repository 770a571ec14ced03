import Synchronization

/// Counters of the delivery loop since the start, for `/metrics` and `/readyz`.
public final class DeliveryMeter: Sendable {
    public struct Reading: Sendable {
        public var outcomes: [Key: Int] = [:]
        public var refusedTransitions = 0
        public var storeFailures = 0
        public var inFlight = 0
        public var lastStepAt: Timestamp?
        public var claimToRecordMilliseconds: Int64 = 0
    }
    public struct Key: Hashable, Sendable {
        public var providerID: Int64
        public var result: AttemptResult
    }

    private let reading = Mutex(Reading())

    public init() {}

    public var current: Reading { reading.withLock { $0 } }

    func note(_ completion: AttemptCompletion, took: Duration) {
        reading.withLock {
            $0.outcomes[Key(providerID: completion.providerID, result: completion.result), default: 0] += 1
            $0.claimToRecordMilliseconds = took.milliseconds
        }
    }

    func noteStep(at now: Timestamp, inFlight: Int) {
        reading.withLock {
            $0.lastStepAt = now
            $0.inFlight = inFlight
        }
    }

    func noteRefused(_ count: Int) { reading.withLock { $0.refusedTransitions += count } }
    func noteStoreFailure() { reading.withLock { $0.storeFailures += 1 } }
}
