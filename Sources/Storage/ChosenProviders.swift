import Messaging
import Synchronization

/// Which provider each broadcast's lane was frozen with, as far as it was looked up.
final class ChosenProviders: Sendable {
    /// Lanes remembered: far more than are ever due at once, and a few hundred kilobytes.
    private static let capacity = 4096
    private let lanes = Mutex<[Int64: Int64?]>([:])

    /// `nil`: not looked up yet.
    func known(_ lane: Int64) -> Int64?? { lanes.withLock { $0[lane] } }

    func note(_ provider: Int64?, of lane: Int64) {
        lanes.withLock { lanes in
            if lanes.count >= Self.capacity { lanes.removeAll(keepingCapacity: true) }
            lanes.updateValue(provider, forKey: lane)
        }
    }

    /// A broadcast that went back to draft may be frozen with another.
    func forget(broadcast: Int64) {
        lanes.withLock { lanes in
            for channel in DeliveryChannel.allCases {
                lanes[Lane.number(broadcast: broadcast, channel: channel)] = nil
            }
        }
    }
}
