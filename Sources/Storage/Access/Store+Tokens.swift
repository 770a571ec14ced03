import Messaging

extension Store {
    private static let tokenColumns = "id, name, permissions, created_by, created_at, last_used_at"

    private static func token(_ columns: inout Columns) -> APIToken {
        APIToken(
            id: columns.int(), name: columns.text(), permissions: permissions(columns.text()),
            createdBy: columns.text(), createdAt: columns.time(), lastUsedAt: columns.optionalTime())
    }

    public func createToken(
        name: String, hash: String, permissions: Set<Permission>, by creator: String, at: Timestamp
    ) throws -> Int64 {
        try engine.write(.accept) { connection in
            try connection.insert(
                """
                INSERT INTO api_tokens (name, hash, permissions, created_by, created_at)
                VALUES ($1, $2, $3, $4, $5) RETURNING id
                """,
                [.text(name), .text(hash), .text(Self.text(permissions)), .text(creator), .time(at)])
        }
    }

    public func token(hash: String, at: Timestamp) throws -> APIToken? {
        try engine.read { connection in
            try connection.first(
                "SELECT \(Self.tokenColumns) FROM api_tokens WHERE hash = $1 AND revoked_at IS NULL", [.text(hash)],
                Self.token)
        }
    }

    public func token(_ id: Int64) throws -> APIToken? {
        try engine.read { connection in
            try connection.first(
                "SELECT \(Self.tokenColumns) FROM api_tokens WHERE id = $1 AND revoked_at IS NULL", [.int(id)],
                Self.token)
        }
    }

    public func hasToken(named name: String) throws -> Bool {
        try engine.read { connection in
            try connection.first(
                "SELECT id FROM api_tokens WHERE name = $1 AND revoked_at IS NULL LIMIT 1", [.text(name)],
                { $0.int() }) != nil
        }
    }

    public func tokens(from start: PageStart, limit: Int) throws -> Page<APIToken> {
        let clause = start.clause("id", placeholder: 1)
        let rows = try engine.read { connection in
            try connection.rows(
                """
                SELECT \(Self.tokenColumns) FROM api_tokens WHERE \(clause.condition) AND revoked_at IS NULL
                ORDER BY \(clause.order) LIMIT $2
                """, [clause.value, .int(limit + 1)], Self.token)
        }
        return Page<APIToken>.cut(rows, from: start, limit: limit) { $0.id }
    }

    public func touchToken(_ id: Int64, at: Timestamp) throws {
        try engine.write(.accept) {
            try $0.run("UPDATE api_tokens SET last_used_at = $1 WHERE id = $2", [.time(at), .int(id)])
        }
    }

    public func revokeToken(_ id: Int64, at: Timestamp) throws {
        try engine.write(.accept) { connection in
            let changed = try connection.run(
                "UPDATE api_tokens SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL", [.time(at), .int(id)])
            guard changed == 1 else { throw StoreConflict.notFound }
        }
    }
}
