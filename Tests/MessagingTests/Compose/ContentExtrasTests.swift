import Foundation
import Messaging
import Testing

@Suite("Content extras")
struct ContentExtrasTests {
    private static let order = ContentExtras(
        icon: "https://example.org/{{member.tier}}.png", actionURL: "https://example.org/?who={{first_name}}",
        approved: ApprovedTemplate(name: "order", language: "en_US", parameters: ["{{first_name}}", "{{amount}}"]))

    @Test("Empty extras are stored as an empty text, and others round-trip unchanged")
    func json() throws {
        #expect(ContentExtras().json == "")
        #expect(try ContentExtras(json: "") == ContentExtras())
        #expect(try ContentExtras(json: Self.order.json) == Self.order)
        #expect(ContentExtras(icon: "https://example.org/a.png").json == #"{"icon":"https://example.org/a.png"}"#)
        #expect(throws: (any Error).self) { try ContentExtras(json: "{") }
    }

    @Test("All texts are merged; URLs stay valid and parameters stay on one line")
    func rendered() throws {
        let renderer = try ContentRenderer(
            Content(deliveryChannel: .whatsapp, text: "Hi", extras: Self.order))
        let values = MergeValues([
            "member": .object(["tier": .string("gold\"")]), "first_name": .string("Ada Ł"),
            "amount": .string("5\n\t000"),
        ])
        let extras = try renderer.render(values).extras
        #expect(extras.icon == "https://example.org/gold%22.png")
        #expect(extras.actionURL == "https://example.org/?who=Ada%20%C5%81")
        #expect(extras.approved?.parameters == ["Ada Ł", "5 000"])
        #expect(extras.approved?.language == "en_US")
    }

    @Test("Variables in extras are stored for the receiver and reported when missing")
    func placeholders() throws {
        let renderer = try ContentRenderer(
            Content(deliveryChannel: .whatsapp, text: "Hi {{first_name}}", extras: Self.order))
        #expect(renderer.paths.map(\.path) == ["first_name", "member.tier", "amount"])
        #expect(try renderer.missing(in: MergeValues(["first_name": .string("Ada")])) == ["member.tier", "amount"])
    }

    @Test("Validation errors name the field")
    func problems() {
        let content = Content(
            deliveryChannel: .push, text: "x",
            extras: ContentExtras(
                icon: "{{#a}}", actionURL: "{{b",
                approved: ApprovedTemplate(name: "n", language: "", parameters: ["{{/c}}"])))
        do {
            _ = try ContentRenderer(content)
            Issue.record("it was read")
        } catch {
            #expect(Set(error.problems.keys) == [.icon, .actionURL, .parameters])
        }
    }

    @Test("The preflight names a parameter without a value for a receiver")
    func preflight() {
        var composition = Composition(whatsappText: "Hi")
        composition.whatsappTemplate = ApprovedTemplate(name: "order", language: "en", parameters: ["{{amount}}"])
        let receiver = FanOutReceiver(
            receiver: Receiver(id: 1, firstName: "Ada", mobile: "+27821234567", origin: .manual))
        var given = false
        let findings = Preflight.run(composition: composition, deliveryChannels: [.whatsapp], readiness: [:]) { _ in
            defer { given = true }
            return given ? [] : [receiver]
        }
        #expect(findings.contains { $0.kind == .missingValue("amount") })
    }

    @Test("The preflight names a selected provider that cannot be used, and its replacement")
    func passedOver() {
        let readiness = ChannelReadiness(
            deliveryChannel: .sms, state: .ready, providerName: "Standard", passedOver: "Orion is turned off.")
        let findings = Preflight.run(
            composition: Composition(smsText: "Hi"), deliveryChannels: [.sms], readiness: [.sms: readiness]
        ) { _ in [] }
        let finding = findings.first { $0.kind == .providerPassedOver(.sms) }
        #expect(finding?.severity == .warning)
        #expect(finding?.detail == "Orion is turned off. Standard sends instead.")
    }

    @Test("A template gives its drafts everything its contents consist of")
    func template() {
        var draft = MessageTemplateDraft(name: "Order")
        draft.email = .init(subject: "s", html: "<p>h</p>", providerID: 7)
        draft.whatsapp = .init(
            text: "Hi", providerID: 9, providerTemplate: "order", language: "en", parameters: ["first_name"])
        draft.push = .init(title: "T", body: "B", icon: "https://example.org/i.png", actionURL: "https://example.org/")
        let composition = draft.composition
        for channel in draft.deliveryChannels {
            #expect(draft.content(for: channel) == composition.frozen(for: channel))
        }
        #expect(composition.content(for: .whatsapp).extras.approved?.parameters == ["{{first_name}}"])
        #expect(composition.content(for: .push).extras.icon == "https://example.org/i.png")
        #expect(composition[provider: .email] == 7)
        #expect(composition[provider: .whatsapp] == 9)
        #expect(composition[provider: .sms] == nil)
        #expect(draft.deliveryChannels == [.email, .whatsapp, .push])
    }

    @Test("A draft stored before extras existed is read as one without")
    func old() throws {
        let old = #"{"emailSubject":"s","emailHTML":"h","emailProject":"","smsText":"t","whatsappText":"w"}"#
        let composition = try JSONDecoder().decode(Composition.self, from: Data(old.utf8))
        #expect(composition[provider: .email] == nil)
        #expect(composition.content(for: .whatsapp).extras.isEmpty)
        var chosen = composition
        chosen[provider: .sms] = 3
        let again = try JSONDecoder().decode(Composition.self, from: JSONEncoder().encode(chosen))
        #expect(again[provider: .sms] == 3)
    }

    @Test("An approved template requires a text")
    func approvedWithoutText() {
        var draft = MessageTemplateDraft(name: "Order")
        draft.sms.text = "Hi"
        draft.whatsapp = .init(providerTemplate: "order")
        #expect(draft.problems.map(\.field) == ["whatsapp_text"])
    }
}
