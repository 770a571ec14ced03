/// Imports that a restart does not forget; versions of what two people may edit at once.
enum SchemaImport {
    static let step = Migrations.Step(
        name: "import",
        statements: [
            // `runner` is the run that counts; one of a process that is gone is told by its silence in `updated_at`.
            """
            CREATE TABLE imports (
                id TEXT NOT NULL PRIMARY KEY, subject TEXT NOT NULL, owner_id BIGINT, filename TEXT NOT NULL,
                file TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, runner TEXT NOT NULL,
                bytes BIGINT NOT NULL, bytes_in_all BIGINT NOT NULL, row_count BIGINT NOT NULL,
                created BIGINT NOT NULL, updated BIGINT NOT NULL, unchanged BIGINT NOT NULL, rejected BIGINT NOT NULL,
                created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)
            """,
            "CREATE INDEX imports_in_order ON imports (created_at)",
            "ALTER TABLE entities ADD COLUMN version BIGINT NOT NULL DEFAULT 1",
            "ALTER TABLE channels ADD COLUMN version BIGINT NOT NULL DEFAULT 1",
        ])
}
