/// A token bucket: `rate` hand-overs a second, saved up for at most one second. Pure: the time is passed in.
public struct RateBucket: Sendable, Hashable {
    public let rate: Double
    private var tokens: Double
    private var filledAt: Timestamp

    /// - Parameters:
    ///   - rate: hand-overs a second, more than 0.
    ///   - isEmpty: nothing was saved up, for instance because it was used just before a restart.
    public init(rate: Double, isEmpty: Bool = false, at now: Timestamp) {
        self.rate = rate
        tokens = isEmpty ? 0 : max(1, rate)
        filledAt = now
    }

    /// How many may leave now. A clock that went back fills nothing.
    public mutating func available(at now: Timestamp) -> Int {
        let elapsed = max(0, Double((now - filledAt).milliseconds) / 1000)
        tokens = min(max(1, rate), tokens + elapsed * rate)
        filledAt = now
        return Int(tokens)
    }

    public mutating func take(_ count: Int) { tokens -= Double(count) }

    /// How long until one more may leave.
    public var untilNext: Duration { tokens >= 1 ? .zero : .milliseconds(Int64((1 - tokens) / rate * 1000) + 1) }
}
