import Messaging

/// What whoever looks after the users decides about them.
extension Store {
    public func users(from start: PageStart, limit: Int) throws -> Page<User> {
        let clause = start.clause("u.id", placeholder: 1)
        let rows = try engine.read { connection in
            try connection.rows(
                """
                SELECT \(Self.userColumns) FROM \(Self.userTables) WHERE \(clause.condition)
                ORDER BY \(clause.order) LIMIT $2
                """, [clause.value, .int(limit + 1)], Self.user)
        }
        return Page<User>.cut(rows, from: start, limit: limit) { $0.id }
    }

    public func changeUser(_ id: Int64, version: Int64, name: String, roleID: Int64) throws {
        try engine.write(.accept) { connection in
            let owner = try Self.lockOwners(on: connection)
            let stands = try connection.first(
                "SELECT version, role_id FROM users WHERE id = $1", [.int(id)], { (version: $0.int(), role: $0.int()) })
            guard let stands, try Self.role(roleID, on: connection) != nil else { throw StoreConflict.notFound }
            guard stands.version == version else { throw StoreConflict.version(stands.version) }
            if stands.role == owner, roleID != owner { try Self.requireAnotherOwner(than: id, owner, on: connection) }
            try connection.run(
                "UPDATE users SET name = $1, role_id = $2, version = version + 1 WHERE id = $3",
                [.text(name), .int(roleID), .int(id)])
        }
    }

    public func setDisabled(_ id: Int64, _ disabled: Bool, sparingLastOwner: Bool) throws {
        try engine.write(.accept) { connection in
            let owner = try Self.lockOwners(on: connection)
            let role = try connection.first("SELECT role_id FROM users WHERE id = $1", [.int(id)], { $0.int() })
            guard let role else { throw StoreConflict.notFound }
            if disabled, sparingLastOwner, role == owner {
                try Self.requireAnotherOwner(than: id, owner, on: connection)
            }
            try connection.run("UPDATE users SET disabled = $1 WHERE id = $2", [.flag(disabled), .int(id)])
            guard disabled else { return }
            try connection.run("DELETE FROM sessions WHERE user_id = $1", [.int(id)])
            try connection.run("DELETE FROM one_time_links WHERE user_id = $1", [.int(id)])
        }
    }

    /// The id of the owner's role. Its row is locked until the commit, so that two owners who disable each other at the
    /// same moment come one after the other.
    private static func lockOwners(on connection: any SQLConnection) throws -> Int64 {
        try connection.run("UPDATE roles SET version = version WHERE name = $1", [.text(Role.owner)])
        let id = try connection.first("SELECT id FROM roles WHERE name = $1", [.text(Role.owner)], { $0.int() })
        guard let id else { throw StoreConflict.notFound }
        return id
    }

    /// One who can sign in; an owner who never chose a password would not help.
    private static func requireAnotherOwner(
        than id: Int64, _ owner: Int64, on connection: any SQLConnection
    ) throws {
        let other = try connection.first(
            """
            SELECT id FROM users WHERE role_id = $1 AND id <> $2 AND disabled = 0 AND password_hash <> '' LIMIT 1
            """, [.int(owner), .int(id)], { $0.int() })
        if other == nil { throw StoreConflict.state("This is the last owner who can sign in. Make another one first.") }
    }
}
