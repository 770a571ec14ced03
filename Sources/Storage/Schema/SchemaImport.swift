/// Steps of the schema for import.
enum SchemaImport {
    static let step = Migrations.Step(name: "import", statements: [])
}
