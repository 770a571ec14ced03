/// Bulk broadcasts: the template they are made from, where their receivers came from, and work on many rows that goes on
/// after the answer.
enum SchemaBroadcasts {
    static let step = Migrations.Step(
        name: "broadcasts",
        statements: [
            "ALTER TABLE broadcasts ADD COLUMN template_id BIGINT",
            // The ids between which all of its messages lie: what walks a status in the order of ids starts and ends there.
            "ALTER TABLE broadcasts ADD COLUMN first_message_id BIGINT",
            "ALTER TABLE broadcasts ADD COLUMN last_message_id BIGINT",
            "CREATE INDEX broadcasts_bulk ON broadcasts (id) WHERE origin = 'bulk'",
            "CREATE INDEX broadcasts_by_template ON broadcasts (template_id) WHERE template_id IS NOT NULL",
            "ALTER TABLE receivers ADD COLUMN channel_id BIGINT",
            "ALTER TABLE receivers ADD COLUMN subscriber_id BIGINT",
            // `until`: the last id of the source when the work was asked for, so that what comes later is not drawn in.
            """
            CREATE TABLE broadcast_jobs (
                id {identity_kept}, broadcast_id BIGINT NOT NULL, work TEXT NOT NULL, cursor BIGINT NOT NULL,
                until BIGINT NOT NULL, done BIGINT NOT NULL DEFAULT 0, merged BIGINT NOT NULL DEFAULT 0, total BIGINT,
                asked_by BIGINT, asked_at BIGINT NOT NULL, finished_at BIGINT)
            """,
            "CREATE INDEX broadcast_jobs_open ON broadcast_jobs (broadcast_id, id) WHERE finished_at IS NULL",
        ])
}
