import Messaging
import TestSupport
import Testing

@testable import Storage

@Suite("Drafts, receivers and the accept")
struct BroadcastStoreTests {
    @Test(
        "a save that names an old version changes nothing and tells the version that stands",
        arguments: EngineUnderTest.allCases)
    func versions(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try store.createDraft(
            name: "First", deliveryChannels: [.sms, .email], composition: StoreFixture.composition, by: nil,
            at: StoreFixture.noon)
        #expect(
            try store.saveDraft(id, version: 1, change: DraftChange(name: "Second"), by: nil, at: StoreFixture.noon)
                == 2)
        #expect(throws: StoreConflict.version(2)) {
            try store.saveDraft(id, version: 1, change: DraftChange(name: "Third"), by: nil, at: StoreFixture.noon)
        }
        let draft = try #require(try store.broadcast(id))
        #expect(draft.name == "Second")
        #expect(draft.deliveryChannels == [.email, .sms])
        #expect(draft.composition == StoreFixture.composition)
    }

    @Test("who is there already is merged, not added twice", arguments: EngineUnderTest.allCases)
    func merged(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try store.createDraft(
            name: "", deliveryChannels: [.email], composition: Composition(), by: nil, at: StoreFixture.noon)
        let result = try store.addReceivers(
            [StoreFixture.receiver(1), StoreFixture.receiver(2), StoreFixture.receiver(1, email: "ADA1@Example.org")],
            to: id, at: StoreFixture.noon
        )
        #expect(result == ReceiversAdded(added: 2, merged: ["Ada 1 Lovelace"]))
        #expect(try store.broadcast(id)?.receiverCount == 2)
        let page = try store.receivers(of: id, from: .newest, limit: 1)
        #expect(page.items.map(\.firstName) == ["Ada 2"])
        let next = try store.receivers(of: id, from: .after(try #require(page.next)), limit: 1)
        #expect(next.items.map(\.firstName) == ["Ada 1"])
        #expect(next.next == nil)
    }

    @Test("a published broadcast is locked", arguments: EngineUnderTest.allCases)
    func locked(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try StoreFixture.broadcast(in: store, receivers: 3)
        let receiver = try #require(try store.receivers(of: id, from: .newest, limit: 1).items.first)
        #expect(throws: StoreConflict.state("published")) { try store.deleteDraft(id) }
        #expect(throws: StoreConflict.state("published")) {
            try store.removeReceiver(receiver.id, from: id, at: StoreFixture.noon)
        }
        #expect(throws: StoreConflict.state("published")) {
            try store.publish(id, version: 2, receivers: nil, contents: [], sendAt: nil, by: nil, at: StoreFixture.noon)
        }
        try StoreFixture.expectBalance(store, id)
    }

    @Test("a chunk written twice writes nothing twice", arguments: EngineUnderTest.allCases)
    func chunkTwice(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let first = Store.firstChunk
        let id = try StoreFixture.broadcast(in: store, receivers: first + 5, channels: [.email, .sms], fanOut: false)
        let due = try #require(try store.dueBroadcasts(at: StoreFixture.noon, limit: 1).first)
        #expect(try store.messages(MessageFilter(), from: .newest, limit: 500).items.count == first * 2)
        let receivers = try store.receivers(of: id, after: due.cursor, limit: 3)
        let chunk = FanOutChunk(
            broadcastID: id, fromCursor: due.cursor, toCursor: receivers[2].receiver.id, isLast: false,
            messages: MessagePlanner.plan(receivers, of: due))
        #expect(try store.write(chunk, at: StoreFixture.noon))
        #expect(try !store.write(chunk, at: StoreFixture.noon))
        #expect(try store.messages(MessageFilter(), from: .newest, limit: 500).items.count == first * 2 + 6)
        try StoreFixture.fanOut(store)
        #expect(try store.messages(MessageFilter(), from: .newest, limit: 500).items.count == first * 2 + 10)
        #expect(try store.broadcast(id)?.status == .published)
        try StoreFixture.expectBalance(store, id)
    }

    @Test("a second receiver with the same address is skipped and names the first", arguments: EngineUnderTest.allCases)
    func duplicateAddress(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try store.createDraft(
            name: "", deliveryChannels: [.email], composition: StoreFixture.composition, by: nil, at: StoreFixture.noon)
        var twin = StoreFixture.receiver(2, email: "ADA1@example.org")
        twin.firstName = "Twin"
        var nobody = StoreFixture.receiver(3)
        nobody.email = ""
        _ = try store.addReceivers([StoreFixture.receiver(1), twin, nobody], to: id, at: StoreFixture.noon)
        try store.publish(
            id, version: nil, receivers: nil, contents: [StoreFixture.composition.content(for: .email)], sendAt: nil,
            by: nil,
            at: StoreFixture.noon)
        try StoreFixture.fanOut(store)
        let rows = try store.messages(MessageFilter(), from: .newest, limit: 10).items.sorted { $0.id < $1.id }
        #expect(rows.map(\.status) == [.pending, .skipped, .skipped])
        #expect(rows[1].error?.contains("message \(rows[0].id)") == true)
        #expect(rows[2].error == "no email address")
        try StoreFixture.expectBalance(store, id)
    }

    @Test(
        "a scheduled broadcast waits, and can be taken back as if nothing had been",
        arguments: EngineUnderTest.allCases, [1, 4])
    func unschedule(engine: EngineUnderTest, receivers: Int) throws {
        let store = try engine.makeStore().store
        let id = try store.createDraft(
            name: "", deliveryChannels: [.email], composition: StoreFixture.composition, by: nil, at: StoreFixture.noon)
        _ = try store.addReceivers((1...receivers).map { StoreFixture.receiver($0) }, to: id, at: StoreFixture.noon)
        let later = StoreFixture.noon + .seconds(3600)
        try store.publish(
            id, version: nil, receivers: nil, contents: [StoreFixture.composition.content(for: .email)], sendAt: later,
            by: nil,
            at: StoreFixture.noon)
        #expect(try store.broadcast(id)?.status == .scheduled)
        #expect(try store.dueBroadcasts(at: StoreFixture.noon, limit: 9).isEmpty)
        #expect(try StoreFixture.claim(store, limit: 9).isEmpty)
        try StoreFixture.expectBalance(store, id)

        try store.unschedule(id, at: StoreFixture.noon)
        #expect(try store.broadcast(id)?.status == .draft)
        #expect(
            try store.books(of: id) == BroadcastCounts(planned: 0, counts: BroadcastCounts(planned: 0).counts)
                || store.books(of: id).balance)
        #expect(try store.overview(at: StoreFixture.noon).counts[.pending, default: 0] == 0)

        let version = try #require(try store.broadcast(id)).version
        try store.publish(
            id, version: version, receivers: nil, contents: [StoreFixture.composition.content(for: .email)],
            sendAt: later,
            by: nil,
            at: StoreFixture.noon)
        try StoreFixture.fanOut(store, at: later)
        #expect(try StoreFixture.claim(store, limit: 9, at: later).count == receivers)
        #expect(try store.broadcast(id)?.status == .published)
        try StoreFixture.expectBalance(store, id)
    }

    @Test(
        "an accepted message can be read at once, and its key answers the same again",
        arguments: EngineUnderTest.allCases)
    func acceptOnce(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        var single = SingleMessage(
            origin: .api, content: StoreFixture.composition.content(for: .email), receiver: StoreFixture.receiver(1),
            idempotency: ("api:1:k", "hash"))
        guard let id = try store.accept(single, at: StoreFixture.noon).newID else {
            Issue.record("a new key must make a message")
            return
        }
        #expect(try store.accept(single, at: StoreFixture.noon) == .repeated(messageID: id))
        single.idempotency = ("api:1:k", "other")
        #expect(try store.accept(single, at: StoreFixture.noon) == .keyReused)
        #expect(try store.messages(MessageFilter(), from: .newest, limit: 9).items.count == 1)
        let details = try #require(try store.message(id))
        #expect(details.row.subject == "Hi Ada 1")
        #expect(details.row.status == .pending)
        #expect(details.merge[path: "first_name"]?.text == "Ada 1")
    }

    @Test("what is answered of a new message is what was written of it", arguments: EngineUnderTest.allCases)
    func answeredAsWritten(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        var ada = Entity(kind: .member, externalID: "m-1", firstName: "Ada", email: "ada@example.org")
        ada.id = try store.upsert(ada, at: StoreFixture.noon)
        var plain = SingleMessage(
            origin: .api, content: Content(deliveryChannel: .sms, text: "Hi {{member.first_name}}, {{n}} left"),
            receiver: StoreFixture.receiver(1),
            variables: try MergeValues(json: #"{"member":{"first_name":"Bo"},"n":1.50}"#))
        plain.receiver.mobile = "+31 6 1234 5678"
        var linked = plain
        linked.receiver.entity = ada.reference
        var scheduled = plain
        scheduled.sendAt = StoreFixture.noon + .seconds(3600)
        scheduled.expiresAt = StoreFixture.noon + .seconds(7200)
        var nowhere = plain
        nowhere.receiver.mobile = ""
        var incomplete = plain
        incomplete.variables = MergeValues()
        var suppressed = plain
        suppressed.content = StoreFixture.composition.content(for: .email)
        try store.suppress(
            [
                NewSuppression(
                    address: try Address(suppressed.receiver.email, for: .email), scope: .everything, reason: "",
                    source: .user)
            ], at: StoreFixture.noon)
        var statuses: [MessageStatus] = []
        for single in [plain, linked, scheduled, nowhere, incomplete, suppressed] {
            guard case .new(let answered) = try store.accept(single, at: StoreFixture.noon) else {
                Issue.record("a message without a key is always new")
                return
            }
            let written = try #require(try store.message(answered.id))
            #expect(answered == AcceptedMessage(row: written.row, merge: written.merge))
            statuses.append(answered.row.status)
        }
        #expect(statuses == [.pending, .pending, .pending, .skipped, .pending, .skipped])
    }

    @Test("editing an entity later changes neither receiver nor message", arguments: EngineUnderTest.allCases)
    func snapshot(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        var ada = Entity(kind: .member, externalID: "m-1", firstName: "Ada", email: "ada@example.org")
        ada.id = try store.upsert(ada, at: StoreFixture.noon)
        var single = SingleMessage(
            origin: .direct, content: Content(deliveryChannel: .sms, text: "Hi {{member.first_name}}"),
            receiver: StoreFixture.receiver(1))
        single.receiver.entity = ada.reference
        guard let id = try store.accept(single, at: StoreFixture.noon).newID else { return }
        ada.firstName = "Augusta"
        try store.upsert(ada, at: StoreFixture.noon)
        let details = try #require(try store.message(id))
        #expect(details.merge[path: "member.first_name"]?.text == "Ada")
        #expect(details.row.subject == "Hi Ada")
        #expect(details.row.entity?.externalID == "m-1")
    }
}
