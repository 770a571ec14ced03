import Messaging

/// Simulated behaviour of the sandbox. Outcomes are derived from the message key, so that tests can predict them.
struct SandboxSettings: SandboxBehaviour, Hashable {
    enum AutoAnswer: String, Sendable { case none, delivered, opened, read }

    var from: EmailAddress
    var fromName: String
    /// Percentage of messages refused permanently.
    var refusePercent: Int
    /// Percentage of submissions deferred; each attempt draws again.
    var failPercent: Int
    var delay: Duration
    var seed: Int
    var autoAnswer: AutoAnswer

    static let fields: [SettingField] = [
        SettingField("from_address", "From address", .emailAddress, defaultValue: defaultAddress),
        SettingField("from_name", "From name", .text, defaultValue: defaultName),
        SettingField("refuse_percent", "Refuse, percent", .number, hint: "0 to 100", defaultValue: "0"),
        SettingField("fail_percent", "Put off, percent", .number, hint: "0 to 100", defaultValue: "0"),
        SettingField("delay_seconds", "Delay in seconds", .number, hint: "0 to 60", defaultValue: "0"),
        SettingField("seed", "Seed", .number, hint: "Another number draws other messages", defaultValue: "0"),
        SettingField(
            "auto_answer", "Receipts",
            .choice([
                .init("none", "None"), .init("delivered", "Delivered"), .init("opened", "Delivered and opened"),
                .init("read", "Delivered and read"),
            ]), defaultValue: "none"),
    ]

    static let defaultAddress = "sandbox@example.org"
    static let defaultName = "Sandbox"

    init(_ settings: ProviderSettings) throws(InvalidSettings) {
        var check = SettingsCheck(settings, fields: Self.fields)
        let sender = check.mailbox("from_address", "From address") ?? (try? EmailAddress(Self.defaultAddress))
        fromName = settings["from_name"].isEmpty ? Self.defaultName : settings["from_name"]
        refusePercent = check.int("refuse_percent", "Refuse, percent", in: 0...100, default: 0)
        failPercent = check.int("fail_percent", "Put off, percent", in: 0...100, default: 0)
        let seconds = check.double("delay_seconds", "Delay in seconds", in: 0...60) ?? 0
        delay = .milliseconds(Int64(seconds * 1000))
        seed = check.int("seed", "Seed", in: 0...Int(Int32.max), default: 0)
        autoAnswer = AutoAnswer(rawValue: settings["auto_answer"]) ?? .none
        try check.throwIfAny()
        guard let sender else { throw InvalidSettings(["from_address": "From address is required."]) }
        from = sender
    }

    func verdict(key: String, attempt: Int) -> SandboxResponse {
        if Self.draw(key, salt: UInt64(seed)) < refusePercent { return .refused }
        if Self.draw(key, salt: UInt64(seed) &+ UInt64(attempt) << 32) < failPercent { return .failed }
        return .accepted(reference: key)
    }

    var receipts: [Receipt.State] {
        switch autoAnswer {
        case .none: []
        case .delivered: [.delivered]
        case .opened: [.delivered, .opened]
        case .read: [.delivered, .read]
        }
    }

    /// Returns 0 to 99, derived from the key alone: FNV-1a seeded with the salt, then the MurmurHash3 finaliser,
    /// because FNV's low bits are poorly distributed.
    static func draw(_ key: String, salt: UInt64) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ (salt &* 0x9e37_79b9_7f4a_7c15)
        for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
        hash = (hash ^ (hash >> 33)) &* 0xc4ce_b9fe_1a85_ec53
        return Int((hash ^ (hash >> 33)) % 100)
    }
}
