import Messaging
import Testing

@testable import Storage

@Suite("Sending one message")
struct SendMessageTests {
    private func act(_ text: String, to receiver: Receiver = StoreFixture.receiver(1)) throws -> SendMessage {
        let content = Content(deliveryChannel: .email, subject: "Hi", html: "", text: text)
        let message = SingleMessage(origin: .direct, content: content, receiver: receiver)
        return SendMessage(
            message,
            merging: SendMessage.Merge(try ContentRenderer(content), for: FanOutReceiver(receiver: receiver)))
    }

    private func count(_ fixture: ActFixture) throws -> Int {
        try fixture.store.messages(MessageFilter(), from: .newest, limit: 10).items.count
    }

    @Test(
        "a message that has a value for all it asks for is accepted with its audit entry",
        arguments: EngineUnderTest.allCases)
    func accepted(_ engine: EngineUnderTest) throws {
        let fixture = try ActFixture(engine)
        let id = try #require(try fixture.perform(act("Dear {{first_name}}")).newID)
        #expect(try fixture.audited() == ["send email · message \(id) · "])
        #expect(try fixture.store.message(id)?.row.address == "ada1@example.org")
    }

    @Test("gaps are named, and nothing is accepted", arguments: EngineUnderTest.allCases)
    func missing(_ engine: EngineUnderTest) throws {
        let fixture = try ActFixture(engine)
        #expect(throws: SendRefused.missing(["tier", "account.name"])) {
            try fixture.perform(act("Dear {{first_name}}, {{tier}} of {{account.name}}"))
        }
        #expect(try count(fixture) == 0)
        #expect(try fixture.audited() == [])
    }

    @Test("a receiver without a valid address is refused", arguments: EngineUnderTest.allCases)
    func unreachable(_ engine: EngineUnderTest) throws {
        let fixture = try ActFixture(engine)
        #expect(throws: SendRefused.unreachable("no email address")) {
            try fixture.perform(act("Hello", to: Receiver(firstName: "Ada", origin: .manual)))
        }
        #expect(throws: SendRefused.unreachable("not a valid email address: ada")) {
            try fixture.perform(act("Hello", to: StoreFixture.receiver(1, email: "ada")))
        }
        #expect(try count(fixture) == 0)
    }

    @Test(
        "the unsubscribe link is a value where people can reach the installation, else a gap",
        arguments: EngineUnderTest.allCases)
    func unsubscribe(_ engine: EngineUnderTest) throws {
        let act = try act("Leave: {{unsubscribe_url}}")
        let reachable = try ActFixture(engine, publicURL: "https://switchboard.example.org")
        #expect(try reachable.perform(act).newID != nil)
        let hidden = try ActFixture(engine)
        #expect(throws: SendRefused.missing(["unsubscribe_url"])) { try hidden.perform(act) }
    }
}
