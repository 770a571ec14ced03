/// Steps of the schema for log.
enum SchemaLog {
    static let step = Migrations.Step(name: "log", statements: [])
}
