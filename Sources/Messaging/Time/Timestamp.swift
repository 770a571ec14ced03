import Foundation

/// A moment, in whole milliseconds since 1970-01-01T00:00:00Z, as the store keeps it.
public struct Timestamp: Hashable, Comparable, Codable, Sendable {
    public var milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }
    // Moments and delays come from servers too: what does not fit ends at the first or last moment instead of trapping.
    public static func + (moment: Timestamp, delay: Duration) -> Timestamp {
        let (sum, overflows) = moment.milliseconds.addingReportingOverflow(delay.milliseconds)
        return Timestamp(milliseconds: overflows ? (delay < .zero ? .min : .max) : sum)
    }
    public static func - (moment: Timestamp, delay: Duration) -> Timestamp {
        let (rest, overflows) = moment.milliseconds.subtractingReportingOverflow(delay.milliseconds)
        return Timestamp(milliseconds: overflows ? (delay < .zero ? .max : .min) : rest)
    }
    public static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        .milliseconds(later.milliseconds) - .milliseconds(earlier.milliseconds)
    }

    public static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// RFC 3339 in UTC with milliseconds, e.g. `2026-12-24T08:00:00.000Z`.
    public var rfc3339: String {
        let parts = CivilTime(self)
        let fraction = ((milliseconds % 1000) + 1000) % 1000
        guard (0...9999).contains(parts.year) else {
            return "\(parts.date)T\(parts.clock).\(Self.pad(fraction, 3))Z"
        }
        // Every line of the log and every moment of an answer is one of these.
        return String(unsafeUninitializedCapacity: 24) { bytes in
            var end = 0
            func put(_ number: Int64, _ width: Int, _ mark: Character) {
                var rest = number
                for place in stride(from: end + width - 1, through: end, by: -1) {
                    bytes[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                }
                bytes[end + width] = mark.asciiValue ?? 0
                end += width + 1
            }
            put(parts.year, 4, "-")
            put(parts.month, 2, "-")
            put(parts.day, 2, "T")
            put(parts.hour, 2, ":")
            put(parts.minute, 2, ":")
            put(parts.second, 2, ".")
            put(fraction, 3, "Z")
            return end
        }
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
    /// Whole milliseconds, rounded towards zero. A duration of more than 292 million years counts as that long.
    public var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1000)
        let (sum, overflowsToo) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        return overflows || overflowsToo ? (seconds < 0 ? .min : .max) : sum
    }
}

/// Where the domain reads the time, so that tests can pass their own.
public struct WallClock: Sendable {
    public var now: @Sendable () -> Timestamp
    public init(now: @escaping @Sendable () -> Timestamp) { self.now = now }
    public static let system = WallClock { Timestamp.now() }
}
