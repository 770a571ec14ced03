/// Filters of the send log under a name, and the way from a record to what links to it.
enum SchemaLog {
    static let step = Migrations.Step(
        name: "log",
        statements: [
            """
            CREATE TABLE saved_filters (
                id {identity_kept}, user_id BIGINT NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL,
                is_shared BIGINT NOT NULL, created_at BIGINT NOT NULL, UNIQUE (user_id, name))
            """,
            "CREATE INDEX saved_filters_shared ON saved_filters (user_id) WHERE is_shared = 1",
            // What links to a record. The kind stands in it so that a page of one kind reads no row of another.
            """
            CREATE INDEX entities_by_member ON entities (member_id, kind, id) WHERE member_id IS NOT NULL
            """,
            """
            CREATE INDEX entities_by_account ON entities (account_id, kind, id) WHERE account_id IS NOT NULL
            """,
            """
            CREATE INDEX entities_by_location ON entities (location_id, kind, id) WHERE location_id IS NOT NULL
            """,
        ])
}
