import Foundation

/// When a message may be scheduled for.
///
/// | asked for | answer |
/// |---|---|
/// | under 60 seconds ahead, or past | refused |
/// | 60 seconds to a year ahead | accepted |
/// | more than a year ahead | refused |
public struct ScheduleRule: Sendable {
    /// Leaves a person the time to notice a wrong click, and the publisher the time to see it.
    public static let minimumLead: Duration = .seconds(60)
    /// Beyond a year a slip of the finger (2206 for 2026) is likelier than a plan.
    public static let maximumLead: Duration = .seconds(366 * 86400)

    public let now: Timestamp

    public init(now: Timestamp) { self.now = now }

    /// What is wrong with a moment, in words for the field; `nil` when it may be used.
    public func problem(with moment: Timestamp) -> String? {
        if moment < now + Self.minimumLead { return "Choose a time at least 60 seconds from now." }
        if moment > now + Self.maximumLead { return "Choose a time within a year from now." }
        return nil
    }

    /// The first whole minute that may be chosen; pickers offer no seconds.
    public var earliestMinute: Timestamp {
        let earliest = now + Self.minimumLead
        return Timestamp(milliseconds: (earliest.milliseconds + 59_999) / 60_000 * 60_000)
    }

    /// Reads the value of a `datetime-local` input in somebody's time zone.
    public func read(local text: String, in zone: TimeZone) -> Result<Timestamp, ScheduleProblem> {
        if text.isEmpty { return .failure(ScheduleProblem(message: "Choose a date and a time.")) }
        guard let moment = CivilTime.moment(local: text, in: zone) else {
            return .failure(ScheduleProblem(message: "This is not a date and a time."))
        }
        // In the hour that a clock change skips there is no such time: the reading would silently move.
        let shown = CivilTime(moment, in: zone)
        guard text.hasPrefix("\(shown.date)T\(shown.shortClock)") else {
            return .failure(ScheduleProblem(message: "The clocks change then, and this time does not exist."))
        }
        if let problem = problem(with: moment) { return .failure(ScheduleProblem(message: problem)) }
        return .success(moment)
    }
}

/// Why a moment cannot be used.
public struct ScheduleProblem: Error, Sendable, Hashable {
    public let message: String

    public init(message: String) { self.message = message }
}
