import Messaging
import Testing

@Suite("Provider rate limits")
struct RateMeterTests {
    static let noon = Timestamp(milliseconds: 1_800_000_000_000)

    /// Uses all available capacity at each step and returns the time of each submission.
    static func run(_ meter: inout RateMeter, from start: Timestamp, steps: Int, every step: Duration) -> [Timestamp] {
        var left: [Timestamp] = []
        var now = start
        for _ in 0..<steps {
            let count = min(meter.available(at: now), 1000)
            meter.take(count, at: now)
            left += Array(repeating: now, count: count)
            now = now + step
        }
        return left
    }

    static func most(_ moments: [Timestamp], in period: Duration) -> Int {
        var most = 0
        var first = 0
        for (index, moment) in moments.enumerated() {
            while moment - moments[first] >= period { first += 1 }
            most = max(most, index - first + 1)
        }
        return most
    }

    @Test("No 60 seconds exceed the limit per minute, and every minute is used", arguments: [1, 7, 600])
    func minute(limit: Int) {
        var meter = RateMeter(RateLimits(perMinute: limit), at: Self.noon)
        let left = Self.run(&meter, from: Self.noon, steps: 6000, every: .milliseconds(100))
        #expect(Self.most(left, in: .seconds(60)) == limit)
        // Ten minutes, each at most one slot late.
        #expect(left.count >= limit * 9)
    }

    @Test("No 24 hours exceed the limit per day, whatever the limit per minute")
    func day() {
        var meter = RateMeter(RateLimits(perMinute: 60, perDay: 500), at: Self.noon)
        let left = Self.run(&meter, from: Self.noon, steps: 3 * 24 * 60, every: .seconds(60))
        #expect(Self.most(left, in: .seconds(86_400)) == 500)
        #expect(left.count == 1500)
    }

    @Test(
        "The next submission is allowed exactly when announced",
        arguments: [
            RateLimits(perSecond: 0.25), RateLimits(perMinute: 3), RateLimits(perDay: 2),
            RateLimits(perSecond: 2, perMinute: 3, perDay: 4),
        ])
    func next(limits: RateLimits) {
        var meter = RateMeter(limits, at: Self.noon)
        var now = Self.noon
        for _ in 0..<20 {
            meter.take(meter.available(at: now), at: now)
            #expect(meter.available(at: now) == 0)
            let wait = meter.untilNext(at: now)
            #expect(wait > .zero)
            now = now + wait
            #expect(meter.available(at: now) >= 1)
        }
    }

    @Test("Limits persist across a restart")
    func restart() {
        let limits = RateLimits(perSecond: 5, perMinute: 100, perDay: 120)
        let slot = Self.noon.milliseconds / 1000
        let usage = [
            UsageSlot(seconds: 5, number: slot / 5, used: 90), UsageSlot(seconds: 3600, number: slot / 3600, used: 110),
        ]
        var meter = RateMeter(limits, usage: usage, at: Self.noon)
        #expect(meter.available(at: Self.noon) == 0)
        // A second later: one second's quota, within what is left of the minute and the day.
        #expect(meter.available(at: Self.noon + .seconds(1)) == 5)
        meter.take(5, at: Self.noon + .seconds(1))
        #expect(meter.available(at: Self.noon + .seconds(2)) == 5)
        meter.take(5, at: Self.noon + .seconds(2))
        #expect(meter.available(at: Self.noon + .seconds(10)) == 0)
        #expect(meter.heldBy(at: Self.noon + .seconds(10)) == "its limit of 120 a day")
        #expect(meter.available(at: Self.noon + .seconds(80)) == 0)
        #expect(meter.available(at: Self.noon + .seconds(26 * 3600)) == 5)
    }

    @Test("A clock set back frees nothing, and one set forward no more than elapsed time does")
    func clock() {
        var meter = RateMeter(RateLimits(perSecond: 10, perMinute: 50), at: Self.noon)
        meter.take(meter.available(at: Self.noon), at: Self.noon)
        for back in [1, 60, 3600] {
            #expect(meter.available(at: Self.noon - .seconds(back)) == 0)
        }
        var left = 0
        var now = Self.noon + .seconds(3600)
        for _ in 0..<600 {
            let count = meter.available(at: now)
            meter.take(count, at: now)
            left += count
            now = now + .milliseconds(100)
        }
        #expect(left == 50)
    }

    @Test("The duration of a broadcast is estimated")
    func duration() {
        #expect(RateLimits().duration(of: 1_000_000) == nil)
        #expect(RateLimits(perSecond: 10).duration(of: 100) == .seconds(10))
        #expect(RateLimits(perMinute: 60).duration(of: 61) == .seconds(60))
        #expect(RateLimits(perSecond: 10, perDay: 100).duration(of: 250) == .seconds(2 * 86_400))
    }
}
