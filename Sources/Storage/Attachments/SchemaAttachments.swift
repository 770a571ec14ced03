/// Files that messages carry.
enum SchemaAttachments {
    static let step = Migrations.Step(
        name: "attachments",
        statements: [
            """
            CREATE TABLE attachments (
                hash TEXT NOT NULL PRIMARY KEY, size BIGINT NOT NULL, content_type TEXT NOT NULL,
                bytes {bytes} NOT NULL, created_at BIGINT NOT NULL)
            """
        ])
}
