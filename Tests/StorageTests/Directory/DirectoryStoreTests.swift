import Messaging
import TestSupport
import Testing

@testable import Storage

@Suite("The directory in the store")
struct DirectoryStoreTests {
    private func change(_ id: String, _ fields: [EntityField: String] = [:], isWhole: Bool = false) -> EntityChange {
        var change = EntityChange(externalID: id, isWhole: isWhole)
        for (field, text) in fields { change[field] = text }
        return change
    }

    @discardableResult
    private func apply(_ store: Store, _ kind: EntityKind, _ changes: [EntityChange]) throws -> [RowOutcome] {
        try store.apply(changes, of: kind, isImport: true, at: StoreFixture.noon)
    }

    @Test(
        "what is not said stays, what is empty is emptied, a whole record replaces", arguments: EngineUnderTest.allCases
    )
    func merging(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        var ada = change("m-1", [.firstName: "Ada", .email: "ada@example.org"])
        ada.attributes = ["tier": "gold", "joined": .number("2016")]
        #expect(try apply(store, .member, [ada]) == [.created])
        #expect(try apply(store, .member, [ada]) == [.unchanged])
        var second = change("m-1", [.lastName: "Lovelace", .email: ""])
        second.attributes = ["tier": "silver", "joined": .null]
        #expect(try apply(store, .member, [second]) == [.updated])
        let merged = try #require(try store.entity(kind: .member, externalID: "m-1"))
        #expect(merged.displayName == "Ada Lovelace")
        #expect(merged.email.isEmpty)
        #expect(merged.attributes == MergeValues(["tier": "silver"]))
        #expect(try apply(store, .member, [change("m-1", [.mobile: "+27821234567"], isWhole: true)]) == [.updated])
        let whole = try #require(try store.entity(kind: .member, externalID: "m-1"))
        #expect(whole.id == merged.id)
        #expect(whole.displayName == "m-1")
        #expect(whole.attributes.isEmpty)
    }

    @Test("links are made by external id, and one that leads nowhere is refused", arguments: EngineUnderTest.allCases)
    func links(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        try apply(store, .location, [change("l-1", [.name: "Harbour"])])
        let outcomes = try apply(
            store, .member, [change("m-1", [.location: "l-1"]), change("m-2", [.location: "l-9"])])
        #expect(outcomes[0] == .created)
        #expect(outcomes[1] == .rejected([RowProblem("location", "There is no location “l-9”.")]))
        let place = try #require(try store.entity(kind: .location, externalID: "l-1"))
        #expect(try store.entity(kind: .member, externalID: "m-1")?.locationID == place.id)
        #expect(try store.entity(kind: .member, externalID: "m-2") == nil)
        let found = try store.search(
            EntitySearch(kind: .member, filters: [.init(field: "location", value: "l-1")]), from: .newest, limit: 5)
        #expect(found.items.map(\.externalID) == ["m-1"])
        try apply(store, .member, [change("m-1", [.location: ""])])
        #expect(try store.entity(kind: .member, externalID: "m-1")?.locationID == nil)
    }

    @Test("more rows than a statement, one id twice: one record, the later word", arguments: EngineUnderTest.allCases)
    func many(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        var changes = (1...333).map { change("m-\($0)", [.firstName: "N\($0)", .email: "n\($0)@example.org"]) }
        changes.append(change("m-7", [.firstName: "Seven"]))
        let outcomes = try apply(store, .member, changes)
        #expect(outcomes.count { $0 == .created } == 333)
        #expect(outcomes.last == .updated)
        #expect(try store.entity(kind: .member, externalID: "m-7")?.firstName == "Seven")
        #expect(try store.entity(kind: .member, externalID: "m-7")?.email == "n7@example.org")
        var seen: [String] = []
        var start = PageStart.newest
        while true {
            let page = try store.search(EntitySearch(kind: .member), from: start, limit: 50)
            seen += page.items.map(\.externalID)
            guard let next = page.next else { break }
            start = .after(next)
        }
        #expect(seen.count == 333)
        #expect(Set(seen).count == 333)
    }

    @Test(
        "filters combine: columns, attributes of any kind, short and long values", arguments: EngineUnderTest.allCases)
    func filters(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let changes = (1...60).map { number in
            var one = change(
                "m-\(number)",
                [
                    .firstName: ["Ada", "Grace", "Zoë"][number % 3], .language: ["en", "de"][number % 2],
                    .timeZone: "Africa/Johannesburg",
                ])
            one.attributes = [
                "tier": .string(["gold", "silver"][number % 2]), "active": .bool(number % 4 == 0),
                "balance": .number("\(number).50"), "home": ["town": .string("Cape Town")],
            ]
            return one
        }
        try apply(store, .member, changes)
        try apply(store, .account, [change("gold-1", [.name: "Gold Ada"])])
        func ids(_ filters: [(String, String)], _ query: String = "") throws -> [Int] {
            try store.search(
                EntitySearch(
                    kind: .member, query: query, filters: filters.map { .init(field: $0.0, value: $0.1) }),
                from: .newest, limit: 100
            ).items.compactMap { Int($0.externalID.dropFirst(2)) }.sorted()
        }
        #expect(try ids([("tier", "gold")]) == (1...60).filter { $0 % 2 == 0 })
        #expect(try ids([("tier", "GOLD"), ("first_name", "ada")]) == (1...60).filter { $0 % 6 == 0 })
        #expect(try ids([("active", "true"), ("language", "en")]) == (1...60).filter { $0 % 4 == 0 })
        #expect(try ids([("balance", "7.50")]) == [7, 17, 27, 37, 47, 57])
        #expect(try ids([("home.town", "cape")]).count == 60)
        #expect(try ids([("time_zone", "johannes"), ("first_name", "zoë")], "m-5").allSatisfy { $0 % 3 == 2 })
        #expect(try ids([("tier", "bronze")]).isEmpty)
        #expect(try ids([("location", "nowhere")]).isEmpty)
        #expect(try ids([("tier", "\" OR \"")]).isEmpty)
        #expect(try ids([], "gold") == (1...60).filter { $0 % 2 == 0 })
    }

    @Test("a filter that few satisfy answers a partial page that goes on", arguments: EngineUnderTest.allCases)
    func partial(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        for batch in 0..<25 {
            try apply(
                store, .member,
                (0..<500).map { change("m-\(batch * 500 + $0)", [.language: batch + $0 == 0 ? "fr" : "en"]) })
        }
        let search = EntitySearch(kind: .member, filters: [.init(field: "language", value: "fr")])
        let first = try store.search(search, from: .newest, limit: 10)
        #expect(first.isPartial)
        #expect(first.items.isEmpty)
        let second = try store.search(search, from: .after(try #require(first.next)), limit: 10)
        #expect(second.items.map(\.externalID) == ["m-0"])
        #expect(!second.isPartial)
    }

    @Test("a deleted record's messages keep what they said", arguments: EngineUnderTest.allCases)
    func deleting(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        try apply(store, .member, [change("m-1", [.firstName: "Ada", .email: "ada@example.org"])])
        let ada = try #require(try store.entity(kind: .member, externalID: "m-1"))
        let single = SingleMessage(
            origin: .direct, content: Content(deliveryChannel: .email, subject: "Hi {{first_name}}", text: "x"),
            receiver: Receiver(of: ada, origin: .search))
        guard let message = try store.accept(single, at: StoreFixture.noon).newID else { return #expect(Bool(false)) }
        try store.deleteEntity(ada.id)
        #expect(try store.entity(ada.id) == nil)
        #expect(try store.search(EntitySearch(kind: .member, query: "ada"), from: .newest, limit: 5).items.isEmpty)
        let kept = try #require(try store.message(message))
        #expect(kept.row.address == "ada@example.org")
        #expect(kept.row.subject == "Hi Ada")
        #expect(throws: StoreConflict.notFound) { try store.deleteEntity(ada.id) }
        try apply(store, .member, [change("m-1", [.firstName: "Ada"])])
        #expect(try store.entity(kind: .member, externalID: "m-1")?.id != ada.id)
    }

    @Test("no page of a search sorts what it found before the first row is there")
    func plans() throws {
        let store = try EngineUnderTest.sqlite.makeStore().store
        let filter = EntitySearch.Filter(field: "tier", value: "gold")
        for query in ["", "ada", "ada lovelace"] {
            for filters in [[], [filter]] {
                for start in [PageStart.newest, .after(500), .before(500)] {
                    let search = EntitySearch(kind: .member, query: query, filters: filters)
                    let walk = try #require(try store.searchWalk(search, from: start))
                    let plan = try PlanTests.plan(of: walk.sql, walk.values, in: store)
                    #expect(!plan.isEmpty)
                    #expect(!plan.contains("TEMP B-TREE") && !plan.contains("CO-ROUTINE"), "\(plan)")
                }
            }
        }
    }
}
