/// A country or territory whose numbers can be written without their country code.
public struct PhoneRegion: Sendable, Hashable {
    /// Two capital letters (ISO 3166-1).
    public var code: String
    /// As in +27.
    public var callingCode: Int

    public init(code: String, callingCode: Int) {
        self.code = code
        self.callingCode = callingCode
    }
}

/// Knows which numbers there can be. Asked where a number comes in, never where a message goes out: what is stored is
/// E.164 already.
public protocol PhoneRules: Sendable {
    /// In no order.
    var regions: [PhoneRegion] { get }
    /// Reads a number as people write it. `region`: where one without a country code belongs; empty: nowhere.
    func number(_ text: String, region: String) throws(AddressProblem) -> PhoneNumber
}

/// The form of ITU-T E.164 alone, for a program that knows no country's numbers.
public struct InternationalForm: PhoneRules {
    public init() {}
    public var regions: [PhoneRegion] { [] }
    public func number(_ text: String, region: String) throws(AddressProblem) -> PhoneNumber { try PhoneNumber(text) }
}

/// Reads the numbers of one installation: by its rules, and with the region it lives in.
public struct PhoneReader: Sendable {
    /// The setting that holds the region; empty where numbers must be international.
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

    /// As the hint of a field says it.
    public var hint: String {
        region.isEmpty
            ? "With the country code, for example +27 82 123 4567."
            : "A number without a country code is read as one of \(region). Start other numbers with +."
    }
}

extension AccessQueries {
    /// How numbers are read here, as the settings stand now.
    public func phones(_ rules: any PhoneRules) throws -> PhoneReader {
        PhoneReader(rules, region: try setting(PhoneReader.settingKey) ?? "")
    }
}
