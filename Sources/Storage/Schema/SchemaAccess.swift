/// Steps of the schema for access.
enum SchemaAccess {
    static let step = Migrations.Step(name: "access", statements: [])
}
