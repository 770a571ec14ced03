import Messaging

extension Store: ProviderTokenStore {
    public func providerToken(_ providerID: Int64, scope: String) throws -> ProviderToken? {
        let row = try engine.read { connection in
            try connection.first(
                "SELECT sealed, expires_at FROM provider_tokens WHERE provider_id = $1 AND scope = $2",
                [.int(providerID), .text(scope)], { (sealed: $0.bytes(), expiresAt: $0.time()) })
        }
        guard let row, let value = (try? secrets.open(row.sealed))?["token"] else { return nil }
        return ProviderToken(value: value, expiresAt: row.expiresAt)
    }

    public func keep(_ token: ProviderToken, for account: ProviderAccount, scope: String) throws {
        let sealed = try secrets.seal(["token": token.value])
        try engine.write(.delivery) { connection in
            try connection.run(
                """
                INSERT INTO provider_tokens (provider_id, scope, sealed, expires_at)
                SELECT id, $1, $2, $3 FROM providers WHERE id = $4 AND updated_at = $5 AND deleted_at IS NULL
                ON CONFLICT (provider_id, scope) DO UPDATE
                    SET sealed = excluded.sealed, expires_at = excluded.expires_at
                """,
                [
                    .text(scope), .bytes(sealed), .time(token.expiresAt), .int(account.id), .time(account.updatedAt),
                ])
        }
    }

    public func forgetProviderToken(_ providerID: Int64, scope: String) throws {
        try engine.write(.delivery) { connection in
            try connection.run(
                "DELETE FROM provider_tokens WHERE provider_id = $1 AND scope = $2", [.int(providerID), .text(scope)])
        }
    }
}
