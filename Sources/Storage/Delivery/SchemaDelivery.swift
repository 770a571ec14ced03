/// What the delivery loop needs beyond the outbox itself.
enum SchemaDelivery {
    static let step = Migrations.Step(
        name: "delivery",
        statements: [
            // `messages_by_status` finds what is being sent as well, and every hand-off paid twice for this one.
            "DROP INDEX messages_sending",
            // What left through a provider, by slots of time, so that its rates hold across restarts.
            """
            CREATE TABLE provider_usage (
                provider_id BIGINT NOT NULL, slot_seconds BIGINT NOT NULL, slot BIGINT NOT NULL, used BIGINT NOT NULL,
                PRIMARY KEY (provider_id, slot_seconds, slot)) {keyed}
            """,
        ])

    /// Planners count an equal column as far better than a range: with the time alone in the index they walked all that
    /// was pending, a million after a large broadcast, each second.
    static let expiry = Migrations.Step(
        name: "expiry",
        statements: [
            "DROP INDEX messages_expiring",
            """
            CREATE INDEX messages_expiring ON messages (status, expires_at)
                WHERE status = 'pending' AND expires_at IS NOT NULL
            """,
        ])
}
