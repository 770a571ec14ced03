import Messaging
import Testing

@testable import Storage

@Suite("Imports, versions and rows in the store")
struct ImportStoreTests {
    private static let noon = StoreFixture.noon

    private func job(_ id: String, at: Timestamp = noon, owner: Int64 = 1) -> ImportJob {
        let subject = ImportSubject.entities(.member)
        let file = ImportFile(
            subject: subject, format: .csv(delimiter: 0x3B), form: .init(encoding: .latin1, mark: 2),
            header: ["id", "ü"], preview: [["1", "2"]],
            mapping: ColumnMapping([.field("external_id"), .attribute("tier")]))
        return ImportJob(id: id, ownerID: owner, filename: "a.csv", file: file, createdAt: at)
    }

    @Test("what is known of a file and of its run is there after a restart", arguments: EngineUnderTest.allCases)
    func restart(engine: EngineUnderTest) throws {
        let temporary = try engine.makeStore()
        try temporary.store.addImport(job("a"))
        #expect(try temporary.store.importJob("a") == job("a"))
        #expect(try temporary.store.beginImport("a", runner: "r1", at: Self.noon))
        var progress = ImportProgress()
        (progress.rows, progress.created, progress.updated, progress.unchanged, progress.rejected) = (9, 4, 3, 1, 1)
        (progress.bytes, progress.bytesInAll) = (10, 20)
        #expect(try temporary.store.noteImport("a", runner: "r1", progress, at: Self.noon + .seconds(1)))
        let store = try temporary.reopened()
        let found = try #require(try store.importJob("a"))
        #expect(found.progress == progress)
        #expect(found.standing(at: Self.noon + .seconds(5)) == .running)
        #expect(found.standing(at: Self.noon + .seconds(17)) == .interrupted)
        #expect(try store.importJobs(of: .entities(.member), by: 1, limit: 5).map(\.id) == ["a"])
        #expect(try store.importJobs(of: .entities(.member), by: 2, limit: 5).isEmpty)
        #expect(try store.importJobs(of: .entities(.account), by: 1, limit: 5).isEmpty)
    }

    @Test("one run counts: a second waits for silence, and the first is told", arguments: EngineUnderTest.allCases)
    func runners(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        try store.addImport(job("a"))
        let (empty, later) = (ImportProgress(), Self.noon + .seconds(20))
        #expect(try store.beginImport("a", runner: "r1", at: Self.noon))
        #expect(try !store.beginImport("a", runner: "r2", at: Self.noon + .seconds(10)))
        #expect(try store.beginImport("a", runner: "r2", at: later))
        #expect(try !store.noteImport("a", runner: "r1", empty, at: later))
        #expect(try !store.endImport("a", runner: "r1", .failed, reason: "x", empty, at: later))
        #expect(try store.importJob("a")?.state == .running, "whoever lost the run does not end it")
        #expect(try store.endImport("a", runner: "r2", .done, reason: "", empty, at: later))
        #expect(try store.importJob("a")?.state == .done)
        #expect(try !store.beginImport("a", runner: "r3", at: later + .seconds(60)), "what is done stays done")
    }

    @Test("the oldest are forgotten, and none that runs", arguments: EngineUnderTest.allCases)
    func forgetting(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        for number in 0..<5 { try store.addImport(job("j\(number)", at: Self.noon + .seconds(number))) }
        #expect(try store.beginImport("j0", runner: "r", at: Self.noon + .seconds(5)))
        #expect(try store.forgetImports(keeping: 2, at: Self.noon + .seconds(6)).sorted() == ["j1", "j2"])
        #expect(try store.importJob("j0") != nil)
        #expect(try store.importJob("j1") == nil)
    }

    @Test("a record saved meanwhile is not overwritten", arguments: EngineUnderTest.allCases)
    func versions(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try store.upsert(Entity(kind: .member, externalID: "m-1", firstName: "Ada"), at: Self.noon)
        let first = try #require(try store.entity(id)).version
        var change = EntityChange(externalID: "m-1")
        change.firstName = "Augusta"
        #expect(try store.save(change, to: id, version: first, at: Self.noon) == .updated)
        change.firstName = "Other"
        #expect(throws: StoreConflict.version(first + 1)) {
            try store.save(change, to: id, version: first, at: Self.noon)
        }
        #expect(try store.entity(id)?.firstName == "Augusta")
        // An import counts as a change too.
        _ = try store.apply([change], of: .member, isImport: true, at: Self.noon)
        #expect(try store.entity(id)?.version == first + 2)
        try store.deleteEntity(id)
        #expect(throws: StoreConflict.notFound) { try store.save(change, to: id, version: 1, at: Self.noon) }
    }

    @Test("rows of subscribers: new ones are added and counted, others are not", arguments: EngineUnderTest.allCases)
    func subscribers(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let channel = try store.createChannel(name: "c", description: "", at: Self.noon)
        try store.upsert(Entity(kind: .member, externalID: "m-1"), at: Self.noon)
        func row(_ email: String, _ link: SubscriberRow.Link? = nil) -> SubscriberRow {
            var row = SubscriberRow()
            (row.email, row.link) = (email, link)
            return row
        }
        let known = SubscriberRow.Link(kind: .member, externalID: "m-1")
        let unknown = SubscriberRow.Link(kind: .account, externalID: "m-1")
        let rows = [row("a@example.org"), row("A@example.org"), row("", known), row("", known), row("", unknown)]
        let outcomes = try store.takeSubscribers(rows, into: channel, at: Self.noon)
        #expect(outcomes.prefix(4) == [.created, .unchanged, .created, .unchanged])
        guard case .rejected(let problems) = outcomes[4] else { return #expect(Bool(false)) }
        #expect(problems.first?.message == "There is no account “m-1”.")
        #expect(try store.channel(channel)?.subscriberCount == 2)
        #expect(throws: StoreConflict.notFound) { try store.takeSubscribers(rows, into: 99, at: Self.noon) }
    }

    @Test("a channel renamed meanwhile is not overwritten", arguments: EngineUnderTest.allCases)
    func channels(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try store.createChannel(name: "c", description: "", at: Self.noon)
        try store.updateChannel(id, version: 1, name: "d", description: "", at: Self.noon)
        _ = try store.addSubscriber(Subscriber(email: "a@example.org"), to: id, at: Self.noon)
        #expect(throws: StoreConflict.version(2)) {
            try store.updateChannel(id, version: 1, name: "e", description: "", at: Self.noon)
        }
        try store.updateChannel(id, version: 2, name: "e", description: "", at: Self.noon)
        #expect(throws: StoreConflict.notFound) {
            try store.updateChannel(99, version: 1, name: "e", description: "", at: Self.noon)
        }
    }
}
