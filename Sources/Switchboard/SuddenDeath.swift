import Foundation
import Synchronization

/// Simulates power loss by killing the process at its n-th commit: `before:17` when the 17th has run but is not on
/// disk, `after:17` when it is on disk but not yet reported. For tests only.
final class SuddenDeath: Sendable {
    private let isBefore: Bool
    private let number: Int
    private let begun = Mutex(0)

    init(_ text: String) throws {
        let parts = text.split(separator: ":")
        guard parts.count == 2, ["before", "after"].contains(parts[0]), let number = Int(parts[1]), number > 0 else {
            throw Unusable("die-at-commit must be before:N or after:N with N from 1, not “\(text)”.")
        }
        isBefore = parts[0] == "before"
        self.number = number
    }

    @Sendable func beforeCommit() {
        let count = begun.withLock { count in
            count += 1
            return count
        }
        if isBefore, count == number { kill(getpid(), SIGKILL) }
    }

    /// Called after each commit; commits never overlap.
    @Sendable func afterCommit() {
        if !isBefore, begun.withLock({ $0 }) == number { kill(getpid(), SIGKILL) }
    }
}
