/// What providers send us, before anything of it is parsed.
enum SchemaInbox {
    static let events = Migrations.Step(
        name: "inbox events",
        statements: [
            """
            CREATE TABLE inbox_events (
                id {identity_kept}, provider_id BIGINT NOT NULL, kind TEXT NOT NULL, external_id TEXT NOT NULL,
                headers TEXT NOT NULL, body {bytes} NOT NULL, received_at BIGINT NOT NULL,
                state TEXT NOT NULL DEFAULT 'waiting', reason TEXT NOT NULL DEFAULT '', ended_at BIGINT,
                UNIQUE (provider_id, kind, external_id))
            """,
            "CREATE INDEX inbox_events_waiting ON inbox_events (id) WHERE state = 'waiting'",
        ])

    /// How often an event was tried, and the query of a call.
    static let attempts = Migrations.Step(
        name: "inbox attempts",
        statements: [
            "ALTER TABLE inbox_events ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0",
            "ALTER TABLE inbox_events ADD COLUMN query TEXT NOT NULL DEFAULT ''",
            "DROP INDEX inbox_events_waiting",
            // Those never tried come first.
            "CREATE INDEX inbox_events_waiting ON inbox_events (attempts, id) WHERE state = 'waiting'",
        ])
}
