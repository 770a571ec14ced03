import Foundation
import Messaging
import Testing

@Suite("Schedule rule")
struct ScheduleRuleTests {
    /// 2026-03-28T12:00:30Z
    let rule = ScheduleRule(now: Timestamp(rfc3339: "2026-03-28T12:00:30Z") ?? Timestamp(milliseconds: 0))

    @Test(
        "A schedule must be at least 60 seconds and at most a year ahead",
        arguments: [
            ("2026-03-28T12:01:30Z", true), ("2026-03-28T12:01:29.999Z", false), ("2026-03-28T11:00:00Z", false),
            ("2027-03-28T12:00:00Z", true), ("2027-04-01T12:00:00Z", false),
        ])
    func bounds(_ text: String, _ isAllowed: Bool) throws {
        let moment = try #require(Timestamp(rfc3339: text))
        #expect((rule.problem(with: moment) == nil) == isAllowed)
    }

    @Test("The first minute offered by a picker would be accepted")
    func earliest() {
        #expect(rule.earliestMinute.rfc3339 == "2026-03-28T12:02:00.000Z")
        #expect(rule.problem(with: rule.earliestMinute) == nil)
    }

    @Test("A time is read in the user's time zone")
    func zone() throws {
        let zone = try #require(TimeZone(identifier: "Africa/Johannesburg"))
        #expect(try rule.read(local: "2026-12-24T08:00", in: zone).get().rfc3339 == "2026-12-24T06:00:00.000Z")
    }

    @Test("The hour skipped by a clock change does not exist")
    func gap() throws {
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        #expect(throws: ScheduleProblem.self) { try rule.read(local: "2026-03-29T02:30", in: zone).get() }
        #expect(try rule.read(local: "2026-03-29T03:30", in: zone).get().rfc3339 == "2026-03-29T01:30:00.000Z")
    }

    @Test("An invalid time is reported", arguments: ["", "tomorrow", "2026-02-30T08:00", "2026-12-24"])
    func nonsense(_ text: String) {
        #expect(throws: ScheduleProblem.self) { try rule.read(local: text, in: .gmt).get() }
    }
}
