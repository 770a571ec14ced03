/// Retry schedule of a failing provider: 1, 2, 4 … 60 s; for configuration errors 60, 120 … 300 s
/// (`ConnectionTimings`). Simultaneous failures count once.
struct BackOff {
    private(set) var failures = 0
    /// Human-readable reason of the last failure; `nil` after a success.
    private(set) var trouble: String?
    private(set) var retryAt: Tick = 0

    func isOver(_ now: Tick) -> Bool { now >= retryAt }

    /// - Parameter atLeast: delay requested by the peer, if any; capped at one hour.
    mutating func note(_ failure: ConnectionFailure, now: Tick, timings: ConnectionTimings, atLeast: Duration? = nil) {
        trouble = failure.words
        if isOver(now) {
            let first = failure.isConfiguration ? timings.firstConfigurationRetry : timings.firstRetry
            let longest = failure.isConfiguration ? timings.longestConfigurationRetry : timings.longestRetry
            retryAt = now + min(first * (1 << min(failures, 16)), longest)
            failures += 1
        }
        if let atLeast { retryAt = max(retryAt, now + min(atLeast, Self.longestAsked)) }
    }

    private static let longestAsked: Duration = .seconds(3600)

    /// Records an open connection. The failure count stays until a message is answered, because a server may greet and
    /// then hang up.
    mutating func connectionOpened() { trouble = nil }
    mutating func messageAnswered() { (failures, retryAt) = (0, 0) }
}

/// Reason why a connection could not be opened or used, written for end users.
struct ConnectionFailure: Error, Hashable {
    var words: String
    /// Retrying is pointless until someone changes the configuration.
    var isConfiguration = false
}
