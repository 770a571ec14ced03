import Messaging
import TestSupport
import Testing

@testable import Storage

@Suite("Threads of what people write")
struct ThreadStoreTests {
    private static let number = Address(kind: .mobile, value: "+27821100001")

    private func message(
        _ reference: String, _ text: String = "Yes please", inReplyTo: InboundMessage.Answered? = nil,
        channel: DeliveryChannel = .sms
    ) -> InboundMessage {
        InboundMessage(
            deliveryChannel: channel, from: Self.number.value, to: "+27820000000", text: text, providerID: 1,
            reference: reference, inReplyTo: inReplyTo, at: StoreFixture.noon)
    }

    private func member(_ id: String, mobile: String = ThreadStoreTests.number.value) -> Entity {
        var entity = Entity(id: 0, kind: .member, externalID: id, name: "", firstName: "Ada", lastName: "Lovelace")
        entity.mobile = mobile
        return entity
    }

    @Test("a stranger's messages are received, unread, once each, in one thread", arguments: EngineUnderTest.allCases)
    func stranger(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let first = try #require(try store.file(message("a"), fromOneOf: [Self.number], at: StoreFixture.noon))
        #expect(try store.file(message("a"), fromOneOf: [Self.number], at: StoreFixture.noon) == nil)
        let second = try #require(try store.file(message("b"), fromOneOf: [Self.number], at: StoreFixture.noon))
        #expect(first.threadID == second.threadID)
        #expect(first.answers == nil)
        let thread = try #require(try store.thread(first.threadID))
        #expect(thread.address == Self.number)
        #expect(thread.entity == nil)
        #expect(thread.unread == 2)
        #expect(thread.lastMessageID == second.id)
        let details = try #require(try store.message(first.id))
        #expect(details.row.status == .received)
        #expect(details.row.direction == .inbound)
        #expect(details.threadID == first.threadID)
        #expect(details.merge.json.contains("+27820000000"))
        let rows = try store.messages(ofThread: first.threadID, from: .newest, limit: 1)
        #expect(rows.items.map(\.id) == [second.id])
        #expect(rows.next == second.id)
        #expect(try store.overview(at: StoreFixture.noon).counts[.received] == 2)
        try store.markRead(thread: first.threadID)
        #expect(try store.thread(first.threadID)?.unread == 0)
        #expect(throws: StoreConflict.notFound) { try store.markRead(thread: 4711) }
    }

    @Test("the latest thread comes first, by pages", arguments: EngineUnderTest.allCases)
    func order(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        for (index, address) in ["+27821000001", "+27821000002", "+27821000001", "+27821000003"].enumerated() {
            _ = try store.file(
                message("m\(index)"), fromOneOf: [Address(kind: .mobile, value: address)], at: StoreFixture.noon)
        }
        let page = try store.threads(from: .newest, limit: 2)
        #expect(page.items.map { $0.address?.value } == ["+27821000003", "+27821000001"])
        let rest = try store.threads(from: .after(try #require(page.next)), limit: 2)
        #expect(rest.items.map { $0.address?.value } == ["+27821000002"])
    }

    @Test("the one record with the number is the customer", arguments: EngineUnderTest.allCases)
    func customer(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let ada = try store.upsert(member("m-1"), at: StoreFixture.noon)
        _ = try store.upsert(member("m-2", mobile: "+278211000011"), at: StoreFixture.noon)
        let filed = try #require(try store.file(message("a"), fromOneOf: [Self.number], at: StoreFixture.noon))
        #expect(try store.thread(filed.threadID)?.entity?.id == ada)
        let row = try #require(try store.message(filed.id)).row
        #expect(row.entity?.id == ada)
        #expect(row.recipientName == "Ada Lovelace")
        let found = try store.messages(MessageFilter(query: "lovelace"), from: .newest, limit: 9)
        #expect(found.items.map(\.id) == [filed.id])
    }

    @Test(
        "A deleted record's thread goes back to the address, and later messages stay in it",
        arguments: EngineUnderTest.allCases)
    func deletedRecord(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let ada = try store.upsert(member("m-1"), at: StoreFixture.noon)
        let filed = try #require(try store.file(message("a"), fromOneOf: [Self.number], at: StoreFixture.noon))
        try store.deleteEntity(ada)
        let thread = try #require(try store.thread(filed.threadID))
        #expect(thread.entity == nil)
        #expect(thread.address == Self.number)
        let later = try #require(try store.file(message("b"), fromOneOf: [Self.number], at: StoreFixture.noon))
        #expect(later.threadID == filed.threadID)
        #expect(try store.thread(filed.threadID)?.unread == 2)
    }

    @Test(
        "Of two readings of a number the one that was written to, or is known, counts",
        arguments: EngineUnderTest.allCases)
    func readings(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let other = Address(kind: .mobile, value: "+4933612345678")
        let unknown = try #require(
            try store.file(message("a"), fromOneOf: [other, Self.number], at: StoreFixture.noon))
        #expect(unknown.address == other)
        let french = Address(kind: .mobile, value: "+33612345678")
        let known = try #require(try store.file(message("b"), fromOneOf: [french, other], at: StoreFixture.noon))
        #expect(known.address == other)
        #expect(known.threadID == unknown.threadID)
    }

    @Test("a number that several members share is nobody's", arguments: EngineUnderTest.allCases)
    func shared(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        for id in ["m-1", "m-2"] { _ = try store.upsert(member(id), at: StoreFixture.noon) }
        let filed = try #require(try store.file(message("a"), fromOneOf: [Self.number], at: StoreFixture.noon))
        #expect(try store.thread(filed.threadID)?.entity == nil)
    }

    @Test("what an address wrote before it was somebody's joins their thread", arguments: EngineUnderTest.allCases)
    func adopted(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let mail = Address(kind: .email, value: "ada@example.org")
        let before = try #require(try store.file(message("a"), fromOneOf: [Self.number], at: StoreFixture.noon))
        let other = try #require(
            try store.file(message("b", channel: .email), fromOneOf: [mail], at: StoreFixture.noon))
        var entity = member("m-1")
        entity.email = "Ada@example.org"
        let ada = try store.upsert(entity, at: StoreFixture.noon)
        let after = try #require(try store.file(message("c"), fromOneOf: [Self.number], at: StoreFixture.noon))
        #expect(after.threadID == before.threadID)
        let merged = try #require(
            try store.file(message("d", channel: .email), fromOneOf: [mail], at: StoreFixture.noon))
        #expect(merged.threadID == before.threadID)
        let thread = try #require(try store.thread(before.threadID))
        #expect(thread.entity?.id == ada)
        #expect(thread.address == nil)
        #expect(thread.unread == 4)
        #expect(try store.thread(other.threadID) == nil)
        #expect(try store.message(other.id)?.threadID == before.threadID)
    }

    @Test(
        "a reply knows what it answers, by either name, and only of its own provider",
        arguments: EngineUnderTest.allCases)
    func answers(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        _ = try StoreFixture.broadcast(in: store, receivers: 2, channels: [.sms])
        let sent = try StoreFixture.claim(store, limit: 2)
        let completions = sent.map { StoreFixture.completion($0, .accepted, reference: "r\($0.id)") }
        _ = try store.recordAndClaim(completions, claims: [], slots: [:], lease: 1, at: StoreFixture.noon)
        let mine = try #require(sent.first { $0.address == Self.number.value })
        let token = MessageToken.text(messageID: mine.id, installation: store.installationID)
        let named = [
            InboundMessage.Answered.reference("r\(mine.id)"), .reference(token), .id(mine.id),
        ].enumerated()
        for (index, name) in named {
            let filed = try #require(
                try store.file(message("n\(index)", inReplyTo: name), fromOneOf: [Self.number], at: StoreFixture.noon))
            #expect(filed.answers == mine.id)
        }
        #expect(try store.message(mine.id)?.replies.count == 3)
        // Without a name it is the latest that left for the address; another provider's reference names nothing.
        let unnamed = try #require(try store.file(message("u"), fromOneOf: [Self.number], at: StoreFixture.noon))
        #expect(unnamed.answers == mine.id)
        var foreign = message("f", inReplyTo: .reference("r\(mine.id)"))
        foreign.providerID = 2
        _ = try store.file(foreign, fromOneOf: [Self.number], at: StoreFixture.noon)
        #expect(try store.message(mine.id)?.replies.count == 3)
        // An inbound message may be called what an outbound one is.
        #expect(try store.file(message("r\(mine.id)"), fromOneOf: [Self.number], at: StoreFixture.noon) != nil)
        #expect(try StoreFixture.status(store, mine.id) == .sent)
    }

    @Test("inbound messages are found behind any number of outbound ones", arguments: EngineUnderTest.allCases)
    func direction(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let filed = try #require(try store.file(message("a"), fromOneOf: [Self.number], at: StoreFixture.noon))
        _ = try StoreFixture.broadcast(in: store, receivers: 3)
        let page = try store.messages(MessageFilter(direction: .inbound), from: .newest, limit: 9)
        #expect(page.items.map(\.id) == [filed.id])
        #expect(!page.isPartial)
        let none = try store.messages(
            MessageFilter(statuses: [.sent], direction: .inbound), from: .newest, limit: 9)
        #expect(none.items.isEmpty)
    }
}
