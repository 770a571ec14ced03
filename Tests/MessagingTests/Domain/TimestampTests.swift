import Foundation
import Messaging
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "RFC 3339 is read with any offset and written in UTC",
        arguments: [
            ("2026-12-24T08:00:00Z", "2026-12-24T08:00:00.000Z"),
            ("2026-12-24T10:00:00.25+02:00", "2026-12-24T08:00:00.250Z"),
            ("2024-02-29t23:59:59z", "2024-02-29T23:59:59.000Z"),
            ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ])
    func readsAndWrites(text: String, written: String) throws {
        #expect(try #require(Timestamp(rfc3339: text)).rfc3339 == written)
    }

    @Test(
        "Invalid date-times are rejected",
        arguments: [
            "", "2026-12-24", "2026-13-01T00:00:00Z", "2025-02-29T00:00:00Z", "2026-12-24T24:00:00Z",
            "2026-12-24T08:00:00", "2026-12-24T08:00:00.Z", "2026-12-24T08:00:00+2", "+026-12-24T08:00:00Z",
        ])
    func refuses(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test(
        "A local time is converted as by the calendar",
        arguments: ["Africa/Johannesburg", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"])
    func localTimes(zoneName: String) throws {
        let zone = try #require(TimeZone(identifier: zoneName))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        for (year, month, day, hour) in [(2026, 1, 15, 9), (2026, 7, 1, 0), (2027, 3, 29, 12), (2026, 11, 30, 23)] {
            let date = try #require(
                calendar.date(from: DateComponents(year: year, month: month, day: day, hour: hour, minute: 30)))
            let text = String(format: "%04d-%02d-%02dT%02d:30", year, month, day, hour)
            let moment = try #require(CivilTime.moment(local: text, in: zone))
            #expect(moment.milliseconds == Int64(date.timeIntervalSince1970) * 1000)
            let back = CivilTime(moment, in: zone)
            #expect("\(back.date)T\(back.shortClock)" == text)
        }
    }

    @Test("a sum that does not fit ends at the first or last moment")
    func limits() {
        let (first, last) = (Timestamp(milliseconds: .min), Timestamp(milliseconds: .max))
        let long: Duration = .seconds(Int64.max)
        #expect(long.milliseconds == .max)
        #expect((Duration.zero - long).milliseconds == .min)
        #expect(last + .seconds(1) == last)
        #expect(Timestamp(milliseconds: 0) + long == last)
        #expect(first - .seconds(1) == first)
        #expect(first + (.zero - long) == first)
        #expect(last - (.zero - long) == last)
        #expect((first - last).milliseconds == .min)
        #expect((last - first).milliseconds == .max)
        #expect(Timestamp(milliseconds: 5) + .milliseconds(-7) == Timestamp(milliseconds: -2))
        #expect(Timestamp(milliseconds: 5) - Timestamp(milliseconds: 7) == .milliseconds(-2))
    }
}
