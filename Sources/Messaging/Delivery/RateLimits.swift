/// How fast a provider may be asked; `nil` where there is no limit.
public struct RateLimits: Sendable, Hashable {
    /// Hand-overs a second, more than 0; less than one is one every so many seconds.
    public var perSecond: Double?
    /// Hand-overs in any 60 seconds, more than 0.
    public var perMinute: Int?
    /// Hand-overs in any 24 hours, more than 0.
    public var perDay: Int?

    public init(perSecond: Double? = nil, perMinute: Int? = nil, perDay: Int? = nil) {
        self.perSecond = perSecond
        self.perMinute = perMinute
        self.perDay = perDay
    }

    public var isUnlimited: Bool { self == RateLimits() }

    /// How long `count` hand-overs take at these rates and no faster; `nil` when nothing limits them.
    public func duration(of count: Int) -> Duration? {
        var seconds: Double?
        if let perSecond { seconds = Double(count) / perSecond }
        // The first minute's and the first day's share leave at once.
        if let perMinute { seconds = max(seconds ?? 0, Double(max(0, count - 1) / perMinute) * 60) }
        if let perDay { seconds = max(seconds ?? 0, Double(max(0, count - 1) / perDay) * 86_400) }
        return seconds.map { .milliseconds(Int64($0 * 1000)) }
    }
}

/// What left through a provider in one slot of time, as the store keeps it.
public struct UsageSlot: Sendable, Hashable {
    /// Length of the slot: one of `RateMeter.slotLengths`.
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

/// Keeps a provider within its rates. Pure: the time is passed in, and what it knew before a restart.
///
/// Minutes and days are windows that slide, counted in slots of 5 seconds and of an hour. A slot counts until all of it
/// is old enough, so no window of 60 seconds or 24 hours ever holds more than its limit; the price is that a place comes
/// free up to one slot late. A clock that went back frees nothing.
public struct RateMeter: Sendable, Hashable {
    /// In seconds; the store keeps a row for each.
    public static let slotLengths: [Int64] = [5, 3600]

    public let limits: RateLimits
    private var bucket: RateBucket?
    private var minute: SlidingCount?
    private var day: SlidingCount?

    public init(_ limits: RateLimits, usage: [UsageSlot] = [], at now: Timestamp) {
        self.limits = limits
        bucket = limits.perSecond.map { rate in
            // What the last second let through is only known to the slot, so one that was used at all gave everything.
            let oldest = (now - .milliseconds(Int64(1000 / min(rate, 1)))).milliseconds / 5000
            let wasUsed = usage.contains { $0.seconds == 5 && $0.number >= oldest && $0.used > 0 }
            return RateBucket(rate: rate, isEmpty: wasUsed, at: now)
        }
        minute = limits.perMinute.map { SlidingCount(limit: $0, slotSeconds: 5, period: 60, usage: usage) }
        day = limits.perDay.map { SlidingCount(limit: $0, slotSeconds: 3600, period: 86_400, usage: usage) }
    }

    /// How many may leave now.
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

    /// How long until one more may leave; zero when one may leave now.
    public func untilNext(at now: Timestamp) -> Duration {
        var wait = bucket?.untilNext ?? .zero
        if let minute { wait = max(wait, minute.untilNext(at: now)) }
        if let day { wait = max(wait, day.untilNext(at: now)) }
        return wait
    }

    /// The limit that holds everything back right now, in words; `nil` when something may leave.
    public func heldBy(at now: Timestamp) -> String? {
        if let day, day.untilNext(at: now) > .zero { return "its limit of \(day.limit) a day" }
        if let minute, minute.untilNext(at: now) > .zero { return "its limit of \(minute.limit) a minute" }
        return nil
    }
}

/// How much was used in a window that slides in slots.
private struct SlidingCount: Sendable, Hashable {
    let limit: Int
    private let slotMilliseconds: Int64
    private let periodMilliseconds: Int64
    /// Oldest first. Those in the future, of a clock that went back, count too.
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
