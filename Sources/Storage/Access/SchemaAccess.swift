/// Modules, versions for two editors at once, who made a token, and the audit as a list that is searched.
enum SchemaAccess {
    static let step = Migrations.Step(
        name: "access", statements: tables + audit + successors(in: "roles") + successors(in: "api_tokens") + operators)

    private static let tables = [
        """
        CREATE TABLE modules (
            name TEXT NOT NULL PRIMARY KEY, is_on BIGINT NOT NULL, changed_by TEXT NOT NULL,
            changed_at BIGINT NOT NULL) {keyed}
        """,
        "ALTER TABLE roles ADD COLUMN version BIGINT NOT NULL DEFAULT 1",
        "ALTER TABLE users ADD COLUMN version BIGINT NOT NULL DEFAULT 1",
        "ALTER TABLE api_tokens ADD COLUMN created_by TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX users_by_role ON users (role_id)",
        "CREATE INDEX one_time_links_by_user ON one_time_links (user_id) WHERE user_id IS NOT NULL",
    ]

    private static let audit = [
        "CREATE INDEX audit_by_actor ON audit (actor, id)",
        "CREATE INDEX audit_by_action ON audit (action, id)",
    ]

    /// Push was set up with the permissions of omni channels, voice with those of SMS gateways. Whoever had those keeps
    /// what they could do.
    private static func successors(in table: String) -> [String] {
        [("omni_channels", "push_providers"), ("sms_gateways", "voice_providers")].flatMap { old, new in
            ["read", "create", "update", "delete"].map { verb in
                """
                UPDATE \(table) SET permissions = permissions || ' communication:\(new):\(verb):all'
                WHERE permissions LIKE '%communication:\(old):\(verb):all%'
                """
            }
        }
    }

    /// The built-in operators make and send bulk communications.
    private static let operators = [
        """
        UPDATE roles SET permissions = permissions
            || ' communication:bulk_communications:create:all communication:bulk_communications:update:all'
        WHERE name = 'operator'
        """
    ]
}
