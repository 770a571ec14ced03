import Messaging
import TestSupport
import Testing

@testable import Storage

@Suite("Saved filters, one broadcast's messages and what links to a record")
struct SendLogStoreTests {
    @Test("a broadcast's failed messages are found whatever was sent since", arguments: EngineUnderTest.allCases)
    func failedOfOne(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let old = try StoreFixture.broadcast(in: store, receivers: 4)
        let claimed = try StoreFixture.claim(store, limit: 2)
        _ = try store.recordAndClaim(
            claimed.map { StoreFixture.completion($0, .refused) }, claims: [], slots: [:], lease: 1,
            at: StoreFixture.noon)
        let new = try StoreFixture.broadcast(in: store, receivers: 6)
        let later = try StoreFixture.claim(store, limit: 8)
        _ = try store.recordAndClaim(
            later.map { StoreFixture.completion($0, .refused) }, claims: [], slots: [:], lease: 1, at: StoreFixture.noon
        )
        let filter = MessageFilter(statuses: [.failed], broadcastID: old)
        let page = try store.messages(filter, from: .newest, limit: 3)
        #expect(page.items.allSatisfy { $0.broadcastID == old })
        let rest = try store.messages(filter, from: .after(try #require(page.next)), limit: 3)
        #expect(page.items.count + rest.items.count == 4)
        let others = try store.messages(MessageFilter(broadcastID: new), from: .newest, limit: 50).items
        #expect(others.map(\.id) == others.map(\.id).sorted(by: >))
        #expect(others.count == 6)
    }

    @Test(
        "a walk that finds too little gives a partial page that goes on to the end", arguments: EngineUnderTest.allCases
    )
    func partial(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let rare = try StoreFixture.broadcast(in: store, receivers: 1)
        let many = LogWalk.budget + 10
        for chunk in 0..<6 {
            let id = try store.createDraft(
                name: "Many", deliveryChannels: [.email], composition: StoreFixture.composition, by: nil,
                at: StoreFixture.noon)
            let first = chunk * many / 6
            _ = try store.addReceivers(
                (first..<first + many / 6 + 1).map { StoreFixture.receiver($0 + 10) }, to: id, at: StoreFixture.noon)
            try store.publish(
                id, version: nil, receivers: nil, contents: [StoreFixture.composition.content(for: .email)],
                sendAt: nil,
                by: nil,
                at: StoreFixture.noon)
            try StoreFixture.fanOut(store, chunk: 2_000)
        }
        let wanted = try store.messages(MessageFilter(broadcastID: rare), from: .newest, limit: 1).items.map(\.id)
        // Everything fits: the oldest message is on the last page.
        let filter = MessageFilter(deliveryChannel: .email, to: StoreFixture.noon + .seconds(1))
        var (start, found, pages) = (PageStart.newest, [Int64](), 0)
        repeat {
            let page = try store.messages(filter, from: start, limit: 1_000)
            found += page.items.map(\.id)
            pages += 1
            start = page.next.map(PageStart.after) ?? .newest
        } while start != .newest
        #expect(found.last == wanted.first)
        #expect(Set(found).count == found.count)
        // Pending rows are all there are: those of another type are looked for in vain, page by page.
        let vain = MessageFilter(statuses: [.pending], type: .reply)
        let first = try store.messages(vain, from: .newest, limit: 50)
        #expect(first.isPartial)
        #expect(first.items.isEmpty)
        let last = try store.messages(vain, from: .after(try #require(first.next)), limit: 50)
        #expect(!last.isPartial)
        #expect(last.next == nil)
    }

    @Test("saved filters: own and shared, one of a name, fifty of a person", arguments: EngineUnderTest.allCases)
    func savedFilters(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let people = try ["ada", "grace"].map {
            try store.createUser(
                email: "\($0)@example.org", name: $0.capitalized, roleName: "viewer", passwordHash: "", timeZone: "UTC",
                at: StoreFixture.noon)
        }
        func save(_ name: String, by user: Int64, shared: Bool = false) throws -> Int64 {
            try store.saveFilter(name: name, query: "status=failed", isShared: shared, by: user, at: StoreFixture.noon)
        }
        let mine = try save("Mine", by: people[0])
        _ = try save("For all", by: people[1], shared: true)
        _ = try save("Hers", by: people[1])
        #expect(try store.savedFilters(for: people[0]).map(\.name) == ["For all", "Mine"])
        #expect(try store.savedFilters(for: people[0]).first?.ownerName == "Grace")
        #expect(throws: StoreConflict.duplicate("Mine")) { try save("Mine", by: people[0]) }
        #expect(throws: StoreConflict.duplicate("Hers")) {
            try store.updateSavedFilter(
                try #require(store.savedFilters(for: people[1]).first { $0.name == "For all" }).id, name: "Hers",
                isShared: true)
        }
        try store.updateSavedFilter(mine, name: "Mine too", isShared: true)
        #expect(try store.savedFilters(for: people[1]).map(\.name) == ["For all", "Hers", "Mine too"])
        for number in 1..<SavedFilter.mostPerUser { _ = try save("No. \(number)", by: people[0]) }
        #expect(throws: StoreConflict.state("full")) { try save("One more", by: people[0]) }
        try store.deleteSavedFilter(mine)
        #expect(throws: StoreConflict.notFound) { try store.deleteSavedFilter(mine) }
        #expect(try save("One more", by: people[0]) > mine)
    }

    @Test("what links to a record is found by kind, newest first and limited", arguments: EngineUnderTest.allCases)
    func links(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let place = try store.upsert(Entity(kind: .location, externalID: "l-1", name: "Harbour"), at: StoreFixture.noon)
        let location = try #require(try store.entity(place)).reference
        for number in 1...4 {
            try store.upsert(Entity(kind: .member, externalID: "m-\(number)", locationID: place), at: StoreFixture.noon)
        }
        try store.upsert(Entity(kind: .account, externalID: "a-1", locationID: place), at: StoreFixture.noon)
        try store.upsert(Entity(kind: .member, externalID: "m-9"), at: StoreFixture.noon)
        let members = try store.entities(.member, linkedTo: location, limit: 3).map(\.externalID)
        #expect(members == ["m-4", "m-3", "m-2"])
        #expect(try store.entities(.account, linkedTo: location, limit: 3).map(\.externalID) == ["a-1"])
        #expect(try store.entities(.transaction, linkedTo: location, limit: 3).isEmpty)
        let channel = try store.createChannel(name: "Sailors", description: "", at: StoreFixture.noon)
        _ = try store.addSubscriber(Subscriber(entity: location), to: channel, at: StoreFixture.noon)
        #expect(try store.channels(of: place, limit: 5).map(\.name) == ["Sailors"])
        #expect(try store.channels(of: 4_242, limit: 5).isEmpty)
    }
}
