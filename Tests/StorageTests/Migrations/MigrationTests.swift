import Foundation
import Testing

@testable import Storage

@Suite("The migrations")
struct MigrationTests {
    /// What all of them leave behind, each object's name and text. A step that was released is never edited, so a change
    /// only adds to it or says what the new step alters.
    @Test("make the schema that the snapshot shows", arguments: EngineUnderTest.allCases)
    func schema(_ engine: EngineUnderTest) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Snapshots")
        let known = try String(contentsOf: folder.appending(path: "\(engine).sql"), encoding: .utf8)
        let made = try engine.schema(of: try engine.makeStore().store)
        let (old, new) = (Set(known.components(separatedBy: "\n\n")), Set(made.components(separatedBy: "\n\n")))
        #expect(new.subtracting(old).sorted() == [], "not in the snapshot")
        #expect(old.subtracting(new).sorted() == [], "in the snapshot alone")
        #expect(made == known)
    }

    @Test("ask each engine for its part, and no engine says more", arguments: EngineUnderTest.allCases)
    func perEngine(_ engine: EngineUnderTest) throws {
        let dialect = try engine.makeStore().store.engine.dialect
        #expect(Set(dialect.migrations.keys) == Set(Migrations.all.filter(\.isPerEngine).map(\.name)))
        var silent = dialect
        silent.migrations[SchemaSearch.step.name] = nil
        #expect(throws: MissingMigration.self) { try SchemaSearch.step.statements(for: silent) }
    }

    @Test("have names of their own, which a store keeps in order", arguments: EngineUnderTest.allCases)
    func names(_ engine: EngineUnderTest) throws {
        let kept = try engine.makeStore().store.engine.read { connection in
            try connection.rows("SELECT name FROM migrations ORDER BY number") { $0.text() }
        }
        #expect(kept == Migrations.all.map(\.name))
        #expect(Set(kept).count == kept.count)
    }
}

extension EngineUnderTest {
    /// Every table, index and trigger as the engine keeps it, but for those it makes for itself.
    fileprivate func schema(of store: Store) throws -> String {
        switch self {
        case .sqlite:
            try store.engine.read { connection in
                try connection.rows(
                    """
                    SELECT type, name, COALESCE(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'
                    ORDER BY type, name
                    """
                ) { "-- \($0.text()) \($0.text())\n\($0.text())\n\n" }.joined()
            }
        }
    }
}
