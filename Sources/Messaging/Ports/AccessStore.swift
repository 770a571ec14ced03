/// What is known of users, roles, sessions, tokens, modules, settings and the audit.
public protocol AccessQueries: Sendable {
    func hasUsers() throws -> Bool
    func users() throws -> [User]
    /// The newest first.
    func users(from start: PageStart, limit: Int) throws -> Page<User>
    func user(_ id: Int64) throws -> User?
    func user(email: String) throws -> (user: User, passwordHash: String)?
    func roles() throws -> [Role]
    func role(_ id: Int64) throws -> Role?
    /// How many users have each role, by its id.
    func usersByRole() throws -> [Int64: Int]
    func session(hash: String) throws -> (session: StoredSession, user: User)?
    func link(hash: String, at: Timestamp) throws -> (purpose: LinkPurpose, userID: Int64?)?
    /// One that was not revoked.
    func token(hash: String, at: Timestamp) throws -> APIToken?
    func token(_ id: Int64) throws -> APIToken?
    /// Whether one in use has that name.
    func hasToken(named name: String) throws -> Bool
    /// Those in use, the newest first.
    func tokens(from start: PageStart, limit: Int) throws -> Page<APIToken>
    func modules() throws -> Modules
    /// The newest first.
    func audit(_ filter: AuditFilter, from start: PageStart, limit: Int) throws -> Page<AuditRecord>
    /// Every action that was ever recorded, in order of the alphabet; at most 300.
    func auditActions() throws -> [String]
    func setting(_ key: String) throws -> String?
}

/// Users, roles, sign-ins and tokens. Secrets arrive here already hashed.
public protocol AccessStore: AccessQueries, AuditLog {
    /// Throws `StoreConflict.duplicate` when a role has that name in whatever case.
    func createRole(name: String, permissions: Set<Permission>) throws -> Int64
    /// If `version` still stands. Throws `StoreConflict`; `.state` for the owner's role, which nobody edits.
    func updateRole(_ id: Int64, version: Int64, name: String, permissions: Set<Permission>) throws
    /// Throws `StoreConflict.state` while somebody has it, and for the owner's role.
    func deleteRole(_ id: Int64) throws
    /// An empty `passwordHash` matches no password: the user chooses one by a link. Throws `StoreConflict.duplicate` when the address is taken, `.notFound` when there is no such role.
    func createUser(
        email: String, name: String, roleName: String, passwordHash: String, timeZone: String, at: Timestamp
    ) throws -> Int64
    /// By whoever looks after the users, if `version` still stands. Throws `StoreConflict`; `.state` when the last
    /// owner would be gone.
    func changeUser(_ id: Int64, version: Int64, name: String, roleID: Int64) throws
    func updateUser(_ id: Int64, name: String, timeZone: String, at: Timestamp) throws
    /// Ends every session of the user but `keeping`.
    func setPassword(_ id: Int64, hash: String, keeping sessionHash: String?, at: Timestamp) throws
    /// A disabled user's sessions and links end. `sparingLastOwner`: throws `StoreConflict.state` for the last owner who
    /// can sign in.
    func setDisabled(_ id: Int64, _ disabled: Bool, sparingLastOwner: Bool) throws
    func createSession(_ session: StoredSession) throws
    func touchSession(hash: String, at: Timestamp) throws
    func deleteSession(hash: String) throws
    func deleteSessions(idleSince: Timestamp) throws
    /// A one-time link. `userID` nil: it makes the first user.
    /// One to choose a password by ends the earlier ones of its user.
    func createLink(hash: String, purpose: LinkPurpose, userID: Int64?, expiresAt: Timestamp) throws
    /// True for the one caller who used it.
    func useLink(hash: String, at: Timestamp) throws -> Bool
    /// `by`: as audit entries name them.
    func createToken(
        name: String, hash: String, permissions: Set<Permission>, by creator: String, at: Timestamp
    ) throws -> Int64
    func touchToken(_ id: Int64, at: Timestamp) throws
    /// Its next call is refused. Throws `StoreConflict.notFound` when it was revoked before.
    func revokeToken(_ id: Int64, at: Timestamp) throws
    /// `by`: as audit entries name them.
    func setModule(_ module: Module, isOn: Bool, by actor: String, at: Timestamp) throws
    func setSetting(_ key: String, _ value: String) throws
}

public enum LinkPurpose: String, Sendable, Hashable {
    case setup
    case signIn = "sign_in"
    /// Somebody invited, or who lost their password, chooses one.
    case password
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

/// What a program signs in with.
public struct APIToken: Sendable, Hashable, Identifiable {
    public var id: Int64
    public var name: String
    public var permissions: Set<Permission>
    /// As audit entries name who made it; empty for one made before that was kept.
    public var createdBy: String
    public var createdAt: Timestamp
    /// Exact to a minute.
    public var lastUsedAt: Timestamp?

    public init(
        id: Int64, name: String, permissions: Set<Permission>, createdBy: String = "",
        createdAt: Timestamp = Timestamp(milliseconds: 0), lastUsedAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.permissions = permissions
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
    }
}

extension AccessStore {
    /// By somebody on the machine itself, who can always add another owner.
    public func setDisabled(_ id: Int64, _ disabled: Bool) throws {
        try setDisabled(id, disabled, sparingLastOwner: false)
    }

    /// Made by the program itself.
    public func createToken(name: String, hash: String, permissions: Set<Permission>, at: Timestamp) throws -> Int64 {
        try createToken(name: name, hash: hash, permissions: permissions, by: "system", at: at)
    }
}
