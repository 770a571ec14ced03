import Messaging
import TestSupport
import Testing

@testable import Storage

@Suite("Contents with more than texts in the store")
struct ContentExtrasStoreTests {
    private static let extras = ContentExtras(
        icon: "https://example.org/i.png",
        approved: ApprovedTemplate(name: "order", language: "en_US", parameters: ["{{first_name}}"]))

    @Test("a content without extras keeps the hash it always had", arguments: EngineUnderTest.allCases)
    func hash(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        // Written as the first version of the program did, which knew no extras.
        // printf 'sms\0\0\0Hi\0' | sha256sum
        let hash = "216e0ada7f42dbe00cdd49f5bd65ad206be87d0df70e7cf19f1878eb04322167"
        let id = try store.engine.write(.accept) { connection in
            try connection.insert(
                """
                INSERT INTO contents (hash, delivery_channel, subject, html, body) VALUES ($1, 'sms', '', '', 'Hi')
                RETURNING id
                """, [.text(hash)])
        }
        let content = Content(deliveryChannel: .sms, text: "Hi")
        #expect(try store.content(id) == content)
        #expect(try store.engine.write(.accept) { try Store.contentID(of: content, on: $0) } == id)
    }

    @Test(
        "what a message carries is frozen with it and read again with its values", arguments: EngineUnderTest.allCases)
    func frozen(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let plain = Content(deliveryChannel: .whatsapp, text: "Hi")
        var rich = plain
        rich.extras = Self.extras
        func message(_ content: Content) throws -> MessageDetails {
            let accepted = try store.accept(
                SingleMessage(origin: .api, content: content, receiver: StoreFixture.receiver(1)), at: StoreFixture.noon
            )
            guard let id = accepted.newID else { throw StoreConflict.notFound }
            return try #require(try store.message(id))
        }
        #expect(try message(plain).content == plain)
        let details = try message(rich)
        #expect(details.content == rich)
        let rendered = try ContentRenderer(details.content).render(details.merge)
        #expect(rendered.extras.approved?.parameters == ["Ada 1"])
        #expect(try message(rich).content == rich)
    }

    @Test("the sandbox keeps them", arguments: EngineUnderTest.allCases)
    func sandbox(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        try store.keep(
            [
                SandboxTransfer(
                    key: "k", messageID: 1, deliveryChannel: .push, from: "f", to: "t", subject: "s",
                    payload: MessageBody([65]),
                    extras: Self.extras)
            ], providerID: 1, at: StoreFixture.noon)
        let item = try #require(try store.sandboxItems(channel: nil, from: .newest, limit: 1).items.first)
        #expect(try store.sandboxItem(item.id)?.extras == Self.extras)
        #expect(try store.sandboxItem(item.id)?.payload == [65])
    }
}
