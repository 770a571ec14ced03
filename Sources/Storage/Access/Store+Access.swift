import Messaging
import Synchronization

extension Store: AccessStore {
    static let userColumns = """
        u.id, u.email, u.name, r.id, r.name, r.permissions, r.version, u.time_zone, u.disabled, u.created_at,
        CASE WHEN u.password_hash = '' THEN 0 ELSE 1 END, u.version
        """
    static let userTables = "users u JOIN roles r ON r.id = u.role_id"

    static func role(_ columns: inout Columns) -> Role {
        Role(
            id: columns.int(), name: columns.text(), permissions: permissions(columns.text()),
            version: columns.int())
    }
    static func permissions(_ text: String) -> Set<Permission> { knownPermissions.of(text) }

    private static let knownPermissions = KnownPermissions()
    static func user(_ columns: inout Columns) -> User {
        User(
            id: columns.int(), email: columns.text(), name: columns.text(), role: role(&columns),
            timeZone: columns.text(), isDisabled: columns.flag(), createdAt: columns.time(),
            hasPassword: columns.flag(), version: columns.int())
    }

    public func hasUsers() throws -> Bool {
        try engine.read { try $0.first("SELECT 1 FROM users LIMIT 1", [], { $0.int() }) != nil }
    }

    public func users() throws -> [User] {
        try engine.read {
            try $0.rows("SELECT \(Self.userColumns) FROM \(Self.userTables) ORDER BY u.id", [], Self.user)
        }
    }

    public func user(_ id: Int64) throws -> User? {
        try engine.read {
            try $0.first("SELECT \(Self.userColumns) FROM \(Self.userTables) WHERE u.id = $1", [.int(id)], Self.user)
        }
    }

    public func user(email: String) throws -> (user: User, passwordHash: String)? {
        try engine.read {
            try $0.first(
                "SELECT \(Self.userColumns), u.password_hash FROM \(Self.userTables) WHERE u.email = $1",
                [.text(email.lowercased())]
            ) { (Self.user(&$0), $0.text()) }
        }
    }

    public func createUser(
        email: String, name: String, roleName: String, passwordHash: String, timeZone: String, at: Timestamp
    ) throws -> Int64 {
        try engine.write(.accept) { connection in
            let role = try connection.first("SELECT id FROM roles WHERE name = $1", [.text(roleName)], { $0.int() })
            guard let role else { throw StoreConflict.notFound }
            let id = try connection.first(
                """
                INSERT INTO users (email, name, role_id, password_hash, time_zone, created_at)
                VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (email) DO NOTHING RETURNING id
                """,
                [
                    .text(email.lowercased()), .text(name), .int(role), .text(passwordHash), .text(timeZone), .time(at),
                ]
            ) { $0.int() }
            guard let id else { throw StoreConflict.duplicate(email) }
            return id
        }
    }

    public func updateUser(_ id: Int64, name: String, timeZone: String, at: Timestamp) throws {
        try engine.write(.accept) { connection in
            let changed = try connection.run(
                "UPDATE users SET name = $1, time_zone = $2, version = version + 1 WHERE id = $3",
                [.text(name), .text(timeZone), .int(id)])
            guard changed == 1 else { throw StoreConflict.notFound }
        }
    }

    public func setPassword(_ id: Int64, hash: String, keeping sessionHash: String?, at: Timestamp) throws {
        try engine.write(.accept) { connection in
            let changed = try connection.run(
                "UPDATE users SET password_hash = $1 WHERE id = $2", [.text(hash), .int(id)])
            guard changed == 1 else { throw StoreConflict.notFound }
            try connection.run(
                "DELETE FROM sessions WHERE user_id = $1 AND hash <> $2", [.int(id), .text(sessionHash ?? "")])
        }
    }

    public func createSession(_ session: StoredSession) throws {
        try engine.write(.accept) { connection in
            try connection.run(
                "INSERT INTO sessions (hash, user_id, csrf, created_at, seen_at) VALUES ($1, $2, $3, $4, $5)",
                [
                    .text(session.hash), .int(session.userID), .text(session.csrf), .time(session.createdAt),
                    .time(session.seenAt),
                ])
        }
    }

    public func session(hash: String) throws -> (session: StoredSession, user: User)? {
        try engine.read { connection in
            try connection.first(
                """
                SELECT s.user_id, s.csrf, s.created_at, s.seen_at, \(Self.userColumns)
                FROM sessions s JOIN users u ON u.id = s.user_id JOIN roles r ON r.id = u.role_id
                WHERE s.hash = $1 AND u.disabled = 0
                """, [.text(hash)]
            ) { columns in
                let session = StoredSession(
                    hash: hash, userID: columns.int(), csrf: columns.text(), createdAt: columns.time(),
                    seenAt: columns.time())
                return (session, Self.user(&columns))
            }
        }
    }

    public func touchSession(hash: String, at: Timestamp) throws {
        try engine.write(.accept) {
            try $0.run("UPDATE sessions SET seen_at = $1 WHERE hash = $2", [.time(at), .text(hash)])
        }
    }

    public func deleteSession(hash: String) throws {
        try engine.write(.accept) { try $0.run("DELETE FROM sessions WHERE hash = $1", [.text(hash)]) }
    }

    public func deleteSessions(idleSince: Timestamp) throws {
        try engine.write(.background) {
            try $0.run("DELETE FROM sessions WHERE seen_at < $1", [.time(idleSince)])
        }
    }

    public func createLink(hash: String, purpose: LinkPurpose, userID: Int64?, expiresAt: Timestamp) throws {
        try engine.write(.accept) { connection in
            if purpose == .password {
                try connection.run(
                    "DELETE FROM one_time_links WHERE user_id = $1 AND purpose = $2",
                    [.int(userID), .text(purpose.rawValue)])
            }
            try connection.run(
                "INSERT INTO one_time_links (hash, purpose, user_id, expires_at) VALUES ($1, $2, $3, $4)",
                [.text(hash), .text(purpose.rawValue), .int(userID), .time(expiresAt)])
        }
    }

    public func link(hash: String, at: Timestamp) throws -> (purpose: LinkPurpose, userID: Int64?)? {
        try engine.read { connection in
            let found = try connection.first(
                """
                SELECT purpose, user_id FROM one_time_links
                WHERE hash = $1 AND used_at IS NULL AND expires_at > $2
                """, [.text(hash), .time(at)]
            ) { (purpose: $0.text(), userID: $0.optionalInt()) }
            guard let found, let purpose = LinkPurpose(rawValue: found.purpose) else { return nil }
            return (purpose, found.userID)
        }
    }

    public func useLink(hash: String, at: Timestamp) throws -> Bool {
        try engine.write(.accept) { connection in
            try connection.run(
                "UPDATE one_time_links SET used_at = $1 WHERE hash = $2 AND used_at IS NULL AND expires_at > $1",
                [.time(at), .text(hash)]) == 1
        }
    }

    public func setting(_ key: String) throws -> String? {
        try engine.read {
            try $0.first("SELECT value FROM settings WHERE name = $1", [.text(key)], { $0.text() })
        }
    }

    public func setSetting(_ key: String, _ value: String) throws {
        try engine.write(.accept) {
            try $0.run(
                """
                INSERT INTO settings (name, value) VALUES ($1, $2)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value
                """, [.text(key), .text(value)])
        }
    }
}

/// Roles and tokens have few different sets of permissions, and every request asks for one: read once, not each time.
private final class KnownPermissions: Sendable {
    /// Sets remembered: more than an installation has roles and tokens.
    private static let capacity = 1024
    private let sets = Mutex<[String: Set<Permission>]>([:])

    func of(_ text: String) -> Set<Permission> {
        if let known = sets.withLock({ $0[text] }) { return known }
        let read = Set(text.split(separator: " ").compactMap { Permission(rawValue: String($0)) })
        sets.withLock { sets in
            if sets.count >= Self.capacity { sets.removeAll() }
            sets[text] = read
        }
        return read
    }
}
