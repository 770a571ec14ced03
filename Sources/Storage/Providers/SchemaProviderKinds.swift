/// Kinds of provider that were given other names. A row keeps the name of today; callers may say the one of before.
enum SchemaProviderKinds {
    static let renamed = Migrations.Step(
        name: "provider kinds",
        statements: [
            "UPDATE providers SET kind = 'generic_http' WHERE kind = 'http'",
            "UPDATE providers SET kind = 'in_app' WHERE kind = 'in-app'",
        ])
}
