import Foundation
import Messaging

/// Parser for `Retry-After` (RFC 9110 section 10.2.3): seconds or a date.
enum RetryAfter {
    /// Returns the delay; `nil` if the header is missing or malformed. A date is relative to the server's `Date` header
    /// if present, so that clock skew does not matter.
    static func of(_ response: HTTPResponse) -> Duration? {
        guard let text = response[header: "Retry-After"]?.trimmingCharacters(in: .whitespaces) else { return nil }
        if !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) {
            return .seconds(min(Int64(text) ?? longest, longest))
        }
        guard let moment = date(text) else { return nil }
        let now = response[header: "Date"].flatMap(date) ?? response.at
        return max(.zero, moment - now)
    }

    /// Upper limit for the number read; callers apply their own limit.
    private static let longest: Int64 = 1 << 32

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// Parses the three date formats of RFC 9110 section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94
    /// 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
    static func date(_ text: String) -> Timestamp? {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "-" }).map(String.init)
        switch words.count {
        case 6 where words[5] == "GMT": return moment(year: words[3], month: words[2], day: words[1], time: words[4])
        case 5: return moment(year: words[4], month: words[1], day: words[2], time: words[3])
        default: return nil
        }
    }

    private static func moment(year: String, month: String, day: String, time: String) -> Timestamp? {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
        guard var year = Int64(year), let month = months.firstIndex(of: month.lowercased()), let day = Int64(day),
            clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        // POSIX two-digit years: 70 to 99 belong to the 20th century.
        if year < 100 { year += year < 70 ? 2000 : 1900 }
        guard (1970...9999).contains(year), (1...CivilTime.daysIn(month: Int64(month) + 1, year: year)).contains(day)
        else { return nil }
        let days = CivilTime.days(year: year, month: Int64(month) + 1, day: day)
        return Timestamp(milliseconds: (days * 86_400 + hour * 3600 + minute * 60 + second) * 1000)
    }
}
