/// Devices that push reaches, and in-app messages waiting for their reader.
enum SchemaDevices {
    static let step = Migrations.Step(
        name: "devices",
        statements: [
            """
            CREATE TABLE devices (
                id {identity_kept}, entity_id BIGINT NOT NULL, token TEXT NOT NULL UNIQUE, platform TEXT NOT NULL,
                name TEXT NOT NULL, registered_at BIGINT NOT NULL, last_seen_at BIGINT NOT NULL)
            """,
            "CREATE INDEX devices_by_entity ON devices (entity_id, last_seen_at, id)",
            // A token that a program named; that of a linked record is looked up when it is needed.
            "ALTER TABLE receivers ADD COLUMN device TEXT NOT NULL DEFAULT ''",
            """
            CREATE TABLE notices (
                id {identity_kept}, item_key TEXT NOT NULL UNIQUE, message_id BIGINT NOT NULL,
                provider_id BIGINT NOT NULL, entity_id BIGINT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
                icon TEXT NOT NULL, action_url TEXT NOT NULL, created_at BIGINT NOT NULL, read_at BIGINT)
            """,
            "CREATE INDEX notices_by_entity ON notices (entity_id, id)",
        ])
}
