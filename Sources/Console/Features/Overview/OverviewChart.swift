import Foundation
import Messaging

/// Bar chart of recent days, 560 × 140: sent and failed messages by the day of the response. Pending messages have no
/// day yet and are shown in the queue.
struct Chart: Sendable {
    let isEmpty: Bool
    let summary: String
    let bars: [ChartBar]
}

struct ChartBar: Sendable {
    let day: String
    let label: String
    let title: String
    let sent: String
    let failed: String
    let total: String
    let x: String
    let width: String
    let sentY: String
    let sentHeight: String
    let failedY: String
    let failedHeight: String
}

extension Chart {
    private static let height = 140.0
    private static let tallest = 138.0

    init(_ days: [OutboxOverview.Day]) {
        let most = days.map { $0.sent + $0.failed }.max() ?? 0
        let unit = most > 0 ? Self.tallest / Double(most) : 0
        isEmpty = most == 0
        bars = days.enumerated().map { index, day in Self.bar(day, index, unit) }
        summary = Self.summary(days, most)
    }

    private static func summary(_ days: [OutboxOverview.Day], _ most: Int) -> String {
        let all = days.reduce(0) { $0 + $1.sent + $1.failed }
        let failed = days.reduce(0) { $0 + $1.failed }
        guard let top = days.first(where: { $0.sent + $0.failed == most }), most > 0 else { return "No messages." }
        return
            "Messages a day: \(EnglishFormat.count(all)) in \(days.count) days, at most \(EnglishFormat.count(most)) on "
            + "\(date(top.start)), \(EnglishFormat.count(failed)) failed"
    }

    private static func bar(_ day: OutboxOverview.Day, _ index: Int, _ unit: Double) -> ChartBar {
        let (sent, failed) = (Double(day.sent) * unit, Double(day.failed) * unit)
        let parts = CivilTime(day.start)
        return ChartBar(
            day: "\(weekday(day.start)) \(date(day.start))", label: String(parts.day),
            title:
                "\(date(day.start)): \(EnglishFormat.count(day.sent)) sent, \(EnglishFormat.count(day.failed)) failed",
            sent: EnglishFormat.count(day.sent), failed: EnglishFormat.count(day.failed),
            total: EnglishFormat.count(day.sent + day.failed), x: String(index * 40 + 8), width: "24",
            sentY: number(height - sent), sentHeight: number(sent),
            failedY: number(height - sent - failed), failedHeight: number(failed))
    }

    private static func date(_ moment: Timestamp) -> String {
        let parts = CivilTime(moment)
        return "\(parts.day) \(parts.monthName)"
    }

    /// 1970-01-01 was a Thursday.
    private static func weekday(_ moment: Timestamp) -> String {
        let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        return names[Int(((moment.milliseconds / 86_400_000) % 7 + 7) % 7)]
    }

    private static func number(_ value: Double) -> String { String(format: "%.1f", value) }
}
