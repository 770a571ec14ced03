import Foundation

/// A moment as people write it, in one time zone. Own arithmetic, because a formatter costs a hundred times more and a
/// page of the send log shows fifty of them (days-from-civil, H. Hinnant, "chrono-compatible low-level date algorithms").
public struct CivilTime: Hashable, Sendable {
    public var year: Int64
    public var month: Int64
    public var day: Int64
    public var hour: Int64
    public var minute: Int64
    public var second: Int64

    public init(_ moment: Timestamp, offsetSeconds: Int64 = 0) {
        let seconds = Self.floorDivide(moment.milliseconds, 1000) + offsetSeconds
        let days = Self.floorDivide(seconds, 86400)
        let rest = seconds - days * 86400
        (hour, minute, second) = (rest / 3600, rest % 3600 / 60, rest % 60)
        let shifted = days + 719_468
        let era = Self.floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    public init(_ moment: Timestamp, in zone: TimeZone) {
        let date = Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000)
        self.init(moment, offsetSeconds: Int64(zone.secondsFromGMT(for: date)))
    }

    /// `2026-12-24`
    public var date: String { "\(Timestamp.pad(year, 4))-\(Timestamp.pad(month, 2))-\(Timestamp.pad(day, 2))" }
    /// `08:00:00`
    public var clock: String { "\(shortClock):\(Timestamp.pad(second, 2))" }
    /// `08:00`
    public var shortClock: String { "\(Timestamp.pad(hour, 2)):\(Timestamp.pad(minute, 2))" }

    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    public var monthName: String { Self.monthNames[Int(month - 1)] }

    /// Days since 1970-01-01 of a civil date.
    public static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = floorDivide(shiftedYear, 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    public static func daysIn(month: Int64, year: Int64) -> Int64 {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        default: 31
        }
    }

    private static func floorDivide(_ number: Int64, _ by: Int64) -> Int64 {
        let quotient = number / by
        return number % by < 0 ? quotient - 1 : quotient
    }
}

extension CivilTime {
    /// Reads the value of an `<input type="datetime-local">` (`2026-12-24T08:00[:00]`) or of a date input
    /// (`2026-12-24`, midnight) as a moment in a zone. `nil` when it is not a real date.
    public static func moment(local text: String, in zone: TimeZone) -> Timestamp? {
        let halves = text.split(separator: "T", omittingEmptySubsequences: false)
        guard halves.count <= 2, let days = days(of: halves[0]) else { return nil }
        guard let seconds = halves.count == 2 ? seconds(of: halves[1]) : 0 else { return nil }
        let naive = days * 86400 + seconds
        // The offset depends on the moment itself; two rounds settle it except inside a gap, where the later wins.
        var moment = naive
        for _ in 0..<2 {
            moment = naive - Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment))))
        }
        return Timestamp(milliseconds: moment * 1000)
    }

    static func parse(rfc3339 text: String) -> Timestamp? {
        guard text.utf8.count <= 40, let separator = text.firstIndex(where: { $0 == "T" || $0 == "t" || $0 == " " })
        else { return nil }
        guard let days = days(of: text[..<separator]) else { return nil }
        let rest = text[text.index(after: separator)...]
        guard let zoneStart = rest.firstIndex(where: { "Zz+-".contains($0) }) else { return nil }
        let clock = rest[..<zoneStart].split(separator: ".", omittingEmptySubsequences: false)
        guard clock.count <= 2, let seconds = seconds(of: clock[0]) else { return nil }
        var fraction: Int64 = 0
        if clock.count == 2 {
            guard !clock[1].isEmpty, clock[1].utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
            fraction = Int64(String(clock[1].prefix(3)).padding(toLength: 3, withPad: "0", startingAt: 0)) ?? 0
        }
        guard let offset = offsetSeconds(of: rest[zoneStart...]) else { return nil }
        return Timestamp(milliseconds: (days * 86400 + seconds - offset) * 1000 + fraction)
    }

    private static func days(of text: Substring) -> Int64? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
            let year = number(parts[0]), let month = number(parts[1]), let day = number(parts[2]),
            (1...12).contains(month), (1...daysIn(month: month, year: year)).contains(day)
        else { return nil }
        return days(year: year, month: month, day: day)
    }

    private static func seconds(of text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.count == 2 }),
            let hour = number(parts[0]), let minute = number(parts[1]),
            let second = parts.count == 3 ? number(parts[2]) : 0,
            hour < 24, minute < 60, second <= 60
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    private static func offsetSeconds(of text: Substring) -> Int64? {
        if text == "Z" || text == "z" { return 0 }
        guard let sign = text.first, sign == "+" || sign == "-", let seconds = seconds(of: text.dropFirst()) else {
            return nil
        }
        return sign == "-" ? -seconds : seconds
    }

    private static func number(_ text: Substring) -> Int64? {
        text.utf8.allSatisfy { (48...57).contains($0) } ? Int64(text) : nil
    }
}
