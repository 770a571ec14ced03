/// What a decision was about, by number: clocks are set back, attempts only count up.
enum SchemaDoubt {
    static let step = Migrations.Step(
        name: "doubt",
        statements: [
            // Those made before it hold for nothing, so what they were about stays in doubt.
            "ALTER TABLE decisions ADD COLUMN attempt BIGINT NOT NULL DEFAULT 0"
        ])

    /// Which of a provider's settings a hand-off went out by, counted as in `ProviderAccount.credentialGeneration`.
    static let credentialGenerations = Migrations.Step(
        name: "provider editions",
        statements: [
            "ALTER TABLE providers ADD COLUMN edition BIGINT NOT NULL DEFAULT 0",
            "ALTER TABLE attempts ADD COLUMN edition BIGINT NOT NULL DEFAULT 0",
        ])
}
