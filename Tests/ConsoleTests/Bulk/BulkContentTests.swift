import Messaging
import Testing

@testable import Console

@Suite("What a bulk broadcast sends")
struct BulkContentTests {
    private static let template = MessageTemplateDraft(
        name: "Renewal", priority: .high,
        email: MessageTemplateDraft.EmailPart(subject: "Hi {{first_name}}", html: "<p>Renew</p>"),
        sms: MessageTemplateDraft.TextPart(text: "Renew now"))

    private func broadcast(
        _ trial: ConsoleTrial, template: Int64?, composition: Composition = Composition(),
        channels: [DeliveryChannel] = [.email, .sms]
    ) throws -> Broadcast {
        let id = try trial.store.createBulk(
            BulkDraft(name: "July", templateID: template, composition: composition, deliveryChannels: channels),
            by: nil, at: trial.now)
        return try #require(try trial.store.broadcast(id))
    }

    private func wrap(_ trial: ConsoleTrial) throws {
        _ = try trial.store.createWrapper(
            EmailWrapperDraft(name: "House", html: "<div id=\"shell\">{{content}}</div>", isDefault: true), by: nil,
            at: trial.now)
    }

    @Test("a template gives its texts in the default wrapper, its providers and its priority")
    func template() throws {
        let trial = try ConsoleTrial()
        try wrap(trial)
        var draft = Self.template
        draft.sms.providerID = 7
        let template = try trial.store.createTemplate(draft, by: nil, at: trial.now)
        let frozen = try trial.store.frozen(broadcast(trial, template: template))
        #expect(frozen.contents.map(\.deliveryChannel) == [.email, .sms])
        #expect(frozen.contents.first?.subject == "Hi {{first_name}}")
        #expect(frozen.contents.first?.html.contains("id=\"shell\"") == true)
        #expect(frozen.contents.first?.html.contains("<p>Renew</p>") == true)
        #expect(frozen.contents.last?.text == "Renew now")
        #expect(frozen.providers == [.sms: 7])
        #expect(frozen.priority == .high)
    }

    @Test("texts of its own get the default wrapper too, and an ordinary priority")
    func own() throws {
        let trial = try ConsoleTrial()
        try wrap(trial)
        let composition = Composition(emailSubject: "Hello", emailHTML: "<p>Own</p>")
        let frozen = try trial.store.frozen(
            broadcast(trial, template: nil, composition: composition, channels: [.email]))
        #expect(frozen.contents.count == 1)
        #expect(frozen.contents[0].html.contains("id=\"shell\""))
        #expect(frozen.contents[0].html.contains("<p>Own</p>"))
        #expect(frozen.priority == .normal)
    }

    @Test("a template that is gone, not active or without a delivery channel is refused in words")
    func refused() throws {
        let trial = try ConsoleTrial()
        func titles(_ broadcast: Broadcast) -> String {
            do {
                _ = try trial.store.frozen(broadcast)
                return ""
            } catch {
                return Failure(error).status == 409 ? Failure(error).title : "another status"
            }
        }
        let id = try trial.store.createTemplate(Self.template, by: nil, at: trial.now)
        let made = try broadcast(trial, template: id)
        #expect(titles(made) == "")
        var changed = Self.template
        changed.sms.text = ""
        try trial.store.saveTemplate(id, version: 1, changed, by: nil, at: trial.now)
        #expect(titles(made) == "The template has no content for SMS")
        changed.isActive = false
        try trial.store.saveTemplate(id, version: 2, changed, by: nil, at: trial.now)
        #expect(titles(made) == "The template is not active")
        try trial.store.deleteTemplate(id)
        #expect(titles(made) == "The template is gone")
        #expect(titles(try broadcast(trial, template: nil, channels: [])) == "No delivery channel is chosen")
    }
}
