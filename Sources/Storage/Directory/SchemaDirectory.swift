/// The values of attributes become part of the text that is searched, so that a filter on one is a look-up too.
enum SchemaDirectory {
    /// Engines take JSON apart in ways of their own.
    static let step = Migrations.Step(name: "directory", isPerEngine: true)
}
