import Messaging
import Testing

@Suite("Only the values that are asked for")
struct MergeNamesTests {
    private static let entity = Entity(
        id: 7, kind: .account, externalID: "a-7", name: "Harbour", firstName: "", lastName: "", email: "h@example.org",
        attributes: MergeValues(["tier": .string("gold"), "email": .string("other"), "first_name": .string("Ada")]))

    @Test(
        "give the same text as all of them",
        arguments: [
            "{{account.name}} {{account.tier}} {{account.email}} {{account.first_name}} {{account.account_name}}",
            "{{#account}}{{tier}} {{first_name}}{{/account}}", "{{email}} {{member.email}} {{account.gone}}",
            "{{account}} {{account.tier}}", "{{#account.tier}}{{first_name}}{{/account.tier}}", "{{order.id}}", "",
        ])
    func same(text: String) throws {
        let renderer = try ContentRenderer(Content(deliveryChannel: .sms, text: text))
        var receiver = FanOutReceiver(
            receiver: Receiver(id: 1, firstName: "Grace", email: "g@example.org", origin: .manual))
        receiver.entity = Self.entity
        receiver.account = Self.entity
        receiver.member = Entity(id: 8, kind: .member, externalID: "m-8", email: "m@example.org")
        receiver.variables = MergeValues(["order": .object(["id": .number("9")])])
        let all = MergeContext.values(for: receiver).pruned(to: renderer.paths)
        let some = MergeContext.values(for: receiver, only: MergeNames(renderer.paths)).pruned(to: renderer.paths)
        #expect(some == all)
        #expect(try renderer.summary(some) == renderer.summary(all))
    }
}
