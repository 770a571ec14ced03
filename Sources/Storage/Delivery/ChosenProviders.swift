import Messaging
import Synchronization

/// Which provider each broadcast's queue was frozen with, as far as it was looked up.
final class ChosenProviders: Sendable {
    /// Queues remembered: far more than are ever due at once, and a few hundred kilobytes.
    private static let capacity = 4096
    private let queues = Mutex<[Int64: Int64?]>([:])

    /// `nil`: not looked up yet.
    func known(_ queue: Int64) -> Int64?? { queues.withLock { $0[queue] } }

    func note(_ provider: Int64?, of queue: Int64) {
        queues.withLock { queues in
            if queues.count >= Self.capacity { queues.removeAll(keepingCapacity: true) }
            queues.updateValue(provider, forKey: queue)
        }
    }

    /// A broadcast that went back to draft may be frozen with another.
    func forget(broadcast: Int64) {
        queues.withLock { queues in
            for channel in DeliveryChannel.allCases {
                queues[MessageQueue.number(broadcast: broadcast, channel: channel)] = nil
            }
        }
    }
}
