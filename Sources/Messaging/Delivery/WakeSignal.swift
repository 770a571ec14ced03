import Foundation

/// Auto-reset event that wakes a waiting loop. If raised before the wait begins, the wait returns immediately, so no
/// wake-up is lost.
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

    /// Returns when raised or after `limit`. Releases only one waiter.
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
