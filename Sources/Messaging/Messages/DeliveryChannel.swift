/// A way to reach a person. Not to be confused with a *channel*, which is a named list of subscribers.
public enum DeliveryChannel: String, CaseIterable, Hashable, Codable, Sendable {
    case email, sms, whatsapp, push, voice
    case inApp = "in_app"

    /// The word shown to people.
    public var title: String {
        switch self {
        case .email: "Email"
        case .sms: "SMS"
        case .whatsapp: "WhatsApp"
        case .push: "Push"
        case .voice: "Voice"
        case .inApp: "In-app"
        }
    }

    /// What a receiver needs to be reached this way.
    public var addressKind: AddressKind {
        switch self {
        case .email: .email
        case .sms, .whatsapp, .voice: .mobile
        case .push: .device
        case .inApp: .entity
        }
    }

    /// Whether the reader of a message can write back.
    public var takesReplies: Bool { [.email, .mobile].contains(addressKind) }

    /// A stable small number, part of a queue's number in the store. Never renumbered.
    public var code: Int64 {
        switch self {
        case .email: 1
        case .sms: 2
        case .whatsapp: 3
        case .push: 4
        case .voice: 5
        case .inApp: 6
        }
    }

    public init?(code: Int64) {
        guard let match = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = match
    }

    /// What a message can be written for: the wizard, bulks and the API offer these, in this order.
    public static let composable: [DeliveryChannel] = [.email, .sms, .whatsapp, .push, .inApp]
}

public enum AddressKind: String, Hashable, Codable, Sendable {
    case email, mobile, device
    /// A record of the directory itself, which reads in the company's portal.
    case entity
}
