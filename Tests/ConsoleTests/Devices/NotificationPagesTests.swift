import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Push and in-app pages")
struct NotificationPagesTests {
    private func member(_ fixture: SiteFixture, device: String? = "token-of-adas-telephone") throws -> Entity {
        let id = try fixture.store.upsert(
            Entity(kind: .member, externalID: "m-1", firstName: "Ada", lastName: "Lovelace"), at: fixture.now)
        if let device {
            _ = try fixture.store.register(
                Device(
                    token: device, platform: .ios, name: "Ada's iPhone", registeredAt: fixture.now,
                    lastSeenAt: fixture.now), of: id, at: fixture.now)
        }
        return try #require(try fixture.store.entity(id))
    }

    private static let push = [("push_title", "Hi {{first_name}}"), ("push_body", "New hours")]
    private static let inApp = [("in_app_title", ""), ("in_app_body", "See the hours")]

    // MARK: Record

    @Test("A record's page lists its devices, and Remove deletes one")
    func record() throws {
        let fixture = try SiteFixture.signedIn(as: "operator")
        let ada = try member(fixture)
        let path = "/app/directory/members/\(ada.id)"
        let page = fixture.get(path).text
        #expect(page.contains("Ada&#39;s iPhone"))
        #expect(page.contains("Receives push"))
        #expect(page.contains(DeviceToken.shortened("token-of-adas-telephone")))
        let remove = try #require(page.firstMatch(of: /action="([^"]+\/remove)"/)).1
        let removed = fixture.post(String(remove))
        #expect(removed.location == path)
        #expect(fixture.get(path).text.contains("was removed. It no longer receives push messages."))
        #expect(try fixture.store.devices(of: ada.id).isEmpty)
        #expect(fixture.get(fixture.post(String(remove)).location ?? "").text.contains("was removed already"))
        #expect(!fixture.get(path).text.contains("record-devices"))
    }

    @Test("Without permission to change records, devices are shown without Remove and removal is refused")
    func viewer() throws {
        let fixture = try SiteFixture.signedIn(as: "viewer")
        let ada = try member(fixture)
        let device = try #require(try fixture.store.devices(of: ada.id).first).id
        #expect(!fixture.get("/app/directory/members/\(ada.id)").text.contains("/remove"))
        #expect(fixture.post("/app/directory/members/\(ada.id)/devices/\(device)/remove").status == 403)
        #expect(try fixture.store.devices(of: ada.id).count == 1)
    }

    // MARK: Wizard

    private func start(_ fixture: SiteFixture) throws -> String {
        let made = fixture.post(
            "/app/communications/compose", [("delivery_channels", "push"), ("delivery_channels", "in_app")])
        return String(try #require(made.location?.split(separator: "/").dropLast().last))
    }

    @Test("The wizard composes push and in-app, reports unreachable recipients, and sends")
    func wizard() throws {
        let fixture = try SiteFixture.signedIn(as: "operator")
        let ada = try member(fixture)
        let first = fixture.get("/app/communications/compose/new").text
        #expect(first.contains("No provider: ask an administrator"))
        #expect(first.contains("value=\"in_app\""))
        let path = "/app/communications/compose/\(try start(fixture))"
        let empty = fixture.post("\(path)/message", [("version", "1"), ("go", "next"), ("push_body", " ")])
        #expect(empty.status == 422)
        #expect(empty.text.contains("Write the Push content."))
        let written = fixture.post(
            "\(path)/message", [("version", "2"), ("name", "Hours"), ("go", "next")] + Self.push + Self.inApp)
        #expect(written.location == "\(path)/recipients")
        let id = try #require(Int64(path.split(separator: "/").last ?? ""))
        _ = try fixture.store.addReceivers([Receiver(of: ada, origin: .search)], to: id, at: fixture.now)
        _ = try fixture.store.addReceivers(
            [Receiver(firstName: "Alan", email: "alan@example.org", origin: .manual)], to: id, at: fixture.now)
        let recipients = fixture.get("\(path)/recipients").text
        #expect(recipients.contains("Ready"))
        #expect(recipients.contains("No usable address"))
        let seen = try #require(try receiver(fixture, id, "Ada"))
        let confirm = fixture.get("\(path)/confirm?receiver=\(seen)").text
        for words in [
            "Push Preview", "In-app Preview", "Hi Ada", "See the hours", "member:m-1",
            "1 recipient has no registered device", "1 recipient is not linked to a record", "Push has no provider",
        ] { #expect(confirm.contains(words), "\(words)") }
        let version = try #require(try fixture.store.broadcast(id)).version
        #expect(fixture.post("\(path)/send", [("version", String(version))]).status == 303)
        let rows = try fixture.store.messages(MessageFilter(), from: .newest, limit: 10).items
        #expect(
            rows.filter { $0.status == .pending }.map(\.address).sorted() == ["member:m-1", "token-of-adas-telephone"])
        #expect(rows.count { $0.status == .skipped } == 2)
        let log = fixture.get("/app/communications/send-logs").text
        #expect(log.contains("Ada Lovelace · device …"))
        #expect(log.contains("no device is registered"))
        let push = try #require(rows.first { $0.deliveryChannel == .push && $0.status == .pending })
        let details = fixture.get("/app/communications/send-logs/\(push.id)").text
        #expect(details.contains("token-of-adas-telephone"))
        #expect(details.contains("Hi Ada"))
    }

    private func receiver(_ fixture: SiteFixture, _ id: Int64, _ name: String) throws -> Int64? {
        try fixture.store.receivers(of: id, from: .newest, limit: 5).items.first { $0.firstName == name }?.id
    }

    @Test(
        "Errors are shown beside their fields, and the input is kept",
        arguments: [
            ("push_title", String(repeating: "t", count: 201)), ("push_body", String(repeating: "b", count: 2001)),
            ("push_body", "{{#a}}"), ("push_icon", "i.png"), ("push_action_url", "javascript:alert(1)"),
        ])
    func problems(_ field: String, _ value: String) throws {
        let fixture = try SiteFixture.signedIn(as: "operator")
        let path = "/app/communications/compose/\(try start(fixture))"
        var form = [("version", "1"), ("go", "next"), ("push_title", "T"), ("push_body", "B")] + Self.inApp
        form.removeAll { $0.0 == field }
        let answer = fixture.post("\(path)/message", form + [(field, value)])
        #expect(answer.status == 422)
        #expect(answer.text.contains("data-error-for=\"\(field)\">"))
        #expect(answer.text.contains(value))
    }

    @Test("The autosave stores push and in-app texts")
    func autosave() throws {
        let fixture = try SiteFixture.signedIn(as: "operator")
        let id = try start(fixture)
        var request = Request(
            .post, "/app/communications/compose/\(id)/autosave",
            json: #"{"version":"1","push_title":"T","push_body":"B\r\nC","in_app_body":"D","in_app_icon":"x"}"#,
            headers: Headers([("X-CSRF-Token", fixture.csrf)]))
        request.cookies = fixture.cookies
        let saved = fixture.send(request)
        #expect(saved.status == 200)
        #expect(saved.json["errors"]?.items.compactMap { $0["field"]?.string } == ["in_app_icon"])
        let stored = try fixture.store.broadcast(try #require(Int64(id)))
        let composition = try #require(stored).composition
        #expect(composition.push == .init(title: "T", body: "B\nC"))
        #expect(composition.inApp == .init(body: "D", icon: "x"))
    }

    // MARK: Bulk and settings

    @Test("A bulk offers push and in-app if the template supports them, and previews both")
    func bulk() throws {
        let fixture = try SiteFixture.signedIn()
        var draft = MessageTemplateDraft(name: "Hours")
        draft.push = .init(title: "Hi {{first_name}}", body: "New hours")
        draft.inApp = .init(body: "See the hours", actionURL: "https://example.org/hours")
        let template = try fixture.store.createTemplate(draft, by: nil, at: fixture.now)
        let path = "/app/communications/bulk"
        let form = fixture.get("\(path)/new?template=\(template)").text
        #expect(form.contains("value=\"push\" checked"))
        #expect(form.contains("value=\"in_app\" checked"))
        #expect(form.contains("value=\"sms\" disabled"))
        let made = fixture.post(
            path, [("name", "H"), ("template", String(template)), ("channels", "push"), ("channels", "in_app")])
        let id = try #require(Int64(made.location?.split(separator: "/").last ?? ""))
        _ = try fixture.store.addReceivers(
            [Receiver(of: try member(fixture), origin: .search)], to: id, at: fixture.now)
        let preview = fixture.get("\(path)/\(id)/preview").text
        for words in ["Push Preview", "In-app Preview", "Hi Ada", "https://example.org/hours"] {
            #expect(preview.contains(words), "\(words)")
        }
        let publish = fixture.get("\(path)/\(id)/publish").text
        #expect(publish.contains("In-app leaves through"))
        #expect(publish.contains("In-app has no provider"))
        try BulkPagesTests.publish(fixture, id)
        #expect(try fixture.store.books(of: id)[.pending] == 2)
    }

    @Test("The in-app inbox needs only a name and reports that it is ready")
    func inbox() throws {
        let fixture = try SiteFixture.signedIn()
        let path = "/app/settings/communication/in-app"
        let list = fixture.get(path).text
        #expect(list.contains("No in-app inbox yet"))
        #expect(list.contains("Needs nothing but a name"))
        let made = fixture.post("\(path)?kind=in_app", [("name", "Portal")])
        let page = try #require(made.location)
        #expect(fixture.get(page).text.contains("Portal is set up"))
        #expect(!fixture.get(page).text.contains(">Settings</h2>"))
        let tested = fixture.post("\(page)/test", [("recipient", "member:m-1")])
        #expect(tested.status == 200)
        #expect(
            fixture.post("\(page)/test", [("recipient", "m-1")]).text.contains(
                "Enter a record, for example member:m-1."))
        let overview = fixture.get("/app/communications/overview").text
        #expect(overview.contains("Messages leave through Portal."))
    }
}
