import Messaging
import Synchronization

/// The signals a store gave, in their order.
final class Told: Sendable {
    private let kept = Mutex<[WorkSignal]>([])
    var signals: [WorkSignal] { kept.withLock { $0 } }
    func note(_ signal: WorkSignal) { kept.withLock { $0.append(signal) } }
}
