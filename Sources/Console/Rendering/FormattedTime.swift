import Foundation
import Messaging

/// A time formatted for a page: text in the reader's zone, and a machine-readable value for `<time datetime>`.
struct FormattedTime: Sendable, Hashable {
    /// RFC 3339, UTC.
    let iso: String
    /// `24 Dec 2026, 08:00`
    let text: String
    /// With seconds and zone, for a tooltip: `2026-12-24 08:00:12 Africa/Johannesburg`
    let exact: String

    init(_ moment: Timestamp, in zone: TimeZone) {
        let parts = CivilTime(moment, in: zone)
        iso = moment.rfc3339
        text = "\(parts.day) \(parts.monthName) \(parts.year), \(parts.shortClock)"
        exact = "\(parts.date) \(parts.clock) \(zone.identifier == "GMT" ? "UTC" : zone.identifier)"
    }
}
