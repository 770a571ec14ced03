import Messaging
import TestSupport
import Testing

@testable import Storage

@Suite("In-app messages in the store")
struct NoticeStoreTests {
    private func member(_ store: Store, _ id: String = "m-1") throws -> Int64 {
        try store.upsert(Entity(kind: .member, externalID: id, firstName: "Ada"), at: StoreFixture.noon)
    }

    private func notice(_ key: String, to member: String = "m-1") -> NoticeTransfer {
        NoticeTransfer(
            key: key, messageID: 1, reader: RecordAddress(kind: .member, externalID: member), title: "Title \(key)",
            text: "Text", extras: ContentExtras(icon: "https://example.org/i.png", actionURL: "https://example.org/"))
    }

    @Test("one is kept once by its key, newest first, a page at a time", arguments: EngineUnderTest.allCases)
    func pages(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let (ada, grace) = (try member(store), try member(store, "m-2"))
        #expect(try store.keep((1...5).map { notice("k-\($0)") }, providerID: 7, at: StoreFixture.noon) == [])
        _ = try store.keep([notice("k-3"), notice("g-1", to: "m-2")], providerID: 7, at: StoreFixture.noon)
        let first = try store.notices(of: ada, from: .newest, limit: 3)
        #expect(first.items.map(\.title) == ["Title k-5", "Title k-4", "Title k-3"])
        let next = try #require(first.next)
        let second = try store.notices(of: ada, from: .after(next), limit: 3)
        #expect(second.items.map(\.title) == ["Title k-2", "Title k-1"])
        #expect(second.next == nil)
        #expect(try store.notices(of: grace, from: .newest, limit: 3).items.count == 1)
        #expect(first.items[0].actionURL == "https://example.org/")
        #expect(first.items[0].readAt == nil)
    }

    @Test("what has no reader any more is told, and the rest of its batch is kept", arguments: EngineUnderTest.allCases)
    func orphans(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let ada = try member(store)
        #expect(try store.keep([notice("a"), notice("b", to: "m-9")], providerID: 7, at: StoreFixture.noon) == ["b"])
        #expect(try store.notices(of: ada, from: .newest, limit: 5).items.count == 1)
        try store.deleteEntity(ada)
        let again = try member(store)
        #expect(try store.notices(of: again, from: .newest, limit: 5).items.isEmpty)
        #expect(try store.notices(of: ada, from: .newest, limit: 5).items.isEmpty)
    }

    @Test("read once, its message is read; a second time nothing happens", arguments: EngineUnderTest.allCases)
    func read(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let (ada, grace) = (try member(store), try member(store, "m-2"))
        let id = try store.createDraft(
            name: "", deliveryChannels: [.inApp], composition: Composition(), by: nil, at: StoreFixture.noon)
        let reader = try #require(try store.entity(ada))
        _ = try store.addReceivers([Receiver(of: reader, origin: .search)], to: id, at: StoreFixture.noon)
        try store.publish(
            id, version: nil, receivers: nil, contents: [Content(deliveryChannel: .inApp, text: "Hello")], sendAt: nil,
            by: nil, at: StoreFixture.noon)
        let message = try #require(try StoreFixture.claim(store, limit: 1, provider: 7).first)
        #expect(message.address == "member:m-1")
        _ = try store.keep([notice("k-1")], providerID: 7, at: StoreFixture.noon)
        _ = try store.recordAndClaim(
            [StoreFixture.completion(message, .accepted, reference: "k-1")], claims: [], slots: [:], lease: 1,
            at: StoreFixture.noon)
        let kept = try #require(try store.notices(of: ada, from: .newest, limit: 1).items.first).id
        #expect(try store.readNotice(kept, of: grace, at: StoreFixture.noon) == nil)
        #expect(try StoreFixture.status(store, message.id) == .sent)
        let later = StoreFixture.noon + .seconds(60)
        let first = try #require(try store.readNotice(kept, of: ada, at: later))
        #expect(first.isNew)
        #expect(first.notice.readAt == later)
        #expect(try StoreFixture.status(store, message.id) == .read)
        let second = try #require(try store.readNotice(kept, of: ada, at: later + .seconds(60)))
        #expect(!second.isNew)
        #expect(second.notice.readAt == later)
        #expect(try #require(try store.message(message.id)).receipts.map(\.state) == [.read])
        try StoreFixture.expectBalance(store, id)
    }
}
