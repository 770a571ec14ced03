/// Contents that carry more than texts, and the provider a broadcast chose.
enum SchemaContents {
    static let step = Migrations.Step(
        name: "contents",
        statements: [
            "ALTER TABLE contents ADD COLUMN extras TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE sandbox_items ADD COLUMN extras TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE broadcast_contents ADD COLUMN provider_id BIGINT",
        ])
}
