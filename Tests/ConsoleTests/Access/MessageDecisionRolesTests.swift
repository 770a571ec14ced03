import HTTPServing
import Messaging
import Testing

@testable import Console

/// Whoever may send by a delivery channel decides about what was sent by it: on the message's page and by the API.
@Suite("Who may decide about a message")
struct MessageDecisionRolesTests {
    private static let deciders: [DeliveryChannel: Set<Permission>] = [
        .email: [.composeSend, .sendEmail], .sms: [.composeSend, .sendSMS],
    ]

    /// A message in a state in which `decision` is allowed.
    private func message(
        _ channel: DeliveryChannel, for decision: MoveMessage.Decision, _ fixture: SiteFixture
    ) throws -> Int64 {
        let single = SingleMessage(
            origin: .api, content: Content(deliveryChannel: channel, subject: "S", text: "T"),
            receiver: Receiver(email: "ada@example.org", mobile: "+27821234567", origin: .api))
        let id = try #require(try fixture.store.accept(single, at: fixture.now).newID)
        switch decision {
        case .cancel: break
        case .retry: try fixture.settle(.refused)
        case .assumeSent, .retryDespiteDoubt: try fixture.settle(.lostTrack)
        }
        return id
    }

    @Test(
        "The page and the API require the same permission, that of the message's delivery channel",
        arguments: Permission.allCases,
        [DeliveryChannel.email, .sms])
    func deciding(_ permission: Permission, _ channel: DeliveryChannel) throws {
        let fixture = try SiteFixture.helper([permission])
        let token = Secrets.randomToken()
        _ = try fixture.store.createToken(
            name: "helper", hash: Secrets.hash(token), permissions: [permission], at: fixture.now)
        let isAllowed = Self.deciders[channel]?.contains(permission) == true
        for decision in MoveMessage.Decision.allCases {
            let id = try message(channel, for: decision, fixture)
            let page = fixture.post("/app/communications/send-logs/\(id)/\(decision.rawValue)")
            #expect(page.status == (isAllowed ? 303 : 403), "\(decision)")
            let other = try message(channel, for: decision, fixture)
            let action = decision == .retryDespiteDoubt ? "retry" : decision.rawValue
            var call = Request(.post, "/api/v1/messages/\(other)/\(action)")
            call.headers["Authorization"] = "Bearer \(token)"
            #expect(fixture.send(call).status == (isAllowed ? 200 : 403), "\(decision)")
            let entries = try fixture.audited().filter { ["message \(id)", "message \(other)"].contains($0.subject) }
            #expect(entries.count == (isAllowed ? 2 : 0), "\(decision)")
        }
    }
}
