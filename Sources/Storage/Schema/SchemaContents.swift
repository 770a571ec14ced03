/// Steps of the schema for contents.
enum SchemaContents {
    static let step = Migrations.Step(name: "contents", statements: [])
}
