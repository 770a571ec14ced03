import Messaging
import TestSupport
import Testing

@testable import Storage

@Suite("Calls of providers, kept before they are read")
struct InboxEventStoreTests {
    private static func event(
        _ id: String, provider: Int64 = 1, kind: WebhookKind = .receipts, body: String = "{}"
    ) -> InboxEvent {
        InboxEvent(
            providerID: provider, externalID: id,
            request: WebhookRequest(
                kind: kind, headers: [HTTPHeader("webhook-id", "ü \"1\"")], query: "a=1&a=2", body: Array(body.utf8),
                receivedAt: StoreFixture.noon))
    }

    @Test("a call is kept once by provider, kind and id", arguments: EngineUnderTest.allCases)
    func once(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        #expect(try store.keep(Self.event("a")))
        #expect(try !store.keep(Self.event("a", body: "other")))
        #expect(try store.keep(Self.event("a", kind: .inbound)))
        #expect(try store.keep(Self.event("a", provider: 2)))
        let waiting = try store.takeEvents(limit: 9)
        #expect(waiting.map(\.providerID) == [1, 1, 2])
        #expect(waiting[0].request == Self.event("a").request)
        #expect(waiting.map(\.attempts) == [1, 1, 1])
    }

    @Test("an event ends once, and its reason and its body stay", arguments: EngineUnderTest.allCases)
    func ends(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        _ = try store.keep(Self.event("a"))
        let id = try #require(try store.takeEvents(limit: 1).first).id
        #expect(try store.end(id, .refused, reason: "no JSON", at: StoreFixture.noon))
        #expect(try !store.end(id, .applied, reason: "", at: StoreFixture.noon))
        let ended = try #require(try store.inboxEvent(1, .receipts, externalID: "a"))
        #expect(ended.state == .refused)
        #expect(ended.reason == "no JSON")
        #expect(ended.request == Self.event("a").request)
        #expect(try store.takeEvents(limit: 9).isEmpty)
        #expect(try !store.keep(Self.event("a")))
    }

    @Test("what was tried before comes after the new, and alone", arguments: EngineUnderTest.allCases)
    func triedBefore(engine: EngineUnderTest) throws {
        let temporary = try engine.makeStore()
        let store = temporary.store
        for id in ["a", "b"] { _ = try store.keep(Self.event(id)) }
        #expect(try store.takeEvents(limit: 9).count == 2)
        // The process ended; the next one finds both, and one that came meanwhile.
        try store.close()
        let next = try temporary.reopened()
        _ = try next.keep(Self.event("c"))
        let first = try next.takeEvents(limit: 1)
        #expect(first.map(\.externalID) == ["c"])
        #expect(try next.end(first[0].id, .applied, reason: "", at: StoreFixture.noon))
        let second = try next.takeEvents(limit: 9)
        #expect(second.map(\.externalID) == ["a"])
        #expect(second.map(\.attempts) == [2])
        try next.putBack(second.map(\.id))
        #expect(try next.inboxEvent(1, .receipts, externalID: "a")?.attempts == 1)
    }

    @Test("whoever applies them is told once a call is on disk, and not by a repeated one")
    func told() throws {
        let store = try EngineUnderTest.sqlite.makeStore().store
        let told = Told()
        store.listen { told.note($0) }
        _ = try store.keep(Self.event("a"))
        _ = try store.keep(Self.event("a"))
        #expect(told.signals == [.inbox])
    }
}
