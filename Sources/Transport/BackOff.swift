/// When a provider that failed is tried again: after 1, 2, 4 … 60 s; after a fault of its configuration 60, 120 …
/// 300 s (`ConnectionTimings`). Failures that come together count once.
struct BackOff {
    private(set) var failures = 0
    /// In words for people; `nil` when the last try went well.
    private(set) var trouble: String?
    private(set) var retryAt: Tick = 0

    func isOver(_ now: Tick) -> Bool { now >= retryAt }

    /// - Parameter atLeast: what the other side asked for, if anything; at most an hour is believed.
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

    /// A connection is open. The count stays until a message was answered: a server may greet well and then hang up.
    mutating func connectionOpened() { trouble = nil }
    mutating func messageAnswered() { (failures, retryAt) = (0, 0) }
}

/// Why a connection could not be opened or used, in words a stranger understands.
struct ConnectionFailure: Error, Hashable {
    var words: String
    /// Trying again helps little until a person changed something.
    var isConfiguration = false
}
