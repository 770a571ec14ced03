import Messaging
import Testing

@testable import Storage

/// Statements whose cost must not grow with what was sent, and that a planner likes to answer from the wrong index.
@Suite("Statements use the index that was made for them")
struct PlanTests {
    private func plan(of statement: String, _ values: [SQLValue]) throws -> String {
        try Self.plan(of: statement, values, in: try EngineUnderTest.sqlite.makeStore().store)
    }

    static func plan(of statement: String, _ values: [SQLValue], in store: Store) throws -> String {
        try store.engine.read { connection in
            try connection.rows("EXPLAIN QUERY PLAN " + statement, values) { columns in
                columns.skip(3)
                return columns.text()
            }
        }.joined(separator: "; ")
    }

    @Test("a page of one outcome walks the index of the states and sorts nothing")
    func outcomes() throws {
        for start in [PageStart.newest, .after(500), .before(500)] {
            let clause = start.clause("m.id", placeholder: 2)
            let plan = try plan(
                of: Store.outcomeWalk(clause.condition, clause.order, .sqlite),
                [.text("failed"), clause.value, .int(1), .int(1000), .int(50)])
            #expect(plan.contains("messages_by_status"), "\(plan)")
            #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
        }
    }

    @Test("the addresses that hold a word are looked up as the text index finds them, and not sorted")
    func addresses() throws {
        let plan = try plan(
            of: LogWalk.addressWalk(words: 2, .sqlite), [.text("ada"), .text("ada"), .text("love"), .int(64)])
        #expect(plan.hasPrefix("SCAN addresses_search VIRTUAL TABLE INDEX"), "\(plan)")
        #expect(plan.contains("SEARCH a USING INTEGER PRIMARY KEY"), "\(plan)")
        #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
    }

    @Test(
        "the records that share an address are looked up as the text index finds them",
        arguments: ["lower(e.email)", "e.mobile"])
    func sharers(_ column: String) throws {
        let plan = try plan(of: Store.sharers(column, .sqlite), [.text("ada"), .text("ada@example.org"), .int(20)])
        #expect(plan.hasPrefix("SCAN entities_search VIRTUAL TABLE INDEX"), "\(plan)")
        #expect(plan.contains("SEARCH e USING INTEGER PRIMARY KEY"), "\(plan)")
    }

    @Test("what has expired is found among what expires, not among all that is pending")
    func expired() throws {
        let plan = try plan(of: Store.expired, [.int(1), .int(500)])
        #expect(plan.contains("messages_expiring (status=? AND expires_at>? AND expires_at<?)"), "\(plan)")
    }

    @Test("scheduled broadcasts are counted among those that wait for their time")
    func scheduled() throws {
        let plan = try plan(of: Store.scheduledBroadcasts, [])
        #expect(plan.contains("broadcasts_due"), "\(plan)")
    }

    @Test("drafts that name a template or a provider are looked for among drafts")
    func drafts() throws {
        let plan = try plan(of: Store.draftsNaming, [.text("%1,%"), .text("%1}%")])
        #expect(plan.contains("broadcasts_drafts"), "\(plan)")
        #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
    }
}
