/// Access tokens that providers were given.
enum SchemaProviderTokens {
    static let step = Migrations.Step(
        name: "provider tokens",
        statements: [
            """
            CREATE TABLE provider_tokens (
                provider_id BIGINT NOT NULL, scope TEXT NOT NULL, sealed {bytes} NOT NULL,
                expires_at BIGINT NOT NULL, PRIMARY KEY (provider_id, scope)) {keyed}
            """
        ])
}
