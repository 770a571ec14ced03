import Messaging
import TestSupport
import Testing

@testable import Storage

/// Receipts that name a message by our own name for it, which is known before the provider's.
@Suite("Receipts by our own name for a message")
struct ReceiptNameTests {
    private func setUp() throws -> (store: Store, broadcast: Int64, message: ClaimedMessage, name: String) {
        let store = try EngineUnderTest.sqlite.makeStore().store
        let broadcast = try StoreFixture.broadcast(in: store, receivers: 1)
        let message = try #require(try StoreFixture.claim(store, limit: 1).first)
        return (store, broadcast, message, MessageToken.text(messageID: message.id, installation: store.installationID))
    }

    private func receipt(_ reference: String, _ state: Receipt.State = .delivered, provider: Int64 = 1) -> Receipt {
        Receipt(providerID: provider, reference: reference, state: state, at: StoreFixture.noon, detail: "")
    }

    private func end(
        _ store: Store, _ message: ClaimedMessage, _ event: MessageEvent, reference: String = "", resends: Bool = false
    ) throws {
        var completion = StoreFixture.completion(message, event, reference: reference)
        completion.expectsReceipts = true
        completion.resends = resends
        if event == .lostTrack { completion.result = .inDoubt }
        _ = try store.recordAndClaim([completion], claims: [], slots: [:], lease: 1, at: StoreFixture.noon)
    }

    @Test("one that comes before the answer is applied with it", arguments: ["", "theirs-1"])
    func early(reference: String) throws {
        let (store, broadcast, message, name) = try setUp()
        #expect(try store.file(receipt(name)))
        #expect(try StoreFixture.status(store, message.id) == .sending)
        try end(store, message, .accepted, reference: reference)
        #expect(try StoreFixture.status(store, message.id) == .delivered)
        #expect(try store.message(message.id)?.receipts.map(\.state) == [.delivered])
        try StoreFixture.expectBalance(store, broadcast)
    }

    @Test(
        "one that comes later is applied at once, whichever name the provider has for it", arguments: ["", "theirs-1"])
    func late(reference: String) throws {
        let (store, broadcast, message, name) = try setUp()
        try end(store, message, .accepted, reference: reference)
        #expect(try store.file(receipt(name)))
        #expect(try StoreFixture.status(store, message.id) == .delivered)
        try StoreFixture.expectBalance(store, broadcast)
    }

    @Test("the same state by both names is one receipt")
    func bothNames() throws {
        let (store, _, message, name) = try setUp()
        #expect(try store.file(receipt(name)))
        try end(store, message, .accepted, reference: "theirs-1")
        #expect(try !store.file(receipt("theirs-1")))
        #expect(try !store.file(receipt(name)))
        #expect(try store.file(receipt("theirs-1", .read)))
        #expect(try store.message(message.id)?.receipts.map(\.state) == [.delivered, .read])
        #expect(try StoreFixture.status(store, message.id) == .read)
    }

    @Test("one for a message whose answer was lost settles the doubt, early or late", arguments: [true, false])
    func doubt(isEarly: Bool) throws {
        let (store, broadcast, message, name) = try setUp()
        if isEarly { try store.file(receipt(name)) }
        try end(store, message, .lostTrack)
        if !isEarly { try store.file(receipt(name)) }
        #expect(try StoreFixture.status(store, message.id) == .delivered)
        try StoreFixture.expectBalance(store, broadcast)
    }

    @Test("what arrived is not sent again, whatever the broadcast does with doubts")
    func resend() throws {
        let (store, _, message, name) = try setUp()
        try store.file(receipt(name))
        try end(store, message, .lostTrack, resends: true)
        #expect(try StoreFixture.status(store, message.id) == .delivered)
    }

    @Test("one that came while the process died settles what it left")
    func abandoned() throws {
        let (store, broadcast, message, name) = try setUp()
        try store.file(receipt(name))
        _ = try StoreFixture.settle(store, lease: 2) { _ in false }
        #expect(try StoreFixture.status(store, message.id) == .delivered)
        try StoreFixture.expectBalance(store, broadcast)
    }

    @Test(
        "A receipt that came before the answer is applied however the attempt ends",
        arguments: [MessageEvent.accepted, .refused, .lostTrack])
    func earlyHoweverItEnds(event: MessageEvent) throws {
        let (store, broadcast, message, name) = try setUp()
        try store.file(receipt(name))
        try end(store, message, event)
        #expect(try StoreFixture.status(store, message.id) == .delivered)
        try StoreFixture.expectBalance(store, broadcast)
    }

    @Test("A receipt that came while the message waited to be repeated is applied when it is cancelled or expires")
    func whilePending() throws {
        for event in [MessageEvent.cancel, .expire] {
            let (store, broadcast, message, name) = try setUp()
            try end(store, message, .lostTrack)
            _ = try store.apply(.retryDespiteDoubt, to: message.id, by: 1, at: StoreFixture.noon)
            try store.file(receipt(name))
            #expect(try StoreFixture.status(store, message.id) == .pending)
            let status = try store.apply(event, to: message.id, by: nil, at: StoreFixture.noon)
            #expect(status == .delivered)
            #expect(try StoreFixture.status(store, message.id) == .delivered)
            try StoreFixture.expectBalance(store, broadcast)
        }
    }

    @Test("A message that failed, was retried and fails again ends as failed; the first receipt does not count twice")
    func failedTwice() throws {
        let (store, broadcast, message, name) = try setUp()
        try end(store, message, .accepted)
        #expect(try store.file(receipt(name, .failed)))
        #expect(try StoreFixture.status(store, message.id) == .failed)
        _ = try store.apply(.retry, to: message.id, by: 1, at: StoreFixture.noon)
        let again = try #require(try StoreFixture.claim(store, limit: 1).first)
        try end(store, again, .accepted)
        #expect(try StoreFixture.status(store, message.id) == .sent)
        #expect(try !store.file(receipt(name, .failed)))
        #expect(try StoreFixture.status(store, message.id) == .sent)
        var second = receipt(name, .failed)
        second.at = StoreFixture.noon + .seconds(60)
        #expect(try store.file(second))
        #expect(try StoreFixture.status(store, message.id) == .failed)
        #expect(try store.message(message.id)?.receipts.map(\.state) == [.failed, .failed])
        try StoreFixture.expectBalance(store, broadcast)
    }

    @Test("A gateway that gives every message the same reference keeps no outcome from being recorded")
    func sameReference() throws {
        let store = try EngineUnderTest.sqlite.makeStore().store
        let broadcast = try StoreFixture.broadcast(in: store, receivers: 3)
        let messages = try StoreFixture.claim(store, limit: 3)
        #expect(messages.count == 3)
        let completions = messages.map { message in
            var completion = StoreFixture.completion(message, .accepted, reference: "ok")
            completion.expectsReceipts = true
            return completion
        }
        _ = try store.recordAndClaim(completions, claims: [], slots: [:], lease: 1, at: StoreFixture.noon)
        for message in messages { #expect(try StoreFixture.status(store, message.id) == .sent) }
        #expect(try store.file(receipt("ok")))
        #expect(try messages.map { try StoreFixture.status(store, $0.id) } == [.delivered, .sent, .sent])
        let second = MessageToken.text(messageID: messages[1].id, installation: store.installationID)
        #expect(try store.file(receipt(second)))
        #expect(try StoreFixture.status(store, messages[1].id) == .delivered)
        try StoreFixture.expectBalance(store, broadcast)
    }

    @Test("another provider, another installation or a made-up name moves nothing, and is kept")
    func strangers() throws {
        let (store, _, message, name) = try setUp()
        try end(store, message, .accepted)
        let foreign = MessageToken.text(messageID: message.id, installation: "elsewhere")
        #expect(try store.file(receipt(name, provider: 2)))
        #expect(try store.file(receipt(foreign)))
        #expect(try store.file(receipt("zzz.\(store.installationID)")))
        #expect(try !store.file(receipt(foreign)))
        #expect(try StoreFixture.status(store, message.id) == .sent)
    }

    @Test(
        "a name is read back only as it was written",
        arguments: ["", ".", "1", "+1.here", "01.here", "-1.here", "1.here.x"])
    func reading(text: String) {
        #expect(MessageToken.messageID(text, installation: "here") == nil)
        #expect(MessageToken.messageID("1f.here", installation: "here") == 51)
    }
}
