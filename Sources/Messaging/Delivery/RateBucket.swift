/// Token bucket of `rate` submissions per second with a burst of one second. Pure: the time is passed in.
public struct RateBucket: Sendable, Hashable {
    public let rate: Double
    private var tokens: Double
    private var filledAt: Timestamp

    /// - Parameters:
    ///   - rate: submissions per second, greater than 0.
    ///   - isEmpty: start without tokens, for example after a restart.
    public init(rate: Double, isEmpty: Bool = false, at now: Timestamp) {
        self.rate = rate
        tokens = isEmpty ? 0 : max(1, rate)
        filledAt = now
    }

    /// Number of submissions allowed now. A clock set back adds no tokens.
    public mutating func available(at now: Timestamp) -> Int {
        let elapsed = max(0, Double((now - filledAt).milliseconds) / 1000)
        tokens = min(max(1, rate), tokens + elapsed * rate)
        filledAt = now
        return Int(tokens)
    }

    public mutating func take(_ count: Int) { tokens -= Double(count) }

    /// Time until the next submission is allowed.
    public var untilNext: Duration { tokens >= 1 ? .zero : .milliseconds(Int64((1 - tokens) / rate * 1000) + 1) }
}
