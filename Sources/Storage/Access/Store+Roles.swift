import Messaging

extension Store {
    private static let roleColumns = "id, name, permissions, version"

    public func roles() throws -> [Role] {
        try engine.read { try $0.rows("SELECT \(Self.roleColumns) FROM roles ORDER BY id", [], Self.role) }
    }

    public func role(_ id: Int64) throws -> Role? { try engine.read { try Self.role(id, on: $0) } }

    static func role(_ id: Int64, on connection: any SQLConnection) throws -> Role? {
        try connection.first("SELECT \(roleColumns) FROM roles WHERE id = $1", [.int(id)], role)
    }

    public func usersByRole() throws -> [Int64: Int] {
        try engine.read { connection in
            let counts = try connection.rows("SELECT role_id, COUNT(*) FROM users GROUP BY role_id") {
                ($0.int(), $0.count())
            }
            return Dictionary(uniqueKeysWithValues: counts)
        }
    }

    public func createRole(name: String, permissions: Set<Permission>) throws -> Int64 {
        try engine.write(.accept) { connection in
            try Self.requireFree(name, except: nil, on: connection)
            return try connection.insert(
                "INSERT INTO roles (name, permissions) VALUES ($1, $2) RETURNING id",
                [.text(name), .text(Self.text(permissions))])
        }
    }

    public func updateRole(_ id: Int64, version: Int64, name: String, permissions: Set<Permission>) throws {
        try engine.write(.accept) { connection in
            let stands = try Self.editable(id, on: connection)
            guard stands.version == version else { throw StoreConflict.version(stands.version) }
            try Self.requireFree(name, except: id, on: connection)
            try connection.run(
                "UPDATE roles SET name = $1, permissions = $2, version = version + 1 WHERE id = $3",
                [.text(name), .text(Self.text(permissions)), .int(id)])
        }
    }

    public func deleteRole(_ id: Int64) throws {
        try engine.write(.accept) { connection in
            let role = try Self.editable(id, on: connection)
            let user = try connection.first(
                "SELECT email FROM users WHERE role_id = $1 ORDER BY id LIMIT 1", [.int(id)], { $0.text() })
            if let user {
                throw StoreConflict.state("\(user) has the role “\(role.name)”. Give them another one first.")
            }
            try connection.run("DELETE FROM roles WHERE id = $1", [.int(id)])
        }
    }

    static func text(_ permissions: Set<Permission>) -> String {
        permissions.map(\.rawValue).sorted().joined(separator: " ")
    }

    private static func editable(_ id: Int64, on connection: any SQLConnection) throws -> Role {
        guard let role = try role(id, on: connection) else { throw StoreConflict.notFound }
        guard !role.isOwner else { throw StoreConflict.state("The owner's role has every permission and stays so.") }
        return role
    }

    /// Roles are few, and two that differ in case only would be mistaken for each other in any alphabet.
    private static func requireFree(_ name: String, except id: Int64?, on connection: any SQLConnection) throws {
        let taken = try connection.rows("SELECT id, name FROM roles") { (id: $0.int(), name: $0.text()) }
        let clash = taken.contains { $0.id != id && $0.name.lowercased() == name.lowercased() }
        if clash { throw StoreConflict.duplicate(name) }
    }
}
