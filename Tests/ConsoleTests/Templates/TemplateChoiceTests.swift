import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("What a template chooses is honoured")
struct TemplateChoiceTests {
    private static let compose = "/app/communications/compose"
    private static let settings = "/app/settings/communication"

    private static func sandbox(_ name: String, _ channel: DeliveryChannel, isEnabled: Bool = true) -> ProviderDraft {
        ProviderDraft(
            deliveryChannel: channel, kind: "sandbox", name: name, isDefault: false, isEnabled: isEnabled,
            settings: ProviderSettings(), secretNames: [])
    }

    /// A default and a chosen omni channel, and a template that names the second and an approved template.
    private static func furnish(_ trial: ConsoleTrial) throws -> (template: Int64, chosen: Int64) {
        _ = try trial.store.createProvider(sandbox("Standard line", .whatsapp), at: trial.now)
        let chosen = try trial.store.createProvider(sandbox("Orion line", .whatsapp), at: trial.now)
        var draft = MessageTemplateDraft(name: "Order")
        draft.whatsapp = .init(
            text: "Hi {{first_name}}", providerID: chosen, providerTemplate: "order_update", language: "en_US",
            parameters: ["first_name"])
        return (try trial.store.createTemplate(draft, by: nil, at: trial.now), chosen)
    }

    private static func draft(_ trial: ConsoleTrial, from template: Int64) throws -> Int64 {
        let started = trial.post(compose, [("template", "\(template)"), ("delivery_channels", "whatsapp")])
        let path = try #require(started.location, "\(started.text)")
        let page = trial.get(path).text
        #expect(page.contains("Approved template: order_update, en_US"))
        let id = try #require(try trial.store.drafts(from: .newest, limit: 1).items.first).id
        _ = try trial.store.addReceivers(
            [Receiver(firstName: "Grace", mobile: "+27821234567", origin: .manual)], to: id, at: trial.now)
        return id
    }

    @Test("a draft started from a template keeps its provider and approved template until it is sent")
    func wizard() throws {
        let trial = try ConsoleTrial.signedIn()
        let (template, chosen) = try Self.furnish(trial)
        let id = try Self.draft(trial, from: template)
        let saved = trial.post(
            Self.compose + "/\(id)/message",
            [
                ("version", "1"), ("whatsapp_text", "Hello {{first_name}}"), ("whatsapp_template", "keep"),
                ("go", "next"),
            ])
        #expect(saved.status == 303)
        let confirm = trial.get(Self.compose + "/\(id)/confirm").text
        #expect(confirm.contains("WhatsApp leaves through</dt><dd>Orion line</dd>"))
        #expect(confirm.contains("order_update, en_US"))
        #expect(confirm.contains("<dt>Parameter 1</dt><dd>Grace</dd>"))
        #expect(trial.post(Self.compose + "/\(id)/send", [("version", "2")]).status == 303)
        let row = try #require(try trial.store.messages(MessageFilter(), from: .newest, limit: 1).items.first)
        let details = try #require(try trial.store.message(row.id))
        #expect(details.chosenProvider?.id == chosen)
        let page = trial.get("/app/communications/send-logs/\(row.id)").text
        #expect(page.contains("<dt>Chosen provider</dt><dd>Orion line</dd>"))
        #expect(page.contains("<dt>Approved template</dt><dd class=\"words\">order_update, en_US</dd>"))
    }

    @Test("the text may leave as free text instead")
    func freeText() throws {
        let trial = try ConsoleTrial.signedIn()
        let id = try Self.draft(trial, from: Self.furnish(trial).template)
        let form = [("version", "1"), ("whatsapp_text", "Hi"), ("whatsapp_template", "none"), ("go", "next")]
        #expect(trial.post(Self.compose + "/\(id)/message", form).status == 303)
        #expect(try trial.store.broadcast(id)?.composition.whatsappTemplate == nil)
        #expect(!trial.get(Self.compose + "/\(id)/message").text.contains("Approved template"))
    }

    @Test("a chosen provider that is off is said before sending, with who sends instead")
    func off() throws {
        let trial = try ConsoleTrial.signedIn()
        let (template, chosen) = try Self.furnish(trial)
        let id = try Self.draft(trial, from: template)
        try trial.store.updateProvider(
            chosen, Self.sandbox("Orion line", .whatsapp, isEnabled: false), at: trial.now)
        let confirm = trial.get(Self.compose + "/\(id)/confirm").text
        #expect(confirm.contains("The provider chosen for WhatsApp is not used"))
        #expect(
            confirm.contains(
                "Orion line, the omni channel that was chosen, is turned off. Standard line sends instead."))
        #expect(confirm.contains("WhatsApp leaves through</dt><dd>Standard line (default)</dd>"))
        let view = trial.get(Self.settings + "/message-templates/\(template)").text
        #expect(view.contains("is turned off. Standard line sends instead."))
    }

    @Test("a provider that a template names is not deleted, and the page says where it is named")
    func deletion() throws {
        let trial = try ConsoleTrial.signedIn()
        let (_, chosen) = try Self.furnish(trial)
        let path = Self.settings + "/omni-channels/\(chosen)/delete"
        for response in [trial.get(path), trial.post(path)] {
            #expect(response.status == 409)
            #expect(response.text.contains("the message template “Order”"))
        }
        #expect(try trial.store.provider(chosen) != nil)
    }

    @Test("a message by template over the API takes the template's provider and approved template")
    func api() throws {
        let api = try APITrial()
        let chosen = try api.store.createProvider(Self.sandbox("Orion line", .whatsapp), at: api.trial.now)
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
