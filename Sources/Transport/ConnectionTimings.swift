import Foundation

/// How patient the connections are.
public struct ConnectionTimings: Sendable, Hashable {
    /// Name look-up, TCP, TLS, greeting, EHLO and login together.
    public var connect: Duration = .seconds(60)
    /// For an answer to a command, or for the server to take more bytes. RFC 5321 section 4.5.3.2 would allow five
    /// minutes; a server that slow holds a slot that others could use.
    public var reply: Duration = .seconds(60)
    /// For the answer to a whole message. The RFC allows ten minutes; giving up early leaves a message in doubt, so
    /// this is longer than the others.
    public var finalReply: Duration = .seconds(120)
    /// An open connection without work says QUIT after this long.
    public var idle: Duration = .seconds(10)
    /// For the answer to QUIT, which changes nothing any more.
    public var quit: Duration = .seconds(5)
    /// After the first failure; doubled by each further one.
    public var firstRetry: Duration = .seconds(1)
    public var longestRetry: Duration = .seconds(60)
    /// The same after a wrong password or a certificate that is not trusted: a person has to act, and servers lock out
    /// those who try too often.
    public var firstConfigurationRetry: Duration = .seconds(60)
    public var longestConfigurationRetry: Duration = .seconds(300)

    /// How long before an access token expires the next one is fetched.
    public var tokenMargin: Duration = .seconds(60)

    public init() {}

    public static let standard = ConnectionTimings()
}

/// Moments of the monotonic clock, in nanoseconds.
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
