import Testing

@testable import Storage

@Suite("One statement at a time")
struct StatementOrderTests {
    @Test("a statement within the row loop of another is refused", arguments: EngineUnderTest.allCases)
    func nested(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let statement = "SELECT name FROM roles ORDER BY id"
        for other in [statement, "SELECT 1"] {
            #expect(throws: NestedStatement.self) {
                try store.engine.read { connection in
                    try connection.query(statement, []) { _ in try connection.query(other, []) { _ in } }
                }
            }
        }
        #expect(throws: NestedStatement.self) {
            try store.engine.write(.accept) { connection in
                _ = try connection.rows(statement) { _ in try connection.run("DELETE FROM roles") }
            }
        }
        #expect(try store.roles().isEmpty == false)
    }

    @Test("after a row handler that threw, the next statement runs", arguments: EngineUnderTest.allCases)
    func afterAnError(_ engine: EngineUnderTest) throws {
        struct Enough: Error {}
        let store = try engine.makeStore().store
        let count = try store.engine.read { connection in
            #expect(throws: Enough.self) { try connection.query("SELECT id FROM roles", []) { _ in throw Enough() } }
            return try connection.first("SELECT COUNT(*) FROM roles", [], { $0.count() })
        }
        #expect((count ?? 0) > 0)
    }
}
