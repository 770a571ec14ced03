import Foundation
import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("What is changed is written down")
struct AuditedRoutesTests {
    static let table: [String: String] = Dictionary(
        uniqueKeysWithValues: AuditedRoutes.table.split(separator: "\n").map { line in
            let parts = line.components(separatedBy: " · ")
            return (parts[0], parts[1])
        })

    @Test("every route that may change something has its line")
    func complete() {
        let routes = Set(Routes.all.filter { $0.method != .get }.map { "\($0.method.rawValue) \($0.pattern)" })
        #expect(routes.subtracting(Self.table.keys).sorted() == [], "put these into AuditedRoutes")
        #expect(Set(Self.table.keys).subtracting(routes).sorted() == [], "these are gone")
    }

    private static let settings = "/app/settings/communication"

    @Test("channels")
    func channels() throws {
        let walk = try AuditWalk()
        let list = "/app/settings/communication-channels"
        let one = try #require(try walk.post(list, [("name", "Newsletter")]).location)
        try walk.post("\(list)/{id}/edit", at: "\(one)/edit", [("name", "Weekly"), ("version", "1")])
        try walk.post(
            "\(list)/{id}/subscribers", at: "\(one)/subscribers", [("source", "adhoc"), ("email", "ada@example.org")])
        let remove = try #require(walk.fixture.get(one).text.firstMatch(of: /action="([^"]+\/remove)"/)).1
        try walk.post("\(list)/{id}/subscribers/{subscriber}/remove", at: String(remove))
        try walk.post("\(list)/{id}/delete", at: "\(one)/delete")
    }

    @Test("wrappers, mail templates and message templates")
    func templates() throws {
        let walk = try AuditWalk()
        for (list, form) in [
            ("email-wrappers", [("name", "Brand"), ("html", "{{content}}")]),
            ("mail-templates", [("name", "Formal"), ("header_html", "<p>1</p>")]),
        ] {
            let list = "\(Self.settings)/\(list)"
            let one = try #require(try walk.post(list, form).location)
            try walk.post("\(list)/{id}", at: one, form.map { ($0.0, $0.1 + " ") } + [("version", "1")])
            try walk.post("\(list)/{id}/delete", at: "\(one)/delete")
        }
        let list = "\(Self.settings)/message-templates"
        let form = [("name", "Renewal"), ("priority", "normal"), ("is_active", "1"), ("sms_text", "Hi")]
        _ = try walk.post(list, form)
        let id = try #require(try walk.fixture.store.templates(TemplateFilter(), from: .newest, limit: 1).items.first)
            .id
        try walk.post(
            "\(list)/{id}/test", at: "\(list)/\(id)/test", [("delivery_channel", "sms"), ("mobile", "+27821234567")])
        try walk.post("\(list)/{id}/duplicate", at: "\(list)/\(id)/duplicate")
        try walk.post("\(list)/{id}/edit", at: "\(list)/\(id)/edit", form + [("version", "1")])
        try walk.post("\(list)/{id}/delete", at: "\(list)/\(id)/delete")
    }

    @Test("drafts, from the first step to the send")
    func compose() throws {
        let walk = try AuditWalk()
        let compose = "/app/communications/compose"
        try walk.post(compose, [("delivery_channels", "sms"), ("starting_point", "blank")])
        let id = try #require(try walk.fixture.store.drafts(from: .newest, limit: 1).items.first).id
        func step(_ name: String, _ form: [(String, String)] = []) throws {
            try walk.post("\(compose)/{id}/\(name)", at: "\(compose)/\(id)/\(name)", form)
        }
        func version() throws -> (String, String) {
            ("version", String(try #require(try walk.fixture.store.broadcast(id)).version))
        }
        try step("delivery", [version(), ("delivery_channels", "sms"), ("delivery_channels", "whatsapp")])
        try step("delivery", [version(), ("delivery_channels", "sms")])
        try step("message", [version(), ("name", "Spring"), ("sms_text", "Hello"), ("go", "next")])
        try step("recipients", [("first_name", "Ada"), ("mobile", "+27821234567")])
        try step("recipients", [("first_name", "Bob"), ("mobile", "+27821234568")])
        let bob = try #require(try walk.fixture.store.receivers(of: id, from: .newest, limit: 1).items.first).id
        try walk.post(
            "\(compose)/{id}/recipients/{receiver}/remove", at: "\(compose)/\(id)/recipients/\(bob)/remove")
        try step("duplicate")
        try step("schedule", [version(), ("send_at", "2026-11-23T10:00")])
        try step("unschedule", [version()])
        try step("send", [version()])
        let copy = try #require(try walk.fixture.store.drafts(from: .newest, limit: 1).items.first).id
        try walk.post("\(compose)/{id}/delete", at: "\(compose)/\(copy)/delete")
        let message = try #require(
            try walk.fixture.store.messages(MessageFilter(), from: .newest, limit: 1).items.first
        ).id
        try walk.post(
            "/app/communications/send-logs/{id}/cancel", at: "/app/communications/send-logs/\(message)/cancel")
        try walk.post(
            "/app/communications/send-logs/{id}/cancel", at: "/app/communications/send-logs/\(message)/cancel",
            writes: false)
    }

    @Test("recipients by channel and by search, of a draft and of a bulk")
    func audience() throws {
        let walk = try AuditWalk()
        let (store, now) = (walk.fixture.store, walk.fixture.now)
        let entity = try store.upsert(
            Entity(kind: .member, externalID: "m-1", firstName: "Ada", email: "ada@example.org"), at: now)
        let draft = try store.createDraft(
            name: "x", deliveryChannels: [.email], composition: Composition(), by: nil, at: now)
        let bulk = try store.createBulk(
            BulkDraft(name: "x", templateID: nil, deliveryChannels: [.email]), by: nil, at: now)
        let hosts = [
            ("/app/communications/compose/{id}/recipients", draft), ("/app/communications/bulk/{id}", bulk),
        ]
        for (pattern, id) in hosts {
            let base = pattern.replacing("{id}", with: String(id))
            try walk.post("\(pattern)/search", at: "\(base)/search", [("entity", String(entity))])
            try walk.post("\(pattern)/search/all", at: "\(base)/search/all", [("kind", "members")])
            let one = try walk.post("\(pattern)/channels/new", at: "\(base)/channels/new", [("name", "News")]).location
            let (channel, many) = (try #require(one), "\(pattern)/channels/{channel}/subscribers")
            try walk.post(many, at: "\(channel)/subscribers", [("email", "bob@example.org")])
            let number = try #require(channel.split(separator: "/").last)
            try walk.post("\(pattern)/channels", at: "\(base)/channels", [("channel", String(number))])
            let remove = try #require(walk.fixture.get(channel).text.firstMatch(of: /action="([^"]+\/remove)"/)).1
            try walk.post("\(many)/{subscriber}/remove", at: String(remove))
        }
    }

    @Test("the directory, and sends from it")
    func directory() throws {
        let walk = try AuditWalk()
        try walk.post(
            "/app/directory/{kind}", at: "/app/directory/members",
            [("external_id", "m-1"), ("first_name", "Ada"), ("email", "ada@example.org"), ("mobile", "+27821234567")])
        let id = try #require(try walk.fixture.store.entity(kind: .member, externalID: "m-1")).id
        let (pattern, one) = ("/app/directory/{kind}/{id}", "/app/directory/members/\(id)")
        let mail = [("email_subject", "Hi"), ("email_html", "<p>Hi</p>"), ("once", "1")]
        try walk.post("\(pattern)/email", at: "\(one)/email", mail)
        try walk.post("\(pattern)/email", at: "\(one)/email", mail, writes: false)
        try walk.post("\(pattern)/sms", at: "\(one)/sms", [("sms_text", "Hi"), ("once", "2")])
        try walk.post(
            "\(pattern)/edit", at: "\(one)/edit",
            [("version", "1"), ("first_name", "Augusta"), ("attributes", "tier = gold")])
        let device = Device(
            token: "t-1", platform: .ios, registeredAt: walk.fixture.now, lastSeenAt: walk.fixture.now)
        let registered = try walk.fixture.store.register(device, of: id, at: walk.fixture.now).device.id
        try walk.post("\(pattern)/devices/{device}/remove", at: "\(one)/devices/\(registered)/remove")
        try walk.post("\(pattern)/delete", at: "\(one)/delete")
    }

    @Test("providers")
    func providers() throws {
        let walk = try AuditWalk()
        let list = "\(Self.settings)/mail-servers"
        let form = [
            ("name", "Office"), ("host", "mail.example.org"), ("port", "587"), ("tls", "none"),
            ("from_address", "hello@example.org"), ("max_connections", "5"),
        ]
        try walk.post(list, at: "\(list)?kind=smtp", form)
        let one = "\(list)/\(try #require(try walk.fixture.store.providers(for: .email).first).id)"
        try walk.post("\(list)/{id}", at: one, form)
        try walk.post("\(list)/{id}/test", at: "\(one)/test", [("recipient", "ada@example.org")])
        for change in ["disable", "enable", "default", "delete"] {
            try walk.post("\(list)/{id}/\(change)", at: "\(one)/\(change)")
        }
    }

    @Test("access and the account")
    func access() throws {
        let walk = try AuditWalk()
        let (users, roles, tokens) = ("/app/settings/users", "/app/settings/roles", "/app/settings/api-tokens")
        try walk.post(roles, [("name", "Front office"), ("permission", "communication:read:history")])
        let role = try walk.fixture.roleID("Front office")
        try walk.post(users, [("name", "Bob"), ("email", "bob@example.org"), ("role", role)])
        let bob = try #require(try walk.fixture.user("bob@example.org")).id
        try walk.post("\(users)/{id}/link", at: "\(users)/\(bob)/link")
        try walk.post(
            "\(users)/{id}", at: "\(users)/\(bob)",
            [("name", "Bob"), ("role", try walk.fixture.roleID("viewer")), ("version", "1")])
        try walk.post("\(users)/{id}/disable", at: "\(users)/\(bob)/disable")
        try walk.post("\(users)/{id}/enable", at: "\(users)/\(bob)/enable")
        try walk.post("\(roles)/{id}", at: "\(roles)/\(role)", [("name", "Front office 2"), ("version", "1")])
        try walk.post("\(roles)/{id}/delete", at: "\(roles)/\(role)/delete")
        try walk.post(tokens, [("name", "billing"), ("permission", "communication:read:history")])
        let token = try #require(try walk.fixture.store.tokens(from: .newest, limit: 1).items.first).id
        try walk.post("\(tokens)/{id}/revoke", at: "\(tokens)/\(token)/revoke")
        try walk.post("\(Self.settings)/general", [("region", "ZA")])
        try walk.post("/app/settings/modules", [("module", "communication:channels"), ("turn", "off")])
        try walk.post("/app/account", [("name", "Ada"), ("time_zone", "UTC")])
        try walk.post(
            "/app/account/password",
            [("current_password", SiteFixture.password), ("new_password", "five words of Ada L")])
        try walk.post("/logout")
    }

    @Test("calls of the API")
    func calls() throws {
        let walk = try AuditWalk()
        try walk.call("POST /api/v1/entities/{kind}", "/api/v1/entities/members", #"{"external_id":"m-0"}"#)
        try walk.call("PUT /api/v1/entities/{kind}/{external_id}", "/api/v1/entities/members/m-1", "{}")
        let devices = "/api/v1/entities/{kind}/{external_id}/devices/{token...}"
        try walk.call("PUT \(devices)", "/api/v1/entities/members/m-1/devices/t-1", #"{"platform":"ios"}"#)
        try walk.call("DELETE \(devices)", "/api/v1/entities/members/m-1/devices/t-1")
        let notice = try walk.keepNotice(for: "m-1")
        try walk.call(
            "POST /api/v1/entities/{kind}/{external_id}/inbox/{id}/read",
            "/api/v1/entities/members/m-1/inbox/\(notice)/read")
        try walk.call("DELETE /api/v1/entities/{kind}/{external_id}", "/api/v1/entities/members/m-1")
        let message = try walk.call(
            "POST /api/v1/messages", "/api/v1/messages",
            #"{"delivery_channel":"sms","to":{"mobile":"+27821234567"},"text":"Hi"}"#)
        try walk.call("POST /api/v1/messages/{id}/cancel", "\(try #require(message.location))/cancel")
        for (list, made, changed) in [
            ("channels", #"{"name":"Newsletter"}"#, #"{"name":"Weekly"}"#),
            ("wrappers", #"{"name":"Brand","html":"{{content}}"}"#, #"{"version":1,"name":"B"}"#),
            ("mail-templates", #"{"name":"Formal","header_html":"<p>1</p>"}"#, #"{"version":1,"name":"F"}"#),
            ("templates", #"{"name":"Renewal","sms":{"text":"Hi"}}"#, #"{"version":1,"name":"R"}"#),
        ] {
            let list = "/api/v1/\(list)"
            let one = try #require(try walk.call("POST \(list)", list, made).location, "\(list)")
            try walk.call("PATCH \(list)/{id}", one, changed)
            try walk.call("DELETE \(list)/{id}", one)
        }
    }
}
