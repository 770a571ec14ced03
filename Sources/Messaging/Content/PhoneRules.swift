/// Country or territory whose numbers may omit the country code.
public struct PhoneRegion: Sendable, Hashable {
    /// Two-letter code in capitals (ISO 3166-1).
    public var code: String
    /// Country calling code, as in +27.
    public var callingCode: Int

    public init(code: String, callingCode: Int) {
        self.code = code
        self.callingCode = callingCode
    }
}

/// Numbering plan rules. Applied when a number is entered, never when a message is sent: stored numbers are E.164.
public protocol PhoneRules: Sendable {
    /// Unordered.
    var regions: [PhoneRegion] { get }
    /// Parses a number as typed. `region` applies to numbers without a country code; empty if these are not allowed.
    func number(_ text: String, region: String) throws(AddressProblem) -> PhoneNumber
}

/// Validates the E.164 format alone, without any country's numbering plan.
public struct InternationalForm: PhoneRules {
    public init() {}
    public var regions: [PhoneRegion] { [] }
    public func number(_ text: String, region: String) throws(AddressProblem) -> PhoneNumber { try PhoneNumber(text) }
}

/// Parses numbers with the installation's rules and default region.
public struct PhoneReader: Sendable {
    /// Settings key of the default region; empty if numbers must be international.
    public static let settingKey = "phone_region"

    public let rules: any PhoneRules
    public let region: String

    public init(_ rules: any PhoneRules = InternationalForm(), region: String = "") {
        self.rules = rules
        self.region = region
    }

    /// `+` and digits. Throws `AddressProblem`.
    public func e164(_ text: String) throws(AddressProblem) -> String {
        try rules.number(text, region: region).e164
    }

    /// Hint shown with a phone field.
    public var hint: String {
        region.isEmpty
            ? "With the country code, for example +27 82 123 4567."
            : "A number without a country code is read as one of \(region). Start other numbers with +."
    }
}

extension AccessQueries {
    /// Phone reader for the current settings.
    public func phones(_ rules: any PhoneRules) throws -> PhoneReader {
        PhoneReader(rules, region: try setting(PhoneReader.settingKey) ?? "")
    }
}
