/// What engines say differently. Everything else is one SQL.
public struct Dialect: Sendable {
    /// Replaces the `{…}` words of a migration.
    public var schemaWords: [String: String]
    /// What the engine adds to each migration that asks every engine for statements of its own, by the migration's name.
    public var migrations: [String: [String]]
    /// Appended to the sub-select of a claim, so that processes never wait for each other's rows.
    public var skipLocked: String
    public var search: any TextSearch
    /// Joins a table whose rows are walked in their order, on its left, with one that is looked up for each: a limit then
    /// ends the walk early. A planner that may turn them round would sort everything first.
    public var orderedJoin: String
    /// Answers one row `ok` when the files are sound.
    public var integrityQuery: String
}
