/// What somebody may do. The strings are the product's contract with its users.
public enum Permission: String, CaseIterable, Hashable, Codable, Sendable {
    case readHistory = "communication:read:history"
    case sendEmail = "communication:send:email"
    case sendSMS = "communication:send:sms"
    case composeSend = "communication:compose:send"
    case readChannels = "communication:channels:read:all"
    case createChannels = "communication:channels:create:all"
    case updateChannels = "communication:channels:update:all"
    case deleteChannels = "communication:channels:delete:all"
    case readBulk = "communication:bulk_communications:read:all"
    case readMailServers = "communication:mail_servers:read:all"
    case createMailServers = "communication:mail_servers:create:all"
    case updateMailServers = "communication:mail_servers:update:all"
    case deleteMailServers = "communication:mail_servers:delete:all"
    case readSMSGateways = "communication:sms_gateways:read:all"
    case createSMSGateways = "communication:sms_gateways:create:all"
    case updateSMSGateways = "communication:sms_gateways:update:all"
    case deleteSMSGateways = "communication:sms_gateways:delete:all"
    case readOmniChannels = "communication:omni_channels:read:all"
    case createOmniChannels = "communication:omni_channels:create:all"
    case updateOmniChannels = "communication:omni_channels:update:all"
    case deleteOmniChannels = "communication:omni_channels:delete:all"
    case readEmailWrappers = "communication:email_wrapper_templates:read:all"
    case createEmailWrappers = "communication:email_wrapper_templates:create:all"
    case updateEmailWrappers = "communication:email_wrapper_templates:update:all"
    case deleteEmailWrappers = "communication:email_wrapper_templates:delete:all"
    case readMailTemplates = "communication:mail_templates:read:all"
    case createMailTemplates = "communication:mail_templates:create:all"
    case updateMailTemplates = "communication:mail_templates:update:all"
    case deleteMailTemplates = "communication:mail_templates:delete:all"
    case readMessageTemplates = "communication:message_templates:read:all"
    case createMessageTemplates = "communication:message_templates:create:all"
    case updateMessageTemplates = "communication:message_templates:update:all"
    case deleteMessageTemplates = "communication:message_templates:delete:all"
    case readDirectory = "directory:read:all"
    case createDirectory = "directory:create:all"
    case updateDirectory = "directory:update:all"
    case deleteDirectory = "directory:delete:all"
    case manageAccess = "access:update:all"

    /// Any of these shows the Communications menu.
    public static let communicationsMenu: Set<Permission> = [
        .readHistory, .sendEmail, .sendSMS, .composeSend, .readChannels, .readBulk,
    ]
}

/// A named set of permissions.
public struct Role: Sendable, Hashable, Identifiable {
    public var id: Int64
    public var name: String
    public var permissions: Set<Permission>

    public init(id: Int64, name: String, permissions: Set<Permission>) {
        self.id = id
        self.name = name
        self.permissions = permissions
    }

    /// The roles a new installation starts with.
    public static let builtIn: [(name: String, permissions: Set<Permission>)] = [
        ("owner", Set(Permission.allCases)),
        (
            "operator",
            [
                .readHistory, .sendEmail, .sendSMS, .composeSend, .readChannels, .readBulk, .readDirectory,
                .createDirectory, .updateDirectory,
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

    public init(
        id: Int64, email: String, name: String, role: Role, timeZone: String, isDisabled: Bool, createdAt: Timestamp
    ) {
        self.id = id
        self.email = email
        self.name = name
        self.role = role
        self.timeZone = timeZone
        self.isDisabled = isDisabled
        self.createdAt = createdAt
    }
}
