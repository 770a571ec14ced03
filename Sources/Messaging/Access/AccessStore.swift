/// Users, roles, sign-ins and tokens. Secrets arrive here already hashed.
public protocol AccessStore: Sendable {
    func hasUsers() throws -> Bool
    func users() throws -> [User]
    func user(_ id: Int64) throws -> User?
    func user(email: String) throws -> (user: User, passwordHash: String)?
    func roles() throws -> [Role]
    /// Throws `StoreConflict.duplicate` when the address is taken, `.notFound` when there is no such role.
    func createUser(
        email: String, name: String, roleName: String, passwordHash: String, timeZone: String, at: Timestamp
    ) throws -> Int64
    func updateUser(_ id: Int64, name: String, timeZone: String, at: Timestamp) throws
    /// Ends every session of the user but `keeping`.
    func setPassword(_ id: Int64, hash: String, keeping sessionHash: String?, at: Timestamp) throws
    /// A disabled user's sessions end.
    func setDisabled(_ id: Int64, _ disabled: Bool) throws

    func createSession(_ session: StoredSession) throws
    func session(hash: String) throws -> (session: StoredSession, user: User)?
    func touchSession(hash: String, at: Timestamp) throws
    func deleteSession(hash: String) throws
    func deleteSessions(idleSince: Timestamp) throws

    /// A one-time link. `userID` nil: it makes the first user.
    func createLink(hash: String, purpose: LinkPurpose, userID: Int64?, expiresAt: Timestamp) throws
    func link(hash: String, at: Timestamp) throws -> (purpose: LinkPurpose, userID: Int64?)?
    /// True for the one caller who used it.
    func useLink(hash: String, at: Timestamp) throws -> Bool

    func createToken(name: String, hash: String, permissions: Set<Permission>, at: Timestamp) throws -> Int64
    func token(hash: String, at: Timestamp) throws -> APIToken?

    func record(_ entry: AuditEntry) throws
    func setting(_ key: String) throws -> String?
    func setSetting(_ key: String, _ value: String) throws
}

public enum LinkPurpose: String, Sendable, Hashable {
    case setup
    case signIn = "sign_in"
}

public struct StoredSession: Sendable, Hashable {
    public var hash: String
    public var userID: Int64
    public var csrf: String
    public var createdAt: Timestamp
    public var seenAt: Timestamp

    public init(hash: String, userID: Int64, csrf: String, createdAt: Timestamp, seenAt: Timestamp) {
        self.hash = hash
        self.userID = userID
        self.csrf = csrf
        self.createdAt = createdAt
        self.seenAt = seenAt
    }
}

public struct APIToken: Sendable, Hashable, Identifiable {
    public var id: Int64
    public var name: String
    public var permissions: Set<Permission>

    public init(id: Int64, name: String, permissions: Set<Permission>) {
        self.id = id
        self.name = name
        self.permissions = permissions
    }
}

/// Who did what, when, from where.
public struct AuditEntry: Sendable, Hashable {
    public var at: Timestamp
    public var userID: Int64?
    /// A user's address, a token's name, or `system`.
    public var actor: String
    /// `verb noun`, e.g. `create provider`.
    public var action: String
    public var subject: String
    public var remoteAddress: String
    public var detail: String

    public init(
        at: Timestamp, userID: Int64?, actor: String, action: String, subject: String, remoteAddress: String,
        detail: String = ""
    ) {
        self.at = at
        self.userID = userID
        self.actor = actor
        self.action = action
        self.subject = subject
        self.remoteAddress = remoteAddress
        self.detail = detail
    }
}
