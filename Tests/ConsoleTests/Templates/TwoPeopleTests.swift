import HTTPServing
import Messaging
import Testing

@testable import Console

/// Two users open the same form. The second save reports the conflict, shows both versions, and overwrites nothing
/// until confirmed.
@Suite("Concurrent edits")
struct TwoPeopleTests {
    private static let settings = "/app/settings/communication"

    struct Form: Sendable, CustomTestStringConvertible {
        let name: String
        let list: String
        /// Path from the detail page to the form.
        let edit: String
        let field: String
        let fields: [(String, String)]
        var testDescription: String { name }

        func written(_ text: String, _ more: [(String, String)] = []) -> [(String, String)] {
            fields + [(field, text)] + more
        }
    }

    private static let forms = [
        Form(
            name: "wrapper", list: settings + "/email-wrappers", edit: "", field: "html",
            fields: [("name", "Brand"), ("is_default", "1")]),
        Form(
            name: "mail template", list: settings + "/mail-templates", edit: "", field: "header_html",
            fields: [("name", "Formal")]),
        Form(
            name: "message template", list: settings + "/message-templates", edit: "/edit", field: "sms_text",
            fields: [
                ("name", "Renewal"), ("priority", "normal"), ("is_active", "1"), ("email_wrapper", "default"),
            ]),
    ]

    @Test("Wrappers, mail templates and message templates detect conflicts", arguments: forms)
    func templates(form: Form) throws {
        let fixture = try SiteFixture.signedIn()
        let created = fixture.post(form.list, form.written("<p>one {{content}}</p>"))
        let path = try #require(created.location, "\(created.text)") + form.edit
        let page = fixture.get(path).text
        #expect(page.contains("name=\"version\" value=\"1\""))
        #expect(fixture.post(path, form.written("<p>first {{content}}</p>", [("version", "1")])).status == 303)

        let mine = form.written("<p>second {{content}}</p>", [("version", "1")])
        let told = fixture.post(path, mine)
        #expect(told.status == 409)
        #expect(told.text.contains("This was changed in the meantime"))
        #expect(told.text.contains("Ada Lovelace saved it"))
        #expect(told.text.contains("&lt;p&gt;second {{content}}&lt;/p&gt;</textarea>"))
        #expect(told.text.contains("&lt;p&gt;first {{content}}&lt;/p&gt;</pre>"))
        #expect(told.text.contains("name=\"keep_mine\" value=\"2\""))
        #expect(fixture.get(path).text.contains("&lt;p&gt;first {{content}}&lt;/p&gt;</textarea>"))

        // Saving again reports the conflict again, and a save made after the report is not overwritten either.
        #expect(fixture.post(path, mine).status == 409)
        #expect(fixture.post(path, form.written("<p>third {{content}}</p>", [("version", "2")])).status == 303)
        #expect(fixture.post(path, mine + [("keep_mine", "2")]).status == 409)
        #expect(fixture.get(path).text.contains("&lt;p&gt;third {{content}}&lt;/p&gt;</textarea>"))
        #expect(fixture.post(path, mine + [("keep_mine", "3")]).status == 303)
        #expect(fixture.get(path).text.contains("&lt;p&gt;second {{content}}&lt;/p&gt;</textarea>"))
    }

    @Test("Drafts of the Compose Wizard detect conflicts")
    func draft() throws {
        let fixture = try SiteFixture.signedIn()
        let start = fixture.post(
            "/app/communications/compose", [("delivery_channels", "sms"), ("starting_point", "blank")])
        let path = try #require(start.location)
        let id = try #require(try fixture.store.drafts(from: .newest, limit: 1).items.first).id
        func text() throws -> String? { try fixture.store.broadcast(id)?.composition.smsText }
        #expect(fixture.post(path, [("version", "1"), ("sms_text", "first"), ("go", "next")]).status == 303)

        let mine = [("version", "1"), ("sms_text", "second"), ("go", "next")]
        let told = fixture.post(path, mine)
        #expect(told.status == 409)
        #expect(told.text.contains("This draft was changed elsewhere"))
        #expect(told.text.contains(">second</textarea>"))
        #expect(told.text.contains("name=\"version\" value=\"1\""))
        #expect(try text() == "first")
        #expect(fixture.post(path, mine).status == 409)
        #expect(fixture.post(path, [("version", "2"), ("sms_text", "third"), ("go", "next")]).status == 303)
        #expect(fixture.post(path, mine + [("keep_mine", "2")]).status == 409)
        #expect(try text() == "third")
        #expect(fixture.post(path, mine + [("keep_mine", "3")]).status == 303)
        #expect(try text() == "second")
    }
}
