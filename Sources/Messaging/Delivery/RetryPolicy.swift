/// Why an attempt may be worth repeating.
public enum RetryReason: Sendable, Hashable, CaseIterable {
    /// A fault that passes: a 4xx of a mail server, a 5xx of an HTTP gateway, no route.
    case transient
    /// The mail server asks to be tried again before it believes us.
    case greylisted
    /// The provider is asked too much; it may say for how long.
    case throttled
    /// The connection was lost before anything of the message was handed over.
    case brokenBeforeBody
}

public enum RetryDecision: Sendable, Equatable {
    case again(after: Duration)
    case giveUp
}

/// When a message is tried again, and when no more. Pure: time and chance are passed in.
///
/// `attempt` counts the attempts made, the one just failed included. Without jitter:
///
/// | attempt | transient | greylisted | throttled | connection broken |
/// |---|---|---|---|---|
/// | 1 | 30 s | 60 s | 30 s | 0 s |
/// | 2 | 60 s | 120 s | 60 s | 60 s |
/// | 3 | 120 s | 240 s | 120 s | 120 s |
/// | 4 | 240 s | 480 s | 240 s | 240 s |
/// | 5 | 480 s | 960 s | 480 s | 480 s |
/// | 6 | 960 s | 1920 s | 960 s | 960 s |
/// | 7 | 1920 s | 3600 s | 1920 s | 1920 s |
/// | 8 | 3600 s | 3600 s | 3600 s | 3600 s |
/// | 11 | 3600 s | 3600 s | 3600 s | 3600 s |
/// | 12 | give up | give up | 3600 s | give up |
/// | 23 | give up | give up | 3600 s | give up |
/// | 24 | give up | give up | give up | give up |
///
/// Each is then moved by up to 20 % either way, so that messages that failed together do not come back together. A
/// `Retry-After` is a promise to stay away: the delay is never shorter, and its jitter only adds.
public struct RetryPolicy: Sendable, Equatable {
    /// First delay.
    public var base: Duration = .seconds(30)
    /// First delay after greylisting; servers commonly ask for one to five minutes.
    public var greylistBase: Duration = .seconds(60)
    /// Longest delay, before jitter.
    public var cap: Duration = .seconds(3600)
    /// Longest `Retry-After` believed.
    public var longestRetryAfter: Duration = .seconds(24 * 3600)
    /// Attempts in all before a message fails; twelve take about five hours.
    public var attempts = 12
    /// Attempts in all while throttled: the provider is well, only busy.
    public var throttledAttempts = 24

    public init() {}

    /// - Parameters:
    ///   - attempt: attempts made so far, from 1.
    ///   - retryAfter: what the provider asked for, if anything.
    ///   - jitter: a random number, 0 ..< 1; 0.5 means no shift. Values outside are brought inside.
    public func decision(
        attempt: Int, reason: RetryReason, retryAfter: Duration? = nil, jitter: Double
    ) -> RetryDecision {
        guard attempt < (reason == .throttled ? throttledAttempts : attempts) else { return .giveUp }
        let chance = min(max(jitter, 0), 1)
        let delay = backoff(attempt: attempt, reason: reason) * (1 + 0.4 * (chance - 0.5))
        guard let retryAfter, retryAfter > .zero else { return .again(after: delay) }
        return .again(after: max(delay, min(retryAfter, longestRetryAfter) * (1 + 0.2 * chance)))
    }

    private func backoff(attempt: Int, reason: RetryReason) -> Duration {
        if reason == .brokenBeforeBody, attempt <= 1 { return .zero }
        var delay = reason == .greylisted ? greylistBase : base
        for _ in 1..<max(attempt, 1) where delay < cap { delay *= 2 }
        return min(delay, cap)
    }
}
