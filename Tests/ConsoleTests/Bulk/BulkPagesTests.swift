import HTTPServing
import Messaging
import Storage
import Testing

@testable import Console

@Suite("Bulk communications")
struct BulkPagesTests {
    static let path = "/app/communications/bulk"

    static func template(_ fixture: SiteFixture, name: String = "Renewal", active: Bool = true) throws -> Int64 {
        var draft = MessageTemplateDraft(name: name, priority: .high, isActive: active)
        draft.email = .init(subject: "Hi {{first_name}}", html: "<p>Dear {{first_name}}</p>")
        draft.sms = .init(text: "Hi {{first_name}}")
        return try fixture.store.createTemplate(draft, by: nil, at: fixture.now)
    }

    static func provider(_ fixture: SiteFixture) throws {
        for channel in [DeliveryChannel.email, .sms] {
            let from = channel == .email ? "hello@example.org" : "+27820000000"
            _ = try fixture.store.createProvider(
                ProviderDraft(
                    deliveryChannel: channel, kind: "sandbox", name: "Sandbox \(channel.title)", isDefault: true,
                    settings: ProviderSettings(["from_address": from]), secretNames: []), at: fixture.now)
        }
    }

    /// Creates a draft through the form, with the given number of receivers.
    static func draft(_ fixture: SiteFixture, receivers: Int = 3, channels: [String] = ["email"]) throws -> Int64 {
        let template = try template(fixture)
        let made = fixture.post(
            path, [("name", "July"), ("template", String(template))] + channels.map { ("channels", $0) })
        let id = try #require(made.location.flatMap { Int64($0.split(separator: "/").last ?? "") })
        let people = (1...max(1, receivers)).map { number in
            Receiver(
                firstName: "Ada \(number)", lastName: "Lovelace", email: "ada\(number)@example.org",
                mobile: "+2782\(1_000_000 + number)", origin: .manual)
        }
        if receivers > 0 { _ = try fixture.store.addReceivers(people, to: id, at: fixture.now) }
        return id
    }

    static func version(_ fixture: SiteFixture, _ id: Int64) throws -> String {
        String(try #require(try fixture.store.broadcast(id)).version)
    }

    @discardableResult
    static func publish(_ fixture: SiteFixture, _ id: Int64) throws -> Response {
        fixture.post("\(path)/\(id)/publish", [("version", try version(fixture, id))])
    }

    @Test("Without an active template the page links to where to create one")
    func noTemplates() throws {
        let fixture = try SiteFixture.signedIn()
        _ = try Self.template(fixture, active: false)
        let page = fixture.get(Self.path + "/new")
        #expect(page.text.contains("Set up message templates in Settings"))
        #expect(!page.text.contains("name=\"template\""))
    }

    @Test("Only active templates are offered")
    func onlyActive() throws {
        let fixture = try SiteFixture.signedIn()
        var ids: [String: Int64] = [:]
        for (name, isActive) in [("Renewal", true), ("Old renewal", false), ("Welcome", true), ("Draft", false)] {
            ids[name] = try Self.template(fixture, name: name, active: isActive)
        }
        let page = fixture.get(Self.path + "/new").text
        let select = page.components(separatedBy: "<select").first { $0.contains("name=\"template\"") } ?? ""
        let options = (select.components(separatedBy: "</select>").first ?? "").matches(of: />([^<]+)<\/option>/)
        #expect(options.map { String($0.1) }.sorted() == ["Choose a template", "Renewal", "Welcome"])
        let inactive = try #require(ids["Draft"])
        let refused = fixture.post(Self.path, [("template", String(inactive)), ("channels", "email")])
        #expect(refused.status == 422)
        #expect(refused.text.contains("This template is not active."))
    }

    @Test("Only delivery channels supported by the template can be selected")
    func unsupported() throws {
        let fixture = try SiteFixture.signedIn()
        let template = try Self.template(fixture)
        let page = fixture.get(Self.path + "/new?template=\(template)")
        #expect(page.text.contains("value=\"whatsapp\" disabled"))
        #expect(page.text.contains("value=\"email\" checked"))
        let refused = fixture.post(
            Self.path, [("name", "July <b>"), ("template", String(template)), ("channels", "whatsapp")])
        #expect(refused.status == 422)
        #expect(refused.text.contains("has no content for WhatsApp"))
        #expect(refused.text.contains("July &lt;b&gt;"))
        let empty = fixture.post(Self.path, [("template", String(template))])
        #expect(empty.text.contains("Tick at least one delivery channel."))
        #expect(fixture.post(Self.path, [("channels", "email")]).text.contains("Choose a message template."))
    }

    @Test("A draft is previewed with samples and for a receiver")
    func preview() throws {
        let fixture = try SiteFixture.signedIn()
        let id = try Self.draft(fixture, channels: ["email", "sms"])
        let samples = fixture.get("\(Self.path)/\(id)/preview")
        #expect(samples.text.contains("Shown with sample values"))
        let receiver = try #require(try fixture.store.receivers(of: id, from: .newest, limit: 1).items.first)
        let seen = fixture.get("\(Self.path)/\(id)/preview?receiver=\(receiver.id)")
        #expect(seen.text.contains("Hi Ada 3"))
        let frame = fixture.get("\(Self.path)/\(id)/preview/email?receiver=\(receiver.id)")
        #expect(frame.text.contains("Dear Ada 3"))
        #expect(frame.headers["Content-Security-Policy"]?.hasPrefix("sandbox") == true)
        #expect(fixture.get("\(Self.path)/\(id)/preview/email?receiver=999999").status == 404)
    }

    @Test("Publishing freezes the template and locks the bulk, and a second click changes nothing")
    func publish() throws {
        let fixture = try SiteFixture.signedIn()
        try Self.provider(fixture)
        let id = try Self.draft(fixture)
        let page = fixture.get("\(Self.path)/\(id)/publish")
        #expect(page.text.contains("Publish now"))
        let sent = try Self.publish(fixture, id)
        #expect(sent.location == "\(Self.path)/\(id)")
        let broadcast = try #require(try fixture.store.broadcast(id))
        #expect(broadcast.status == .published)
        #expect(try fixture.store.books(of: id).planned == 3)
        #expect(try Self.publish(fixture, id).location == "\(Self.path)/\(id)")
        #expect(try fixture.store.books(of: id).planned == 3)
        let receiver = try #require(try fixture.store.receivers(of: id, from: .newest, limit: 1).items.first)
        _ = fixture.post("\(Self.path)/\(id)/receivers/\(receiver.id)/remove")
        _ = fixture.post("\(Self.path)/\(id)/delete")
        #expect(try fixture.store.broadcast(id)?.receiverCount == 3)
        let detail = fixture.get("\(Self.path)/\(id)").text
        #expect(detail.contains("3 planned"))
        #expect(detail.contains("The books balance"))
        #expect(!detail.contains("Remove"))
        let messages = try fixture.store.messages(MessageFilter(), from: .newest, limit: 10).items
        #expect(messages.map(\.subject).sorted() == ["Hi Ada 1", "Hi Ada 2", "Hi Ada 3"])
        #expect(messages.allSatisfy { $0.type == .bulk })
    }

    @Test("A bulk changed since the page was opened is not published")
    func changed() throws {
        let fixture = try SiteFixture.signedIn()
        try Self.provider(fixture)
        let id = try Self.draft(fixture)
        let stale = fixture.post("\(Self.path)/\(id)/publish", [("version", "0")])
        #expect(stale.status == 409)
        #expect(stale.text.contains("was changed since this page was opened"))
        let page = fixture.get("\(Self.path)/\(id)/publish").text
        let receivers = try #require(try fixture.store.broadcast(id)?.receiverCount)
        #expect(page.contains("name=\"receivers\" value=\"\(receivers)\""))
        let fewer = ("receivers", String(receivers - 1))
        #expect(fixture.post("\(Self.path)/\(id)/publish", [try fixture.version(of: id), fewer]).status == 409)
        #expect(try fixture.store.broadcast(id)?.status == .draft)
    }

    @Test("A bulk without reachable receivers is not published, and the page gives the reason")
    func nobody() throws {
        let fixture = try SiteFixture.signedIn()
        try Self.provider(fixture)
        let id = try Self.draft(fixture, receivers: 0)
        #expect(!fixture.get("\(Self.path)/\(id)/publish").text.contains("Publish now"))
        #expect(try Self.publish(fixture, id).status == 422)
        #expect(try fixture.store.broadcast(id)?.status == .draft)
    }

    @Test("A bulk whose template is no longer usable is not published")
    func inactive() throws {
        let fixture = try SiteFixture.signedIn()
        try Self.provider(fixture)
        let id = try Self.draft(fixture)
        let template = try #require(try fixture.store.broadcast(id)?.templateID)
        var draft = try #require(try fixture.store.template(template)).draft
        draft.isActive = false
        _ = try fixture.store.saveTemplate(template, version: 1, draft, by: nil, at: fixture.now)
        let refused = try Self.publish(fixture, id)
        #expect(refused.status == 409)
        #expect(refused.text.contains("not active"))
        #expect(fixture.get("\(Self.path)/\(id)").status == 200)
    }

    @Test("A schedule is at least a minute ahead and can be cancelled")
    func schedule() throws {
        let fixture = try SiteFixture.signedIn()
        try Self.provider(fixture)
        let id = try Self.draft(fixture)
        let soon = fixture.post(
            "\(Self.path)/\(id)/schedule",
            [("version", try Self.version(fixture, id)), ("send_at", "2026-11-21T14:00")])
        #expect(soon.status == 422)
        let later = fixture.post(
            "\(Self.path)/\(id)/schedule",
            [("version", try Self.version(fixture, id)), ("send_at", "2026-11-22T09:00")])
        #expect(later.location == "\(Self.path)/\(id)")
        #expect(try fixture.store.broadcast(id)?.status == .scheduled)
        #expect(fixture.get("\(Self.path)/\(id)").text.contains("Cancel schedule"))
        _ = fixture.post("\(Self.path)/\(id)/unschedule")
        #expect(try fixture.store.broadcast(id)?.status == .draft)
        #expect(try fixture.store.books(of: id).planned == 0)
    }

    @Test("Pause, resume, cancel and resend are offered only when they have an effect")
    func control() throws {
        let fixture = try SiteFixture.signedIn()
        try Self.provider(fixture)
        let id = try Self.draft(fixture)
        try Self.publish(fixture, id)
        #expect(fixture.get("\(Self.path)/\(id)").text.contains(">Pause<"))
        _ = fixture.post("\(Self.path)/\(id)/pause")
        #expect(try fixture.store.broadcast(id)?.status == .paused)
        let paused = fixture.get("\(Self.path)/\(id)").text
        #expect(paused.contains(">Resume<"))
        #expect(!paused.contains(">Pause<"))
        _ = fixture.post("\(Self.path)/\(id)/resume")
        #expect(try fixture.store.broadcast(id)?.status == .published)
        #expect(!fixture.get("\(Self.path)/\(id)").text.contains("Resend failed"))
        #expect(fixture.get("\(Self.path)/\(id)/resend-failed").location == "\(Self.path)/\(id)")
        #expect(fixture.get("\(Self.path)/\(id)/cancel").text.contains("3 messages"))
        _ = fixture.post("\(Self.path)/\(id)/cancel")
        #expect(try fixture.store.books(of: id)[.cancelled] == 3)
        #expect(!fixture.get("\(Self.path)/\(id)").text.contains(">Resume<"))
        #expect(fixture.get("\(Self.path)/\(id)?status=cancelled").text.contains("Ada 2"))
    }

    @Test("Messages in doubt offer both decisions, and the decision is recorded")
    func unknown() throws {
        let fixture = try SiteFixture.signedIn()
        try Self.provider(fixture)
        let id = try Self.draft(fixture)
        try Self.publish(fixture, id)
        let queues = try fixture.temporary.store.dueQueues(at: fixture.now)
        let claims = queues.map { ClaimRequest(queue: $0, providerID: 1, share: 5, fromAddress: "") }
        let lease = try fixture.temporary.store.beginLease(at: fixture.now)
        let claimed = try fixture.temporary.store.recordAndClaim(
            [], claims: claims, slots: [1: 5], lease: lease, at: fixture.now
        ).claimed
        let lost = claimed.map {
            AttemptCompletion(
                messageID: $0.id, attempt: $0.attempt, broadcastID: $0.broadcastID, providerID: 1, event: .lostTrack,
                result: .inDoubt, detail: "The connection broke.")
        }
        _ = try fixture.temporary.store.recordAndClaim(lost, claims: [], slots: [:], lease: lease, at: fixture.now)
        let detail = fixture.get("\(Self.path)/\(id)").text
        #expect(detail.contains("3 messages are in doubt"))
        #expect(fixture.get("\(Self.path)/\(id)/retry-unknown").text.contains("second copy"))
        _ = fixture.post("\(Self.path)/\(id)/assume-sent")
        #expect(try fixture.store.books(of: id)[.sent] == 3)
    }

    @Test("The export has one line per message and no formulas")
    func export() throws {
        let fixture = try SiteFixture.signedIn()
        try Self.provider(fixture)
        let id = try Self.draft(fixture, receivers: 2, channels: ["email", "sms"])
        _ = try fixture.store.addReceivers(
            [Receiver(firstName: "=HYPERLINK(1)", email: "x@example.org", origin: .manual)], to: id, at: fixture.now)
        try Self.publish(fixture, id)
        let response = fixture.get("\(Self.path)/\(id)/receivers.csv")
        #expect(response.headers["Content-Type"] == "text/csv; charset=utf-8")
        guard case .stream(let next) = response.body else {
            Issue.record("not streamed")
            return
        }
        var bytes: [UInt8] = []
        while let piece = try next() { bytes += piece }
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        #expect(lines.count == 1 + 6)
        #expect(lines.contains { $0.contains("'=HYPERLINK(1)") && $0.contains("no mobile number") })
        #expect(lines.count { $0.contains("ada1@example.org") } == 2)
    }

    @Test("The second of two editors is warned, and nothing is overwritten")
    func conflict() throws {
        let fixture = try SiteFixture.signedIn()
        let id = try Self.draft(fixture)
        let template = try #require(try fixture.store.broadcast(id)?.templateID)
        let opened = try fixture.version(of: id)
        let form = { (name: String) in
            [("name", name), ("template", String(template)), ("channels", "email"), opened]
        }
        #expect(fixture.post("\(Self.path)/\(id)/edit", form("Mine")).status == 303)
        let second = fixture.post("\(Self.path)/\(id)/edit", form("Theirs"))
        #expect(second.status == 409)
        #expect(second.text.contains("This was changed in the meantime"))
        #expect(second.text.contains("value=\"Theirs\""))
        #expect(try fixture.store.broadcast(id)?.name == "Mine")
        #expect(second.text.contains("name=\"keep_mine\" value=\"\(try fixture.version(of: id).1)\""))
        #expect(
            fixture.post("\(Self.path)/\(id)/edit", form("Theirs") + [("keep_mine", try fixture.version(of: id).1)])
                .status == 303)
        #expect(try fixture.store.broadcast(id)?.name == "Theirs")
    }

    @Test("A read-only user sees no button that would be refused")
    func viewer() throws {
        let fixture = try SiteFixture.signedIn()
        try Self.provider(fixture)
        let id = try Self.draft(fixture)
        _ = try fixture.store.createRole(name: "watcher", permissions: [.readBulk])
        try fixture.addUser("grace@example.org", role: "watcher")
        fixture.forgetCookies()
        _ = fixture.get("/login")
        _ = fixture.post("/login", [("email", "grace@example.org"), ("password", SiteFixture.password)])
        let detail = fixture.get("\(Self.path)/\(id)").text
        #expect(detail.contains("Ada 1"))
        for button in ["Publish…", "Edit<", "Remove", "Duplicate", "Delete"] { #expect(!detail.contains(button)) }
        #expect(fixture.get("\(Self.path)/\(id)/publish").status == 403)
        #expect(fixture.post("\(Self.path)/\(id)/pause").status == 403)
    }
}
