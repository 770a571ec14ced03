import Foundation

/// Wakes a loop that waits. Raised before the wait begins, it ends the wait at once, so no wake-up is ever missed.
///
/// `@unchecked Sendable`: `condition` guards `isRaised`.
public final class WakeSignal: @unchecked Sendable {
    private let condition = NSCondition()
    private var isRaised = false

    public init() {}

    public func raise() {
        condition.lock()
        isRaised = true
        condition.broadcast()
        condition.unlock()
    }

    /// Returns when raised, or after `limit`. The wait is over for one waiter only.
    public func wait(atMost limit: Duration) {
        let deadline = Date(timeIntervalSinceNow: Double(max(0, limit.milliseconds)) / 1000)
        condition.lock()
        while !isRaised {
            if !condition.wait(until: deadline) { break }
        }
        isRaised = false
        condition.unlock()
    }
}
