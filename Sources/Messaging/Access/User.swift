/// A named set of permissions.
public struct Role: Sendable, Hashable, Identifiable {
    public var id: Int64
    public var name: String
    public var permissions: Set<Permission>
    /// Grows with every change, so that a second editor is told about the first.
    public var version: Int64

    public init(id: Int64, name: String, permissions: Set<Permission>, version: Int64 = 1) {
        self.id = id
        self.name = name
        self.permissions = permissions
        self.version = version
    }

    /// Has every permission there is, and follows the program when that learns new ones. Nobody edits it.
    public static let owner = "owner"
    public var isOwner: Bool { name == Self.owner }

    /// The roles a new installation starts with.
    public static let builtIn: [(name: String, permissions: Set<Permission>)] = [
        (owner, Set(Permission.allCases)),
        (
            "operator",
            [
                .readHistory, .sendEmail, .sendSMS, .composeSend, .readChannels, .readBulk, .readDirectory,
                .createDirectory, .updateDirectory, .createBulk, .updateBulk,
                .readSuppressions, .createSuppressions,
            ]
        ),
        ("viewer", [.readHistory, .readDirectory]),
    ]
}

public struct User: Sendable, Hashable, Identifiable {
    public var id: Int64
    public var email: String
    public var name: String
    public var role: Role
    /// An IANA name; empty until chosen, which reads as UTC.
    public var timeZone: String
    public var isDisabled: Bool
    public var createdAt: Timestamp
    /// False for somebody invited who has not chosen one yet.
    public var hasPassword: Bool
    /// Grows with every change of name or role by whoever looks after the users.
    public var version: Int64

    public init(
        id: Int64, email: String, name: String, role: Role, timeZone: String, isDisabled: Bool, createdAt: Timestamp,
        hasPassword: Bool = true, version: Int64 = 1
    ) {
        self.id = id
        self.email = email
        self.name = name
        self.role = role
        self.timeZone = timeZone
        self.isDisabled = isDisabled
        self.createdAt = createdAt
        self.hasPassword = hasPassword
        self.version = version
    }
}
