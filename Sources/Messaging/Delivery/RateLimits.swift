/// Rate limits of a provider; `nil` means unlimited.
public struct RateLimits: Sendable, Hashable {
    /// Submissions per second, greater than 0; fractions less than one are allowed.
    public var perSecond: Double?
    /// Submissions in any 60 seconds, greater than 0.
    public var perMinute: Int?
    /// Submissions in any 24 hours, greater than 0.
    public var perDay: Int?

    public init(perSecond: Double? = nil, perMinute: Int? = nil, perDay: Int? = nil) {
        self.perSecond = perSecond
        self.perMinute = perMinute
        self.perDay = perDay
    }

    public var isUnlimited: Bool { self == RateLimits() }

    /// Minimum duration of `count` submissions at these rates; `nil` if unlimited.
    public func duration(of count: Int) -> Duration? {
        var seconds: Double?
        if let perSecond { seconds = Double(count) / perSecond }
        // The first minute's and the first day's quota is available immediately.
        if let perMinute { seconds = max(seconds ?? 0, Double(max(0, count - 1) / perMinute) * 60) }
        if let perDay { seconds = max(seconds ?? 0, Double(max(0, count - 1) / perDay) * 86_400) }
        return seconds.map { .milliseconds(Int64($0 * 1000)) }
    }
}

/// Submissions of a provider in one time slot, as stored.
public struct UsageSlot: Sendable, Hashable {
    /// Length of the slot in seconds: one of `RateMeter.slotLengths`.
    public var seconds: Int64
    /// Slots since the epoch.
    public var number: Int64
    public var used: Int

    public init(seconds: Int64, number: Int64, used: Int) {
        self.seconds = seconds
        self.number = number
        self.used = used
    }
}

/// Enforces a provider's rate limits. Pure: the time and the stored usage are passed in.
///
/// Minutes and days are sliding windows made of slots of 5 seconds and of an hour. A slot counts until all of it has
/// left the window, so no 60 seconds or 24 hours ever exceed the limit; in return, capacity is freed up to one slot
/// late. A clock set back frees nothing.
public struct RateMeter: Sendable, Hashable {
    /// Slot lengths in seconds; the store keeps a row for each.
    public static let slotLengths: [Int64] = [5, 3600]

    public let limits: RateLimits
    private var bucket: RateBucket?
    private var minute: SlidingCount?
    private var day: SlidingCount?

    public init(_ limits: RateLimits, usage: [UsageSlot] = [], at now: Timestamp) {
        self.limits = limits
        bucket = limits.perSecond.map { rate in
            // Usage within the last second is known only per slot, so a used slot counts as a full second's quota.
            let oldest = (now - .milliseconds(Int64(1000 / min(rate, 1)))).milliseconds / 5000
            let wasUsed = usage.contains { $0.seconds == 5 && $0.number >= oldest && $0.used > 0 }
            return RateBucket(rate: rate, isEmpty: wasUsed, at: now)
        }
        minute = limits.perMinute.map { SlidingCount(limit: $0, slotSeconds: 5, period: 60, usage: usage) }
        day = limits.perDay.map { SlidingCount(limit: $0, slotSeconds: 3600, period: 86_400, usage: usage) }
    }

    /// Number of submissions allowed now.
    public mutating func available(at now: Timestamp) -> Int {
        var allowed = Int.max
        if let tokens = bucket?.available(at: now) { allowed = tokens }
        if let left = minute?.available(at: now) { allowed = min(allowed, left) }
        if let left = day?.available(at: now) { allowed = min(allowed, left) }
        return allowed
    }

    public mutating func take(_ count: Int, at now: Timestamp) {
        bucket?.take(count)
        minute?.take(count, at: now)
        day?.take(count, at: now)
    }

    /// Time until the next submission is allowed; zero if one is allowed now.
    public func untilNext(at now: Timestamp) -> Duration {
        var wait = bucket?.untilNext ?? .zero
        if let minute { wait = max(wait, minute.untilNext(at: now)) }
        if let day { wait = max(wait, day.untilNext(at: now)) }
        return wait
    }

    /// Description of the limit in effect; `nil` if a submission is allowed.
    public func heldBy(at now: Timestamp) -> String? {
        if let day, day.untilNext(at: now) > .zero { return "its limit of \(day.limit) a day" }
        if let minute, minute.untilNext(at: now) > .zero { return "its limit of \(minute.limit) a minute" }
        return nil
    }
}

/// Usage in a sliding window of slots.
private struct SlidingCount: Sendable, Hashable {
    let limit: Int
    private let slotMilliseconds: Int64
    private let periodMilliseconds: Int64
    /// Sorted by time. Future slots, left by a clock set back, count too.
    private var slots: [Int64: Int] = [:]

    init(limit: Int, slotSeconds: Int64, period: Int64, usage: [UsageSlot]) {
        self.limit = limit
        slotMilliseconds = slotSeconds * 1000
        periodMilliseconds = period * 1000
        for slot in usage where slot.seconds == slotSeconds { slots[slot.number, default: 0] += slot.used }
    }

    private func oldest(at now: Timestamp) -> Int64 { (now.milliseconds - periodMilliseconds) / slotMilliseconds }

    mutating func available(at now: Timestamp) -> Int {
        let oldest = oldest(at: now)
        if slots.keys.contains(where: { $0 < oldest }) { slots = slots.filter { $0.key >= oldest } }
        return max(0, limit - slots.values.reduce(0, +))
    }

    mutating func take(_ count: Int, at now: Timestamp) {
        slots[now.milliseconds / slotMilliseconds, default: 0] += count
    }

    func untilNext(at now: Timestamp) -> Duration {
        let oldest = oldest(at: now)
        var used = slots.reduce(0) { $0 + ($1.key >= oldest ? $1.value : 0) }
        guard used >= limit else { return .zero }
        for (slot, count) in slots.sorted(by: { $0.key < $1.key }) where slot >= oldest {
            used -= count
            guard used < limit else { continue }
            return .milliseconds(max(1, (slot + 1) * slotMilliseconds + periodMilliseconds - now.milliseconds))
        }
        return .milliseconds(slotMilliseconds)
    }
}
