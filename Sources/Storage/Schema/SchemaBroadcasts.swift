/// Steps of the schema for broadcasts.
enum SchemaBroadcasts {
    static let step = Migrations.Step(name: "broadcasts", statements: [])
}
