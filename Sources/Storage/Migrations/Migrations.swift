import Logging
import Messaging

/// The schema's history: an append-only list. A step that was released is never edited.
enum Migrations {
    struct Step {
        var name: String
        /// For every engine, each with its words for `{…}`.
        var statements: [String] = []
        /// Whether every engine adds statements of its own, which run after these: `Dialect.migrations` has them.
        var isPerEngine = false

        func statements(for dialect: Dialect) throws -> [String] {
            guard isPerEngine else { return statements.map(dialect.spell) }
            guard let own = dialect.migrations[name] else { throw MissingMigration(name: name) }
            return (statements + own).map(dialect.spell)
        }
    }

    static let all: [Step] = [
        SchemaFoundation.step, SchemaDirectory.step, SchemaTemplates.step, SchemaBroadcasts.step, SchemaAccess.step,
        SchemaLog.step, SchemaImport.step, SchemaContents.step, SchemaDelivery.step,
        SchemaSearch.step, SchemaConsent.step, SchemaDevices.step, SchemaDoubt.step,
        SchemaSearch.pages, SchemaDoubt.credentialGenerations, SchemaDelivery.expiry,
        SchemaSearch.merging, SchemaSearch.rowsOnly, SchemaInbox.events,
        SchemaInbox.attempts, SchemaThreads.step, SchemaAttachments.step, SchemaProviderTokens.step,
        SchemaProviderKinds.renamed, SchemaThreads.references, SchemaConsent.askedAt, SchemaIDSequences.step,
    ]

    static func run(on connection: any SQLConnection, dialect: Dialect) throws {
        try connection.run(
            "CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)"
        )
        let applied = try connection.first("SELECT COALESCE(MAX(number), 0) FROM migrations") { $0.count() } ?? 0
        guard applied <= all.count else { throw NewerSchema(found: applied, known: all.count) }
        // Of a large store a step may take a minute, and whoever looks on should know what for.
        let logger = Logger(label: "switchboard")
        let isUpgrade = applied > 0 && applied < all.count
        if isUpgrade { logger.notice("the store is being brought up to date", metadata: steps(applied)) }
        for (index, step) in all.enumerated().dropFirst(applied) {
            for statement in try step.statements(for: dialect) { try connection.run(statement) }
            try connection.run(
                "INSERT INTO migrations (number, name, applied_at) VALUES ($1, $2, $3)",
                [.int(index + 1), .text(step.name), .time(Timestamp.now())])
        }
        if isUpgrade { logger.notice("the store is up to date", metadata: steps(applied)) }
    }

    private static func steps(_ applied: Int) -> Logger.Metadata { ["from": "\(applied)", "to": "\(all.count)"] }
}

/// An engine does not say what it adds to a migration, not even that it adds nothing.
struct MissingMigration: Error {
    var name: String
}

/// The data folder was written by a later version of this program.
public struct NewerSchema: Error, Sendable, CustomStringConvertible {
    public var found: Int
    public var known: Int
    public var description: String {
        "The store was made by a newer version (schema \(found); this program knows \(known)). Update the program."
    }
}

extension Dialect {
    func spell(_ statement: String) -> String {
        schemaWords.reduce(statement) { $0.replacing("{\($1.key)}", with: $1.value) }
    }
}
