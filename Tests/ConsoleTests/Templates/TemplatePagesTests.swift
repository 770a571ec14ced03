import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Templates, wrappers and mail templates")
struct TemplatePagesTests {
    private static let settings = "/app/settings/communication"
    private static let template = [
        ("name", "Renewal"), ("priority", "high"), ("is_active", "1"), ("email_subject", "Hi {{first_name}}"),
        ("email_html", "<p>Pay {{account.balance}}</p>"), ("email_wrapper", "default"),
        ("sms_text", "Hi {{first_name}}"),
        ("variables", "first_name, never_used"),
    ]

    @Test("A wrapper without its slot is rejected with an explanation, and the input is kept")
    func slot() throws {
        let fixture = try SiteFixture.signedIn()
        let form = [("name", "Brand"), ("html", "<p>No place</p>"), ("header_background", "red")]
        let refused = fixture.post(Self.settings + "/email-wrappers", form)
        #expect(refused.status == 422)
        #expect(refused.text.contains("Put {{content}} where the message goes."))
        #expect(refused.text.contains("A colour as in #1d4ed8"))
        #expect(refused.text.contains("value=\"red\""))
        #expect(try fixture.store.wrappers().isEmpty)
    }

    @Test("A wrapper is previewed while editing, and deletion shows where it is used")
    func wrapper() throws {
        let fixture = try SiteFixture.signedIn()
        let form = [("name", "Brand"), ("html", "<div id=\"shell\">{{content}}</div>"), ("is_default", "1")]
        let preview = fixture.post(Self.settings + "/email-wrappers/preview", form)
        #expect(preview.text.contains("id=\"shell\""))
        #expect(preview.text.contains("Dear Ada"))
        #expect(preview.headers["Content-Security-Policy"]?.hasPrefix("sandbox") == true)
        let path = try #require(fixture.post(Self.settings + "/email-wrappers", form).location)
        let id = try #require(try fixture.store.defaultWrapper()).id
        var draft = MessageTemplateDraft(name: "Renewal")
        draft.email = .init(subject: "s", html: "<p>h</p>", wrapper: .wrapper(id))
        _ = try fixture.store.createTemplate(draft, by: nil, at: fixture.now)
        #expect(fixture.get(path).text.contains("Message template"))
        let refused = fixture.post(path + "/delete")
        #expect(refused.status == 409)
        #expect(refused.text.contains("the message template “Renewal”"))
        #expect(try fixture.store.wrapper(id) != nil)
    }

    @Test("The second save reports the conflict, shows both versions, and can continue with either")
    func conflict() throws {
        let fixture = try SiteFixture.signedIn()
        let created = fixture.post(
            Self.settings + "/mail-templates", [("name", "Formal"), ("header_html", "<p>1</p>")])
        let path = try #require(created.location)
        #expect(fixture.post(path, [("version", "1"), ("name", "Formal"), ("header_html", "<p>2</p>")]).status == 303)
        let late = [("version", "1"), ("name", "Formal"), ("header_html", "<p>3</p>")]
        let told = fixture.post(path, late)
        #expect(told.status == 409)
        #expect(told.text.contains("This was changed in the meantime"))
        #expect(told.text.contains("&lt;p&gt;2&lt;/p&gt;"))
        #expect(told.text.contains("&lt;p&gt;3&lt;/p&gt;"))
        #expect(try fixture.store.mailTemplates().first?.draft.headerHTML == "<p>2</p>")
        #expect(fixture.post(path, late + [("keep_mine", "2")]).status == 303)
        #expect(try fixture.store.mailTemplates().first?.draft.headerHTML == "<p>3</p>")
    }

    @Test("A template is created, previewed with samples and a record, duplicated, and changed with its version")
    func template() throws {
        let fixture = try SiteFixture.signedIn()
        #expect(fixture.get(Self.settings + "/message-templates/new").status == 200)
        let created = fixture.post(Self.settings + "/message-templates", Self.template)
        let path = try #require(created.location, "\(created.text)")
        let page = fixture.get(path).text
        for words in ["Renewal", "Hi Ada", "High", "not declared", "not in any text"] { #expect(page.contains(words)) }
        #expect(fixture.get(path + "/preview/email").text.contains("Pay 125.00"))
        let id = try fixture.store.upsert(
            Entity(kind: .member, externalID: "m-1", firstName: "Grace", email: "g@example.org"), at: fixture.now)
        #expect(fixture.get(path + "?q=grace").text.contains("entity=\(id)"))
        #expect(fixture.get(path + "?entity=\(id)").text.contains("Hi Grace"))
        let copy = try #require(fixture.post(path + "/duplicate").location)
        #expect(fixture.get(copy).text.contains("Copy of Renewal"))
        #expect(fixture.post(path + "/edit", Self.template + [("version", "1")]).status == 303)
        #expect(fixture.post(path + "/edit", Self.template + [("version", "1")]).status == 409)
        let broken = Self.template.filter { $0.0 != "sms_text" } + [("sms_text", "{{#open}}")]
        let refused = fixture.post(Self.settings + "/message-templates", broken)
        #expect(refused.status == 422)
        #expect(refused.text.contains("never closed"))
    }

    @Test("A test is sent to the current user as a message of its own")
    func test() throws {
        let fixture = try SiteFixture.signedIn()
        let path = try #require(fixture.post(Self.settings + "/message-templates", Self.template).location)
        #expect(fixture.post(path + "/test", [("delivery_channel", "email")]).status == 303)
        let rows = try fixture.store.messages(MessageFilter(), from: .newest, limit: 5).items
        #expect(rows.map(\.address) == ["ada@example.org"])
        #expect(rows.map(\.subject) == ["Hi Ada"])
        _ = fixture.post(path + "/test", [("delivery_channel", "sms"), ("mobile", "12")])
        #expect(try fixture.store.messages(MessageFilter(), from: .newest, limit: 5).items.count == 1)
        #expect(fixture.wakeCount == 1)
    }

    @Test("The wizard starts from a template, and its wrapper is part of the frozen content")
    func compose() throws {
        let fixture = try SiteFixture.signedIn()
        _ = try fixture.store.createWrapper(
            EmailWrapperDraft(name: "Brand", html: "<div id=\"shell\">{{content}}</div>", isDefault: true), by: nil,
            at: fixture.now)
        _ = fixture.post(Self.settings + "/message-templates", Self.template)
        let template = try #require(try fixture.store.templates(TemplateFilter(), from: .newest, limit: 1).items.first)
        let step = fixture.get("/app/communications/compose/new?start=template").text
        for words in ["Use Template", "Renewal", "High", "data-supports=\"email sms\""] {
            #expect(step.contains(words))
        }
        let wrong = fixture.post(
            "/app/communications/compose", [("template", "\(template.id)"), ("delivery_channels", "whatsapp")])
        #expect(wrong.status == 422)
        #expect(wrong.text.contains("has no content for WhatsApp"))
        let started = fixture.post(
            "/app/communications/compose", [("template", "\(template.id)"), ("delivery_channels", "email")])
        let message = try #require(started.location)
        #expect(fixture.get(message).text.contains("Default (Brand)"))
        let draft = try #require(try fixture.store.drafts(from: .newest, limit: 1).items.first)
        #expect(draft.composition.emailSubject == "Hi {{first_name}}")
        _ = try fixture.store.addReceivers(
            [Receiver(firstName: "Ada", email: "ada@example.org", origin: .manual)], to: draft.id, at: fixture.now)
        let receiver = try #require(try fixture.store.receivers(of: draft.id, from: .newest, limit: 1).items.first)
        let frame = "/app/communications/compose/\(draft.id)/preview/email?receiver=\(receiver.id)"
        #expect(fixture.get(frame).text.contains("id=\"shell\""))
        let fields = [
            try fixture.version(of: draft.id), ("name", "n"), ("email_subject", "s"), ("email_html", "<p>h</p>"),
            ("email_wrapper", "none"), ("go", "next"),
        ]
        #expect(fixture.post(message, fields).status == 303)
        #expect(!fixture.get(frame).text.contains("id=\"shell\""))
    }
}
