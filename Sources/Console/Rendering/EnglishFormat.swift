/// Formats numbers and lists as English text.
enum EnglishFormat {
    /// `1,204`
    static func count(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var groups: [Substring] = []
        var rest = Substring(digits)
        while rest.count > 3 {
            groups.insert(rest.suffix(3), at: 0)
            rest = rest.dropLast(3)
        }
        groups.insert(rest, at: 0)
        return (number < 0 ? "-" : "") + groups.joined(separator: ",")
    }

    /// `1 message`, `3 messages`
    static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(count(number)) \(number == 1 ? one : many ?? one + "s")"
    }

    /// `40 seconds`, `3 minutes`, `2 hours`, `5 days`; rounded up.
    static func duration(seconds: Int) -> String {
        switch seconds {
        case ..<91: count(seconds, "second")
        case ..<5401: count((seconds + 59) / 60, "minute")
        case ..<172_801: count((seconds + 3599) / 3600, "hour")
        default: count((seconds + 86_399) / 86_400, "day")
        }
    }

    /// Capitalises the first letter.
    static func opening(_ words: String) -> String { words.prefix(1).uppercased() + words.dropFirst() }

    /// `a`, `a and b`, `a, b and c`
    static func list(_ items: [String]) -> String {
        guard items.count > 1, let last = items.last else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " and " + last
    }
}
