import Foundation
import HTTPServing
import Messaging
import Testing

@testable import Console

/// The wizard as used from a browser without JavaScript.
@Suite("Compose Wizard")
struct WizardTests {
    let fixture: SiteFixture

    init() throws { fixture = try SiteFixture.signedIn(as: "operator") }

    // MARK: Complete run

    @Test("A message is composed from the first step to the send log")
    func wholeWay() throws {
        let id = try start(["email", "sms"])
        let written = fixture.post(
            "/app/communications/compose/\(id)/message",
            [
                ("version", "1"), ("name", "Spring"), ("email_subject", "Hi {{member.first_name}}"),
                ("email_html", "<p>Hello</p>"), ("email_project", ""), ("sms_text", "Hello"), ("go", "next"),
            ])
        #expect(written.location == "/app/communications/compose/\(id)/recipients")
        let added = fixture.post(
            "/app/communications/compose/\(id)/recipients",
            [
                ("first_name", "Ada"), ("last_name", "Lovelace"), ("email", "ada@example.org"),
                ("mobile", "+27 82 123 4567"),
            ])
        #expect(added.status == 303)
        #expect(fixture.get(added.location ?? "").text.contains("1 recipient was added."))
        #expect(
            fixture.post("/app/communications/compose/\(id)/recipients/next").location?.hasSuffix("/confirm") == true)
        let confirm = fixture.get("/app/communications/compose/\(id)/confirm")
        #expect(confirm.status == 200)
        #expect(confirm.text.contains("Hi Ada"))
        #expect(confirm.text.contains("2 messages"))
        #expect(confirm.headers["Content-Security-Policy"]?.contains("frame-src 'self'") == true)
        let sent = fixture.post("/app/communications/compose/\(id)/send", [try fixture.version(of: id)])
        #expect(sent.status == 303)
        #expect(sent.location == "/app/communications/send-logs")
        #expect(fixture.wakeCount == 1)
        #expect(try fixture.store.books(of: id).planned == 2)
        let rows = try fixture.store.messages(MessageFilter(), from: .newest, limit: 10).items
        #expect(Set(rows.map(\.subject)) == ["Hi Ada", "Hello"])
    }

    @Test("A blank message uses the default wrapper automatically")
    func defaultWrapper() throws {
        for (name, isDefault) in [("Plain", false), ("Brand", true)] {
            _ = try fixture.store.createWrapper(
                EmailWrapperDraft(
                    name: name, html: "<div class=\"in-\(name.lowercased())\">{{content}}</div>", isDefault: isDefault),
                by: nil, at: fixture.now)
        }
        let id = try ready()
        #expect(fixture.post("/app/communications/compose/\(id)/send", [try fixture.version(of: id)]).status == 303)
        let row = try #require(try fixture.store.messages(MessageFilter(), from: .newest, limit: 1).items.first)
        let html = try #require(try fixture.store.message(row.id)).content.html
        #expect(html.contains("<div class=\"in-brand\"><p>Hello</p></div>"))
        #expect(!html.contains("in-plain"))
    }

    @Test("A second click on Send Message sends nothing more and opens the same page")
    func secondClick() throws {
        let id = try ready()
        let form = [try fixture.version(of: id)]
        let first = fixture.post("/app/communications/compose/\(id)/send", form)
        let second = fixture.post("/app/communications/compose/\(id)/send", form)
        #expect(first.location == second.location)
        #expect(second.status == 303)
        #expect(fixture.wakeCount == 1)
        #expect(try fixture.store.messages(MessageFilter(), from: .newest, limit: 10).items.count == 1)
    }

    @Test("A draft changed since the page was opened is not sent")
    func staleConfirm() throws {
        let id = try ready()
        let answer = fixture.post("/app/communications/compose/\(id)/send", [("version", "1")])
        #expect(answer.status == 409)
        #expect(answer.text.contains("Not sent. The draft was changed"))
        #expect(try fixture.store.broadcast(id)?.status == .draft)
    }

    @Test("Blocking findings hide the button and reject the request")
    func blocked() throws {
        let id = try start(["email"])
        try fixture.store.addReceivers([person("Ada", "ada@example.org")], to: id, at: fixture.now)
        let page = fixture.get("/app/communications/compose/\(id)/confirm")
        #expect(page.text.contains("The email has no subject"))
        #expect(!page.text.contains("/send\""))
        let posted = fixture.post("/app/communications/compose/\(id)/send", [("version", "1")])
        #expect(posted.status == 422)
        #expect(try fixture.store.broadcast(id)?.status == .draft)
        #expect(fixture.wakeCount == 0)
    }

    // MARK: Step 1

    @Test(
        "A missing or unknown delivery channel, and Saved Draft without a draft, are rejected",
        arguments: [
            ([("starting_point", "blank")], "Choose at least one delivery channel."),
            ([("delivery_channels", "fax")], "Choose at least one delivery channel."),
            ([("delivery_channels", "sms"), ("starting_point", "saved")], "Choose Resume next to the draft"),
        ])
    func delivery(_ form: [(String, String)], _ words: String) throws {
        let answer = fixture.post("/app/communications/compose", form)
        #expect(answer.status == 422)
        #expect(answer.text.contains(words))
        #expect(try fixture.store.drafts(from: .newest, limit: 1).items.isEmpty)
    }

    @Test("Changing the delivery channels keeps the texts of disabled ones")
    func channelsOff() throws {
        let id = try start(["email", "sms"])
        _ = fixture.post(
            "/app/communications/compose/\(id)/message", [("version", "1"), ("sms_text", "Hello"), ("go", "back")])
        _ = fixture.post(
            "/app/communications/compose/\(id)/delivery", [("version", "2"), ("delivery_channels", "email")])
        let draft = try #require(try fixture.store.broadcast(id))
        #expect(draft.deliveryChannels == [.email])
        #expect(draft.composition.smsText == "Hello")
    }

    // MARK: Step 2

    @Test("Errors are shown beside their fields, and the input is kept")
    func messageErrors() throws {
        let id = try start(["email", "sms"])
        let answer = fixture.post(
            "/app/communications/compose/\(id)/message",
            [
                ("version", "1"), ("name", "N"), ("email_subject", "{{#a}}"), ("email_html", "<b>kept</b>"),
                ("sms_text", " "), ("go", "next"),
            ])
        #expect(answer.status == 422)
        #expect(answer.text.contains("The section {{#a}} is never closed"))
        #expect(answer.text.contains("Write the SMS content."))
        #expect(answer.text.contains("&lt;b&gt;kept&lt;/b&gt;"))
        #expect(try fixture.store.broadcast(id)?.composition.emailHTML == "<b>kept</b>")
    }

    @Test("An outdated version is a conflict, and nothing is overwritten before Keep mine")
    func conflict() throws {
        let id = try start(["sms"])
        let path = "/app/communications/compose/\(id)/message"
        _ = fixture.post(path, [("version", "1"), ("sms_text", "theirs"), ("go", "next")])
        let late = [("version", "1"), ("sms_text", "mine"), ("go", "next")]
        let refused = fixture.post(path, late)
        #expect(refused.status == 409)
        #expect(refused.text.contains(">mine</textarea>"))
        #expect(try fixture.store.broadcast(id)?.composition.smsText == "theirs")
        #expect(refused.text.contains("name=\"keep_mine\" value=\"2\""))
        #expect(fixture.post(path, late + [("keep_mine", "1")]).status == 409)
        #expect(fixture.post(path, late + [("keep_mine", "2")]).status == 303)
        #expect(try fixture.store.broadcast(id)?.composition.smsText == "mine")
    }

    @Test("A line break in the name or the subject is rejected and not stored", arguments: ["name", "email_subject"])
    func lineEnds(_ field: String) throws {
        let id = try start(["email"])
        let answer = fixture.post(
            "/app/communications/compose/\(id)/message",
            [("version", "1"), (field, "a\r\nBcc: b@c.org"), ("go", "next")])
        #expect(answer.status == 422)
        #expect(answer.text.contains("One line of text, without control characters."))
        #expect(try fixture.store.broadcast(id)?.version == 1)
    }

    @Test("Only the builder's page allows style attributes")
    func builderPolicy() throws {
        let id = try start(["email"])
        func policy(_ step: String) -> String {
            fixture.get("/app/communications/compose/\(id)/\(step)").headers["Content-Security-Policy"] ?? ""
        }
        #expect(policy("message").contains("style-src 'self' 'unsafe-inline'"))
        #expect(!policy("delivery").contains("unsafe-inline"))
        #expect(!policy("recipients").contains("unsafe-inline"))
    }

    // MARK: Previews and preflight

    @Test("The preview shows the merged mail with its own content security policy and without scripts")
    func preview() throws {
        let id = try start(["email"])
        _ = fixture.post(
            "/app/communications/compose/\(id)/message",
            [
                ("version", "1"), ("email_subject", "s"), ("go", "back"),
                ("email_html", "<p onclick=\"x()\">Dear {{member.first_name}}</p><script>alert(1)</script>"),
            ])
        try fixture.store.addReceivers([person("<Ada>", "ada@example.org")], to: id, at: fixture.now)
        let receiver = try #require(try fixture.store.receivers(of: id, from: .newest, limit: 1).items.first)
        let frame = fixture.get("/app/communications/compose/\(id)/preview/email?receiver=\(receiver.id)")
        #expect(frame.status == 200)
        #expect(frame.text.contains("Dear &lt;Ada&gt;"))
        #expect(!frame.text.contains("alert"))
        #expect(!frame.text.contains("onclick"))
        #expect(frame.headers["Content-Security-Policy"]?.hasPrefix("sandbox; default-src 'none'") == true)
        #expect(fixture.get("/app/communications/compose/\(id)/preview/email?receiver=999").status == 404)
    }

    @Test("Missing values are listed with their recipients, and the preview follows the link")
    func missingValues() throws {
        let id = try start(["sms"])
        _ = fixture.post(
            "/app/communications/compose/\(id)/message",
            [("version", "1"), ("sms_text", "Hi {{member.first_name}}"), ("go", "next")])
        try fixture.store.addReceivers(
            [person("Ada", "a@example.org", "+27821234567"), person("", "b@example.org", "+27821234568")], to: id,
            at: fixture.now)
        let page = fixture.get("/app/communications/compose/\(id)/confirm").text
        #expect(page.contains("{{member.first_name}} is empty for 1 recipient"))
        #expect(page.contains("SMS has no provider"))
        #expect(page.contains("/send\""))
        let ada = try #require(
            try fixture.store.receivers(of: id, from: .newest, limit: 9).items.first { $0.firstName == "Ada" })
        #expect(
            fixture.get("/app/communications/compose/\(id)/confirm?receiver=\(ada.id)").text.contains(">Hi Ada</p>"))
    }

    // MARK: Scheduling

    @Test("A time is read in the user's time zone and shown until it is cancelled")
    func schedule() throws {
        let id = try ready()
        let path = "/app/communications/compose/\(id)/schedule"
        // 12:00 UTC is 14:00 in Johannesburg.
        let early = fixture.post(path, [try fixture.version(of: id), ("send_at", "2026-11-21T14:00")])
        #expect(early.status == 422)
        #expect(early.text.contains("at least 60 seconds"))
        let answer = fixture.post(path, [try fixture.version(of: id), ("send_at", "2026-12-24T08:00")])
        #expect(answer.status == 303)
        let scheduled = try #require(try fixture.store.broadcast(id))
        #expect(scheduled.status == .scheduled)
        #expect(scheduled.sendAt?.rfc3339 == "2026-12-24T06:00:00.000Z")
        #expect(fixture.get(answer.location ?? "").text.contains("Scheduled for 24 Dec 2026, 08:00"))
        #expect(
            fixture.get("/app/communications/compose/\(id)/message").location == "/app/communications/compose/drafts")
        let back = fixture.post("/app/communications/compose/\(id)/unschedule")
        #expect(back.location == "/app/communications/compose/\(id)/confirm")
        #expect(try fixture.store.broadcast(id)?.status == .draft)
        #expect(try fixture.store.books(of: id).planned == 0)
    }

    @Test("The preflight of many receivers runs on a background thread")
    func manyReceivers() throws {
        let id = try ready()
        let many = (0...PreflightReport.quickReceivers).map { person("P", "p\($0)@example.org") }
        try fixture.store.addReceivers(many, to: id, at: fixture.now)
        var request = Request(.get, "/app/communications/compose/\(id)/confirm")
        request.cookies = fixture.cookies
        guard case .later(let work) = fixture.site.reply(to: request) else {
            Issue.record("answered at once")
            return
        }
        #expect(work().text.contains("1,002"))
    }

    @Test("With many receivers the page shows findings for the first and loads the rest")
    func preflightGoesOn() throws {
        let id = try start(["email"])
        _ = fixture.post(
            "/app/communications/compose/\(id)/message",
            [("version", "1"), ("email_subject", "Hi"), ("email_html", "<p>Dear {{first_name}}</p>"), ("go", "next")])
        // None of the first can be reached, and one of the last has no name.
        let first = (0..<PreflightReport.quickReceivers).map { person("P", "nowhere \($0)") }
        let last = [person("Zoë", "zoe@example.org"), person("", "q@example.org")]
        try fixture.store.addReceivers(first + last, to: id, at: fixture.now)
        let page = fixture.get("/app/communications/compose/\(id)/confirm")
        let whole = "/app/communications/compose/\(id)/confirm?look=all"
        #expect(page.text.contains(#"data-hx-get="\#(whole)""#))
        #expect(page.text.contains("Checking all recipients"))
        #expect(!page.text.contains("No receiver can be reached"))
        #expect(!page.text.contains("is empty for 1 recipient"))
        #expect(page.text.contains("Send Message"))
        let rest = fixture.get(whole)
        #expect(!rest.text.contains("Checking all recipients"))
        #expect(rest.text.contains("is empty for 1 recipient"))
    }

    // MARK: Permissions

    @Test("Every step requires the permission")
    func permission() throws {
        let viewer = try SiteFixture.signedIn(as: "viewer")
        let id = try viewer.store.createDraft(
            name: "x", deliveryChannels: [.sms], composition: Composition(), by: nil, at: viewer.now)
        for step in ["new", "\(id)/delivery", "\(id)/message", "\(id)/recipients", "\(id)/confirm", "drafts"] {
            #expect(viewer.get("/app/communications/compose/\(step)").status == 403, "\(step)")
        }
        for action in ["", "/\(id)/send", "/\(id)/schedule", "/\(id)/delete", "/\(id)/duplicate", "/\(id)/autosave"] {
            #expect(viewer.post("/app/communications/compose\(action)").status == 403, "\(action)")
        }
        #expect(try viewer.store.broadcast(id)?.status == .draft)
    }

    @Test("Broadcasts from outside the wizard, and unknown ones, are not found")
    func foreign() throws {
        let accepted = try fixture.store.accept(
            SingleMessage(
                origin: .api, content: Content(deliveryChannel: .sms, text: "x"),
                receiver: Receiver(mobile: "+27821234567", origin: .api)), at: fixture.now)
        guard let message = accepted.newID else { return }
        let broadcast = try #require(try fixture.store.message(message)?.row.broadcastID)
        #expect(fixture.get("/app/communications/compose/\(broadcast)/message").status == 404)
        #expect(fixture.get("/app/communications/compose/999/message").status == 404)
        #expect(fixture.get("/app/communications/compose/01/message").status == 404)
    }

    // MARK: Helpers

    private func person(_ first: String, _ email: String, _ mobile: String = "") -> Receiver {
        Receiver(firstName: first, email: email, mobile: mobile, origin: .manual)
    }

    private func start(_ channels: [String]) throws -> Int64 {
        _ = fixture.get("/app/communications/compose/new")
        let answer = fixture.post("/app/communications/compose", channels.map { ("delivery_channels", $0) })
        let parts = try #require(answer.location).split(separator: "/")
        return try #require(Int64(parts[3]))
    }

    /// Creates a draft that is ready to send; its version is 2.
    private func ready() throws -> Int64 {
        let id = try start(["email"])
        _ = fixture.post(
            "/app/communications/compose/\(id)/message",
            [("version", "1"), ("email_subject", "Hi"), ("email_html", "<p>Hello</p>"), ("go", "next")])
        try fixture.store.addReceivers([person("Ada", "ada@example.org")], to: id, at: fixture.now)
        return id
    }
}
