import Messaging
import Testing

@testable import Console

@Suite("Content of a bulk broadcast")
struct BulkContentTests {
    private static let template = MessageTemplateDraft(
        name: "Renewal", priority: .high,
        email: MessageTemplateDraft.EmailPart(subject: "Hi {{first_name}}", html: "<p>Renew</p>"),
        sms: MessageTemplateDraft.TextPart(text: "Renew now"))

    private func broadcast(
        _ fixture: SiteFixture, template: Int64?, composition: Composition = Composition(),
        channels: [DeliveryChannel] = [.email, .sms]
    ) throws -> Broadcast {
        let id = try fixture.store.createBulk(
            BulkDraft(name: "July", templateID: template, composition: composition, deliveryChannels: channels),
            by: nil, at: fixture.now)
        return try #require(try fixture.store.broadcast(id))
    }

    private func wrap(_ fixture: SiteFixture) throws {
        _ = try fixture.store.createWrapper(
            EmailWrapperDraft(name: "House", html: "<div id=\"shell\">{{content}}</div>", isDefault: true), by: nil,
            at: fixture.now)
    }

    @Test("A template supplies its texts in the default wrapper, its providers and its priority")
    func template() throws {
        let fixture = try SiteFixture()
        try wrap(fixture)
        var draft = Self.template
        draft.sms.providerID = 7
        let template = try fixture.store.createTemplate(draft, by: nil, at: fixture.now)
        let frozen = try fixture.store.frozen(broadcast(fixture, template: template))
        #expect(frozen.contents.map(\.deliveryChannel) == [.email, .sms])
        #expect(frozen.contents.first?.subject == "Hi {{first_name}}")
        #expect(frozen.contents.first?.html.contains("id=\"shell\"") == true)
        #expect(frozen.contents.first?.html.contains("<p>Renew</p>") == true)
        #expect(frozen.contents.last?.text == "Renew now")
        #expect(frozen.providers == [.sms: 7])
        #expect(frozen.priority == .high)
    }

    @Test("Own texts also get the default wrapper, and normal priority")
    func own() throws {
        let fixture = try SiteFixture()
        try wrap(fixture)
        let composition = Composition(emailSubject: "Hello", emailHTML: "<p>Own</p>")
        let frozen = try fixture.store.frozen(
            broadcast(fixture, template: nil, composition: composition, channels: [.email]))
        #expect(frozen.contents.count == 1)
        #expect(frozen.contents[0].html.contains("id=\"shell\""))
        #expect(frozen.contents[0].html.contains("<p>Own</p>"))
        #expect(frozen.priority == .normal)
    }

    @Test("A deleted or inactive template, or one without the delivery channel, is refused with a reason")
    func refused() throws {
        let fixture = try SiteFixture()
        func titles(_ broadcast: Broadcast) -> String {
            do {
                _ = try fixture.store.frozen(broadcast)
                return ""
            } catch {
                return Failure(error).status == 409 ? Failure(error).title : "another status"
            }
        }
        let id = try fixture.store.createTemplate(Self.template, by: nil, at: fixture.now)
        let made = try broadcast(fixture, template: id)
        #expect(titles(made) == "")
        var changed = Self.template
        changed.sms.text = ""
        try fixture.store.saveTemplate(id, version: 1, changed, by: nil, at: fixture.now)
        #expect(titles(made) == "The template has no content for SMS")
        changed.isActive = false
        try fixture.store.saveTemplate(id, version: 2, changed, by: nil, at: fixture.now)
        #expect(titles(made) == "The template is not active")
        try fixture.store.deleteTemplate(id)
        #expect(titles(made) == "The template is gone")
        #expect(titles(try broadcast(fixture, template: nil, channels: [])) == "No delivery channel is chosen")
    }
}
