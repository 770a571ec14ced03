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

    @Test("a wrapper without its slot is refused with an explanation and what was written")
    func slot() throws {
        let trial = try ConsoleTrial.signedIn()
        let form = [("name", "Brand"), ("html", "<p>No place</p>"), ("header_background", "red")]
        let refused = trial.post(Self.settings + "/email-wrappers", form)
        #expect(refused.status == 422)
        #expect(refused.text.contains("Put {{content}} where the message goes."))
        #expect(refused.text.contains("A colour as in #1d4ed8"))
        #expect(refused.text.contains("value=\"red\""))
        #expect(try trial.store.wrappers().isEmpty)
    }

    @Test("a wrapper is previewed as it is written, and says where it is used when it is to be deleted")
    func wrapper() throws {
        let trial = try ConsoleTrial.signedIn()
        let form = [("name", "Brand"), ("html", "<div id=\"shell\">{{content}}</div>"), ("is_default", "1")]
        let preview = trial.post(Self.settings + "/email-wrappers/preview", form)
        #expect(preview.text.contains("id=\"shell\""))
        #expect(preview.text.contains("Dear Ada"))
        #expect(preview.headers["Content-Security-Policy"]?.hasPrefix("sandbox") == true)
        let path = try #require(trial.post(Self.settings + "/email-wrappers", form).location)
        let id = try #require(try trial.store.defaultWrapper()).id
        var draft = MessageTemplateDraft(name: "Renewal")
        draft.email = .init(subject: "s", html: "<p>h</p>", wrapper: .wrapper(id))
        _ = try trial.store.createTemplate(draft, by: nil, at: trial.now)
        #expect(trial.get(path).text.contains("Message template"))
        let refused = trial.post(path + "/delete")
        #expect(refused.status == 409)
        #expect(refused.text.contains("the message template “Renewal”"))
        #expect(try trial.store.wrapper(id) != nil)
    }

    @Test("the second save is told, sees both, and can go on with either")
    func conflict() throws {
        let trial = try ConsoleTrial.signedIn()
        let created = trial.post(Self.settings + "/mail-templates", [("name", "Formal"), ("header_html", "<p>1</p>")])
        let path = try #require(created.location)
        #expect(trial.post(path, [("version", "1"), ("name", "Formal"), ("header_html", "<p>2</p>")]).status == 303)
        let late = [("version", "1"), ("name", "Formal"), ("header_html", "<p>3</p>")]
        let told = trial.post(path, late)
        #expect(told.status == 409)
        #expect(told.text.contains("This was changed meanwhile"))
        #expect(told.text.contains("&lt;p&gt;2&lt;/p&gt;"))
        #expect(told.text.contains("&lt;p&gt;3&lt;/p&gt;"))
        #expect(try trial.store.mailTemplates().first?.draft.headerHTML == "<p>2</p>")
        #expect(trial.post(path, late + [("keep_mine", "2")]).status == 303)
        #expect(try trial.store.mailTemplates().first?.draft.headerHTML == "<p>3</p>")
    }

    @Test("a template is written, looked at with samples and with a record, duplicated, and changed under a version")
    func template() throws {
        let trial = try ConsoleTrial.signedIn()
        #expect(trial.get(Self.settings + "/message-templates/new").status == 200)
        let created = trial.post(Self.settings + "/message-templates", Self.template)
        let path = try #require(created.location, "\(created.text)")
        let page = trial.get(path).text
        for words in ["Renewal", "Hi Ada", "High", "not declared", "not in any text"] { #expect(page.contains(words)) }
        #expect(trial.get(path + "/preview/email").text.contains("Pay 125.00"))
        let id = try trial.store.upsert(
            Entity(kind: .member, externalID: "m-1", firstName: "Grace", email: "g@example.org"), at: trial.now)
        #expect(trial.get(path + "?q=grace").text.contains("entity=\(id)"))
        #expect(trial.get(path + "?entity=\(id)").text.contains("Hi Grace"))
        let copy = try #require(trial.post(path + "/duplicate").location)
        #expect(trial.get(copy).text.contains("Copy of Renewal"))
        #expect(trial.post(path + "/edit", Self.template + [("version", "1")]).status == 303)
        #expect(trial.post(path + "/edit", Self.template + [("version", "1")]).status == 409)
        let broken = Self.template.filter { $0.0 != "sms_text" } + [("sms_text", "{{#open}}")]
        let refused = trial.post(Self.settings + "/message-templates", broken)
        #expect(refused.status == 422)
        #expect(refused.text.contains("never closed"))
    }

    @Test("a test goes to whoever asks, as a message of its own")
    func test() throws {
        let trial = try ConsoleTrial.signedIn()
        let path = try #require(trial.post(Self.settings + "/message-templates", Self.template).location)
        #expect(trial.post(path + "/test", [("delivery_channel", "email")]).status == 303)
        let rows = try trial.store.messages(MessageFilter(), from: .newest, limit: 5).items
        #expect(rows.map(\.address) == ["ada@example.org"])
        #expect(rows.map(\.subject) == ["Hi Ada"])
        _ = trial.post(path + "/test", [("delivery_channel", "sms"), ("mobile", "12")])
        #expect(try trial.store.messages(MessageFilter(), from: .newest, limit: 5).items.count == 1)
        #expect(trial.wakeCount == 1)
    }

    @Test("the wizard starts from a template, and its wrapper goes around what is frozen")
    func compose() throws {
        let trial = try ConsoleTrial.signedIn()
        _ = try trial.store.createWrapper(
            EmailWrapperDraft(name: "Brand", html: "<div id=\"shell\">{{content}}</div>", isDefault: true), by: nil,
            at: trial.now)
        _ = trial.post(Self.settings + "/message-templates", Self.template)
        let template = try #require(try trial.store.templates(TemplateFilter(), from: .newest, limit: 1).items.first)
        let step = trial.get("/app/communications/compose/new?start=template").text
        for words in ["Use Template", "Renewal", "High", "data-supports=\"email sms\""] {
            #expect(step.contains(words))
        }
        let wrong = trial.post(
            "/app/communications/compose", [("template", "\(template.id)"), ("delivery_channels", "whatsapp")])
        #expect(wrong.status == 422)
        #expect(wrong.text.contains("has no content for WhatsApp"))
        let started = trial.post(
            "/app/communications/compose", [("template", "\(template.id)"), ("delivery_channels", "email")])
        let message = try #require(started.location)
        #expect(trial.get(message).text.contains("Default (Brand)"))
        let draft = try #require(try trial.store.drafts(from: .newest, limit: 1).items.first)
        #expect(draft.composition.emailSubject == "Hi {{first_name}}")
        _ = try trial.store.addReceivers(
            [Receiver(firstName: "Ada", email: "ada@example.org", origin: .manual)], to: draft.id, at: trial.now)
        let receiver = try #require(try trial.store.receivers(of: draft.id, from: .newest, limit: 1).items.first)
        let frame = "/app/communications/compose/\(draft.id)/preview/email?receiver=\(receiver.id)"
        #expect(trial.get(frame).text.contains("id=\"shell\""))
        let fields = [
            ("version", "\(draft.version)"), ("name", "n"), ("email_subject", "s"), ("email_html", "<p>h</p>"),
            ("email_wrapper", "none"), ("go", "next"),
        ]
        #expect(trial.post(message, fields).status == 303)
        #expect(!trial.get(frame).text.contains("id=\"shell\""))
    }
}
