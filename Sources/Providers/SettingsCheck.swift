import Messaging

/// Parses a provider's settings and collects every problem, so that a form can show all of them at once.
struct SettingsCheck {
    private let settings: ProviderSettings
    private(set) var problems: [String: String] = [:]

    init(_ settings: ProviderSettings, fields: [SettingField]) {
        self.settings = settings
        for field in fields {
            let value = settings[field.name]
            if value.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
                problems[field.name] = "\(field.label) must be one line without control characters."
            } else if value.isEmpty && field.isRequired {
                problems[field.name] = "\(field.label) is required."
            } else if case .choice(let choices) = field.kind, !value.isEmpty,
                !choices.contains(where: { $0.value == value })
            {
                problems[field.name] =
                    "\(field.label) must be one of \(choices.map(\.value).joined(separator: ", "))."
            }
        }
    }

    mutating func refuse(_ field: String, _ problem: String) {
        if problems[field] == nil { problems[field] = problem }
    }

    mutating func int(_ field: String, _ label: String, in range: ClosedRange<Int>, default fallback: Int) -> Int {
        guard !settings[field].isEmpty else { return fallback }
        guard let number = Int(settings[field]), range.contains(number) else {
            refuse(field, "\(label) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
            return fallback
        }
        return number
    }

    mutating func double(_ field: String, _ label: String, in range: ClosedRange<Double>) -> Double? {
        guard !settings[field].isEmpty else { return nil }
        guard let number = Double(settings[field]), range.contains(number) else {
            refuse(field, "\(label) must be a number from \(range.lowerBound) to \(range.upperBound).")
            return nil
        }
        return number
    }

    mutating func optionalInt(_ field: String, _ label: String, in range: ClosedRange<Int>) -> Int? {
        settings[field].isEmpty ? nil : int(field, label, in: range, default: range.lowerBound)
    }

    /// Rate limits from the fields of `RateLimits.fields`.
    mutating func rates() -> RateLimits {
        RateLimits(
            perSecond: double("rate_per_second", "Messages per second", in: 0.01...100_000),
            perMinute: optionalInt("rate_per_minute", "Messages per minute", in: 1...6_000_000),
            perDay: optionalInt("rate_per_day", "Messages per day", in: 1...1_000_000_000))
    }

    /// Checkbox value: as sent by a form, as stored in JSON, or missing.
    func flag(_ field: String, default fallback: Bool) -> Bool {
        switch settings[field].lowercased() {
        case "": fallback
        case "true", "1", "on", "yes": true
        default: false
        }
    }

    /// `nil` if the field is empty or invalid.
    mutating func mailbox(_ field: String, _ label: String) -> EmailAddress? {
        guard !settings[field].isEmpty, problems[field] == nil else { return nil }
        do {
            return try EmailAddress(settings[field])
        } catch {
            refuse(field, "\(label) is not an email address.")
            return nil
        }
    }

    func throwIfAny() throws(InvalidSettings) {
        if !problems.isEmpty { throw InvalidSettings(problems) }
    }
}

extension RateLimits {
    /// Settings fields of providers with rate limits.
    static let fields = [
        SettingField("rate_per_second", "Messages per second", .number, hint: "No limit when empty"),
        SettingField(
            "rate_per_minute", "Messages per minute", .number, hint: "In any 60 seconds; no limit when empty"),
        SettingField(
            "rate_per_day", "Messages per day", .number, hint: "In any 24 hours; no limit when empty"),
    ]
}
