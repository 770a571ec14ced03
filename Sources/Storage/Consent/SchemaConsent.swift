/// Suppressions with whose word they are, and what people decided about messages.
enum SchemaConsent {
    static let step = Migrations.Step(
        name: "consent",
        statements: [
            // One row for each word: a person who comes back takes back only her own.
            """
            CREATE TABLE suppressions_by_word (
                id {identity_kept}, address_id BIGINT NOT NULL, scope TEXT NOT NULL,
                channel_id BIGINT NOT NULL DEFAULT 0, reason TEXT NOT NULL, source TEXT NOT NULL,
                created_at BIGINT NOT NULL, created_by BIGINT, message_id BIGINT,
                UNIQUE (address_id, scope, channel_id, source))
            """,
            """
            INSERT INTO suppressions_by_word (address_id, scope, channel_id, reason, source, created_at)
            SELECT address_id, scope, channel_id, reason, source, created_at FROM suppressions ORDER BY id
            """,
            "DROP TABLE suppressions",
            "ALTER TABLE suppressions_by_word RENAME TO suppressions",
            "CREATE INDEX suppressions_by_scope ON suppressions (scope, id)",
            "CREATE INDEX suppressions_by_source ON suppressions (source, id)",
            "CREATE INDEX suppressions_by_channel ON suppressions (channel_id, id) WHERE scope = 'channel'",
            """
            CREATE TABLE decisions (
                id {identity}, message_id BIGINT NOT NULL, event TEXT NOT NULL, user_id BIGINT, at BIGINT NOT NULL)
            """,
            "CREATE INDEX decisions_by_message ON decisions (message_id, id)",
        ])

    /// When the person asked for it; NULL where that is when the row was written.
    static let askedAt = Migrations.Step(
        name: "suppressions asked at", statements: ["ALTER TABLE suppressions ADD COLUMN asked_at BIGINT"])
}
