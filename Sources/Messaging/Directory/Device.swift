/// What runs the app that push messages reach.
public enum DevicePlatform: String, CaseIterable, Hashable, Codable, Sendable {
    case ios, android, web

    public var title: String {
        switch self {
        case .ios: "iOS"
        case .android: "Android"
        case .web: "Web"
        }
    }
}

/// A telephone or a browser of a record of the directory, known by the token its push service gave it.
public struct Device: Sendable, Hashable, Identifiable {
    public var id: Int64
    public var token: String
    public var platform: DevicePlatform
    /// As the app calls it, such as `Ada's iPhone`; may be empty.
    public var name: String
    public var registeredAt: Timestamp
    /// When the app last said that it is there; the latest of a record is where push goes.
    public var lastSeenAt: Timestamp

    public init(
        id: Int64 = 0, token: String, platform: DevicePlatform, name: String = "", registeredAt: Timestamp,
        lastSeenAt: Timestamp
    ) {
        self.id = id
        self.token = token
        self.platform = platform
        self.name = name
        self.registeredAt = registeredAt
        self.lastSeenAt = lastSeenAt
    }

    /// What a list calls it.
    public var label: String { name.isEmpty ? "\(platform.title) device" : name }
}

/// The address of a device. Push services make them; nothing in them is for people.
public enum DeviceToken {
    /// Bytes. Apple's are 64 to 200, Google's about 200; the address of a browser's push service (RFC 8030) is a URL.
    public static let longest = 1024
    /// Of one record. An app that makes a new token at each start must not fill the store.
    public static let mostOfARecord = 50
    /// Characters of a device's name.
    public static let longestName = 100

    /// Printable ASCII without blanks, 1 to 1,024 of it.
    public static func isValid(_ text: String) -> Bool {
        (1...longest).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// Enough of a token to tell two apart, for lists and logs.
    public static func shortened(_ token: String) -> String {
        token.count <= 16 ? token : "…" + token.suffix(12)
    }
}
