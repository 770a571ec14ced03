import Messaging
import Testing

struct RetryPolicyTests {
    private let policy = RetryPolicy()

    /// Seconds for transient, greylisted, throttled and broken connection; nil means giving up.
    @Test("Delays follow the documented table", arguments: tableCases)
    func table(attempt: Int, seconds: [Int?]) {
        let reasons: [RetryReason] = [.transient, .greylisted, .throttled, .brokenBeforeBody]
        for (reason, seconds) in zip(reasons, seconds) {
            let expected: RetryDecision = seconds.map { .again(after: .seconds($0)) } ?? .giveUp
            #expect(policy.decision(attempt: attempt, reason: reason, jitter: 0.5) == expected, "\(reason)")
        }
    }

    @Test("Jitter shifts the delay by at most 20 % either way")
    func jitter() {
        #expect(policy.decision(attempt: 1, reason: .transient, jitter: 0) == .again(after: .seconds(24)))
        #expect(policy.decision(attempt: 1, reason: .transient, jitter: 1) == .again(after: .seconds(36)))
        #expect(policy.decision(attempt: 1, reason: .transient, jitter: 99) == .again(after: .seconds(36)))
    }

    @Test("Retry-After is a lower bound, respected for up to a day")
    func retryAfter() {
        func again(_ seconds: Int, jitter: Double) -> RetryDecision {
            policy.decision(attempt: 1, reason: .throttled, retryAfter: .seconds(seconds), jitter: jitter)
        }
        #expect(again(100, jitter: 0) == .again(after: .seconds(100)))
        #expect(again(100, jitter: 1) == .again(after: .seconds(120)))
        #expect(again(1, jitter: 0.5) == .again(after: .seconds(30)))
        #expect(again(-5, jitter: 0.5) == .again(after: .seconds(30)))
        #expect(again(1_000_000, jitter: 0) == .again(after: .seconds(86400)))
    }
}

private let tableCases: [(Int, [Int?])] = [
    (1, [30, 60, 30, 0]), (2, [60, 120, 60, 60]), (3, [120, 240, 120, 120]), (4, [240, 480, 240, 240]),
    (5, [480, 960, 480, 480]), (6, [960, 1920, 960, 960]), (7, [1920, 3600, 1920, 1920]),
    (8, [3600, 3600, 3600, 3600]), (11, [3600, 3600, 3600, 3600]), (12, [nil, nil, 3600, nil]),
    (23, [nil, nil, 3600, nil]), (24, [nil, nil, nil, nil]),
]
