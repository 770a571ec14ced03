import Messaging
import TestSupport
import Testing

@testable import Storage

@Suite("The text indexes")
struct SearchIndexTests {
    private func found(_ word: String, in store: Store) throws -> [String] {
        try store.search(EntitySearch(kind: .member, query: word), from: .newest, limit: 50).items.map(\.externalID)
            .sorted()
    }

    /// FTS5 compares every row with its index; anything amiss is an error.
    private func checkIndexes(_ store: Store) throws {
        try store.engine.write(.background) { (connection) -> Void in
            for table in SQLiteTextIndex.tables {
                try connection.run("INSERT INTO \(table)_search (\(table)_search, rank) VALUES ('integrity-check', 1)")
            }
        }
    }

    private func add(_ rows: ClosedRange<Int>, to store: Store) throws {
        for number in rows {
            try store.upsert(
                Entity(kind: .member, externalID: "m\(number)", firstName: "Person\(number)"), at: StoreFixture.noon)
        }
    }

    @Test("hold what was added, changed and deleted, whatever id comes back")
    func follows() throws {
        let fixture = try TemporaryStore()
        let store = fixture.store
        try add(1...30, to: store)
        #expect(try found("person30", in: store) == ["m30"])
        // The newest ids are free again after this, and taken by the next.
        for id in try store.engine.read({ try $0.rows("SELECT id FROM entities ORDER BY id DESC LIMIT 3") { $0.int() } }
        ) {
            try store.engine.write(.accept) { _ = try $0.run("DELETE FROM entities WHERE id = $1", [.int(id)]) }
        }
        #expect(try found("person30", in: store) == [])
        try add(40...41, to: store)
        #expect(try found("person40", in: store) == ["m40"])
        try store.engine.write(.accept) { connection in
            try connection.run("UPDATE entities SET search = 'renamed' WHERE external_id = 'm40'")
        }
        #expect(try found("person40", in: store) == [])
        try checkIndexes(store)
    }

    @Test("survive a row that is added, changed and deleted within one commit")
    func withinOneCommit() throws {
        let fixture = try TemporaryStore()
        let store = fixture.store
        try add(1...3, to: store)
        try store.engine.write(.accept) { connection in
            try connection.run(
                "INSERT INTO addresses (kind, value, name, search) VALUES ('email', 'a@example.org', 'A', 'alpha')")
            try connection.run("UPDATE addresses SET search = 'beta' WHERE value = 'a@example.org'")
            try connection.run(
                "INSERT INTO addresses (kind, value, name, search) VALUES ('email', 'b@example.org', 'B', 'gamma')")
            try connection.run("DELETE FROM addresses WHERE value = 'b@example.org'")
        }
        let matches = try store.engine.read { connection in
            try connection.rows("SELECT search FROM addresses_search WHERE addresses_search MATCH 'bet AND eta'") {
                $0.text()
            }
        }
        #expect(matches == ["beta"])
        try checkIndexes(store)
    }

    /// Parts that a search has to look into.
    private func segments(_ store: Store) throws -> Int {
        try store.engine.read { connection in
            try connection.first("SELECT COUNT(DISTINCT segid) FROM entities_search_idx", [], { $0.count() }) ?? 0
        }
    }

    @Test("are merged in commits of their own, and what was left when the program ended is merged by the next")
    func merged() throws {
        let fixture = try TemporaryStore()
        let engine = try #require(fixture.store.engine as? SQLiteEngine)
        let few = SQLiteTextIndex.segmentsMerged - 1
        let rows = 4 * SQLiteTextIndex.segmentsMerged
        try add(1...rows, to: fixture.store)
        engine.merger.waitForRest()
        #expect(try segments(fixture.store) <= 2 * few)
        try checkIndexes(fixture.store)
        engine.merger.stop()
        let before = try segments(fixture.store)
        // Fewer than FTS5 itself would merge: 16 of one size.
        try add((rows + 1)...(rows + SQLiteTextIndex.segmentsMerged), to: fixture.store)
        let piled = try segments(fixture.store)
        #expect(piled == before + SQLiteTextIndex.segmentsMerged)
        try fixture.store.close()
        let again = try fixture.reopened()
        try #require(again.engine as? SQLiteEngine).merger.waitForRest()
        #expect(try segments(again) < piled)
        #expect(try segments(again) <= 2 * few)
        #expect(try found("person7", in: again) == ["m7"])
        #expect(try found("person\(rows)", in: again) == ["m\(rows)"])
        try checkIndexes(again)
    }

    @Test("of a store from before they knew rows alone are made anew")
    func upgraded() throws {
        let fixture = try TemporaryStore()
        try add(1...20, to: fixture.store)
        let step = try #require(Migrations.all.firstIndex { $0.name == SchemaSearch.rowsOnly.name })
        try fixture.store.engine.write(.background) { connection in
            for table in SQLiteTextIndex.tables {
                try connection.run("DROP TABLE \(table)_search")
                try connection.run(
                    """
                    CREATE VIRTUAL TABLE \(table)_search USING fts5(
                        search, content='\(table)', content_rowid='id', tokenize='trigram')
                    """)
            }
            // And what came after it.
            for table in ["inbox_events", "threads", "attachments", "provider_tokens", "id_sequences"] {
                try connection.run("DROP TABLE \(table)")
            }
            try connection.run("DROP INDEX messages_by_thread")
            try connection.run("ALTER TABLE messages DROP COLUMN thread_id")
            try connection.run("ALTER TABLE suppressions DROP COLUMN asked_at")
            try connection.run("DELETE FROM migrations WHERE number > $1", [.int(step)])
        }
        try fixture.store.close()
        let again = try fixture.reopened()
        #expect(try found("person7", in: again) == ["m7"])
        #expect(try found("person2", in: again).count == 2)
        try add(21...21, to: again)
        #expect(try found("person21", in: again) == ["m21"])
        try checkIndexes(again)
        let kept = try again.engine.read { connection in
            try connection.first("SELECT sql FROM sqlite_master WHERE name = 'entities_search'", [], { $0.text() })
        }
        #expect(kept?.contains("detail='none'") == true)
    }

    @Test("are as they were when a commit fails")
    func failedCommit() throws {
        let fixture = try TemporaryStore()
        let store = fixture.store
        try add(1...3, to: store)
        #expect(throws: CancellationError.self) {
            try store.engine.write(.accept) { connection in
                try connection.run(
                    "INSERT INTO addresses (kind, value, name, search) VALUES ('email', 'a@example.org', 'A', 'alpha')")
                throw CancellationError()
            }
        }
        try checkIndexes(store)
        try add(4...4, to: store)
        #expect(try found("person4", in: store) == ["m4"])
    }
}
