/// Reason why an attempt may be repeated.
public enum RetryReason: Sendable, Hashable, CaseIterable {
    /// Temporary failure: a 4xx from a mail server, a 5xx from an HTTP gateway, no route.
    case transient
    /// Greylisting: the mail server wants the message to be retried later.
    case greylisted
    /// Rate limit of the provider, which may state a delay.
    case throttled
    /// The connection was lost before any of the message was handed over.
    case brokenBeforeBody
}

public enum RetryDecision: Sendable, Equatable {
    case again(after: Duration)
    case giveUp
}

/// Exponential backoff with jitter and a maximum number of attempts. Pure: time and randomness are passed in.
///
/// `attempt` counts the attempts made, including the one that just failed. Without jitter:
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
/// Each delay is then shifted by up to 20 % either way, so that messages that failed together are not retried together.
/// `Retry-After` is a lower bound: the delay is never shorter, and its jitter only adds.
public struct RetryPolicy: Sendable, Equatable {
    /// First delay.
    public var base: Duration = .seconds(30)
    /// First delay after greylisting; servers commonly require one to five minutes.
    public var greylistBase: Duration = .seconds(60)
    /// Maximum delay, before jitter.
    public var cap: Duration = .seconds(3600)
    /// Maximum `Retry-After` respected.
    public var longestRetryAfter: Duration = .seconds(24 * 3600)
    /// Maximum attempts before a message fails; twelve take about five hours.
    public var attempts = 12
    /// Maximum attempts while throttled: the provider works but is busy.
    public var throttledAttempts = 24

    public init() {}

    /// - Parameters:
    ///   - attempt: attempts made so far, from 1.
    ///   - retryAfter: delay requested by the provider, if any.
    ///   - jitter: a random number, 0 ..< 1; 0.5 means no shift. Clamped to that range.
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
