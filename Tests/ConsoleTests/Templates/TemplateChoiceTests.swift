import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Template selections")
struct TemplateChoiceTests {
    private static let compose = "/app/communications/compose"
    private static let settings = "/app/settings/communication"

    private static func sandbox(_ name: String, _ channel: DeliveryChannel, isEnabled: Bool = true) -> ProviderDraft {
        ProviderDraft(
            deliveryChannel: channel, kind: "sandbox", name: name, isDefault: false, isEnabled: isEnabled,
            settings: ProviderSettings(), secretNames: [])
    }

    /// Creates a default and a second omni channel, and a template that selects the second and an approved template.
    private static func furnish(_ fixture: SiteFixture) throws -> (template: Int64, chosen: Int64) {
        _ = try fixture.store.createProvider(sandbox("Standard line", .whatsapp), at: fixture.now)
        let chosen = try fixture.store.createProvider(sandbox("Orion line", .whatsapp), at: fixture.now)
        var draft = MessageTemplateDraft(name: "Order")
        draft.whatsapp = .init(
            text: "Hi {{first_name}}", providerID: chosen, providerTemplate: "order_update", language: "en_US",
            parameters: ["first_name"])
        return (try fixture.store.createTemplate(draft, by: nil, at: fixture.now), chosen)
    }

    private static func draft(_ fixture: SiteFixture, from template: Int64) throws -> Int64 {
        let started = fixture.post(compose, [("template", "\(template)"), ("delivery_channels", "whatsapp")])
        let path = try #require(started.location, "\(started.text)")
        let page = fixture.get(path).text
        #expect(page.contains("Approved template: order_update, en_US"))
        let id = try #require(try fixture.store.drafts(from: .newest, limit: 1).items.first).id
        _ = try fixture.store.addReceivers(
            [Receiver(firstName: "Grace", mobile: "+27821234567", origin: .manual)], to: id, at: fixture.now)
        return id
    }

    @Test("A draft from a template keeps its provider and approved template until it is sent")
    func wizard() throws {
        let fixture = try SiteFixture.signedIn()
        let (template, chosen) = try Self.furnish(fixture)
        let id = try Self.draft(fixture, from: template)
        let saved = fixture.post(
            Self.compose + "/\(id)/message",
            [
                try fixture.version(of: id), ("whatsapp_text", "Hello {{first_name}}"), ("whatsapp_template", "keep"),
                ("go", "next"),
            ])
        #expect(saved.status == 303)
        let confirm = fixture.get(Self.compose + "/\(id)/confirm").text
        #expect(confirm.contains("WhatsApp leaves through</dt><dd>Orion line</dd>"))
        #expect(confirm.contains("order_update, en_US"))
        #expect(confirm.contains("<dt>Parameter 1</dt><dd>Grace</dd>"))
        #expect(fixture.post(Self.compose + "/\(id)/send", [try fixture.version(of: id)]).status == 303)
        let row = try #require(try fixture.store.messages(MessageFilter(), from: .newest, limit: 1).items.first)
        let details = try #require(try fixture.store.message(row.id))
        #expect(details.chosenProvider?.id == chosen)
        let page = fixture.get("/app/communications/send-logs/\(row.id)").text
        #expect(page.contains("<dt>Chosen provider</dt><dd>Orion line</dd>"))
        #expect(page.contains("<dt>Approved template</dt><dd class=\"words\">order_update, en_US</dd>"))
    }

    @Test("The text can be sent as free text instead")
    func freeText() throws {
        let fixture = try SiteFixture.signedIn()
        let id = try Self.draft(fixture, from: Self.furnish(fixture).template)
        let form = [
            try fixture.version(of: id), ("whatsapp_text", "Hi"), ("whatsapp_template", "none"), ("go", "next"),
        ]
        #expect(fixture.post(Self.compose + "/\(id)/message", form).status == 303)
        #expect(try fixture.store.broadcast(id)?.composition.whatsappTemplate == nil)
        #expect(!fixture.get(Self.compose + "/\(id)/message").text.contains("Approved template"))
    }

    @Test("A disabled provider is reported before sending, with its replacement")
    func off() throws {
        let fixture = try SiteFixture.signedIn()
        let (template, chosen) = try Self.furnish(fixture)
        let id = try Self.draft(fixture, from: template)
        try fixture.store.updateProvider(
            chosen, Self.sandbox("Orion line", .whatsapp, isEnabled: false), at: fixture.now)
        let confirm = fixture.get(Self.compose + "/\(id)/confirm").text
        #expect(confirm.contains("The provider chosen for WhatsApp is not used"))
        #expect(
            confirm.contains(
                "Orion line, the omni channel that was chosen, is turned off. Standard line sends instead."))
        #expect(confirm.contains("WhatsApp leaves through</dt><dd>Standard line (default)</dd>"))
        let view = fixture.get(Self.settings + "/message-templates/\(template)").text
        #expect(view.contains("is turned off. Standard line sends instead."))
    }

    @Test("A provider used by a template cannot be deleted, and the page shows where it is used")
    func deletion() throws {
        let fixture = try SiteFixture.signedIn()
        let (_, chosen) = try Self.furnish(fixture)
        let path = Self.settings + "/omni-channels/\(chosen)/delete"
        for response in [fixture.get(path), fixture.post(path)] {
            #expect(response.status == 409)
            #expect(response.text.contains("the message template “Order”"))
        }
        #expect(try fixture.store.provider(chosen) != nil)
    }

    @Test("A template message over the API uses the template's provider and approved template")
    func api() throws {
        let api = try APIFixture()
        let chosen = try api.store.createProvider(Self.sandbox("Orion line", .whatsapp), at: api.fixture.now)
        let made = api.send(
            .post, "/api/v1/templates",
            #"{"name":"Order","whatsapp":{"text":"Hi","provider_id":"\#(chosen)","provider_template":"order","language":"en","parameters":["amount"]}}"#
        )
        #expect(made.status == 201, "\(made.text)")
        let template = try #require(made.json["id"]?.string)
        let to = #""delivery_channel":"whatsapp","to":{"mobile":"+27821234567"},"template":"\#(template)""#
        #expect(api.post("{\(to)}").fields == ["variables.amount"])
        let sent = api.post("{\(to),\"variables\":{\"amount\":\"5\"}}")
        #expect(sent.status == 202, "\(sent.text)")
        #expect(sent.json["content"]?["provider_template"]?["name"] == "order")
        #expect(sent.json["content"]?["provider_template"]?["parameters"] == ["5"])
        let id = try #require(sent.json["id"]?.string.flatMap { Int64($0) })
        #expect(try api.store.message(id)?.chosenProvider?.id == chosen)
        let refused = api.call(.delete, "/api/v1/providers/\(chosen)")
        #expect(refused.status == 409)
        #expect(refused.text.contains("the message template “Order”"))
    }
}
