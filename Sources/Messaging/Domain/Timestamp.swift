import Foundation

/// A moment, in whole milliseconds since 1970-01-01T00:00:00Z, as the store keeps it.
public struct Timestamp: Hashable, Comparable, Codable, Sendable {
    public var milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }
    public static func + (moment: Timestamp, delay: Duration) -> Timestamp {
        Timestamp(milliseconds: moment.milliseconds + delay.milliseconds)
    }
    public static func - (moment: Timestamp, delay: Duration) -> Timestamp {
        Timestamp(milliseconds: moment.milliseconds - delay.milliseconds)
    }
    public static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        .milliseconds(later.milliseconds - earlier.milliseconds)
    }

    public static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// RFC 3339 in UTC with milliseconds, e.g. `2026-12-24T08:00:00.000Z`.
    public var rfc3339: String {
        let parts = CivilTime(self)
        let fraction = Self.pad(((milliseconds % 1000) + 1000) % 1000, 3)
        return "\(parts.date)T\(parts.clock).\(fraction)Z"
    }

    /// Reads an RFC 3339 date-time (section 5.6) with any offset; `nil` when it is not one.
    public init?(rfc3339 text: String) {
        guard let moment = CivilTime.parse(rfc3339: text) else { return nil }
        self = moment
    }

    static func pad(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return digits.count >= width ? digits : String(repeating: "0", count: width - digits.count) + digits
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero.
    public var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}

/// Where the domain reads the time, so that tests can pass their own.
public struct WallClock: Sendable {
    public var now: @Sendable () -> Timestamp
    public init(now: @escaping @Sendable () -> Timestamp) { self.now = now }
    public static let system = WallClock { Timestamp.now() }
}
