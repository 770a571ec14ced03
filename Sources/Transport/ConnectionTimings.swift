import Foundation

/// Timeouts and retry delays of provider connections.
public struct ConnectionTimings: Sendable, Hashable {
    /// Limit for name look-up, TCP, TLS, greeting, EHLO and login together.
    public var connect: Duration = .seconds(60)
    /// Limit for a reply to a command, or for the server to accept more bytes. RFC 5321 section 4.5.3.2 allows five
    /// minutes, but a server that slow holds a slot that others could use.
    public var reply: Duration = .seconds(60)
    /// Limit for the reply to a whole message. The RFC allows ten minutes; longer than the other limits because giving
    /// up early leaves a message in doubt.
    public var finalReply: Duration = .seconds(120)
    /// Idle time after which a connection sends QUIT.
    public var idle: Duration = .seconds(10)
    /// Limit for the reply to QUIT, which no longer affects any message.
    public var quit: Duration = .seconds(5)
    /// Delay after the first failure; doubles with each further failure.
    public var firstRetry: Duration = .seconds(1)
    public var longestRetry: Duration = .seconds(60)
    /// Initial delay after a wrong password or an untrusted certificate. Longer because someone has to act, and servers
    /// lock out clients that retry too often.
    public var firstConfigurationRetry: Duration = .seconds(60)
    public var longestConfigurationRetry: Duration = .seconds(300)

    /// How long before its expiry an access token is renewed.
    public var tokenMargin: Duration = .seconds(60)

    public init() {}

    public static let standard = ConnectionTimings()
}

/// Monotonic clock reading in nanoseconds.
typealias Tick = Int64

extension Tick {
    static let never = Tick.max

    static func now() -> Tick {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    static func + (tick: Tick, delay: Duration) -> Tick {
        let (seconds, attoseconds) = delay.components
        // A delay that the clock cannot count, of 292 years, never ends.
        let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (nanoseconds, overflowsToo) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        let (sum, overflowsLast) = tick.addingReportingOverflow(nanoseconds)
        return overflows || overflowsToo || overflowsLast ? (seconds < 0 ? .min : .never) : sum
    }
}
