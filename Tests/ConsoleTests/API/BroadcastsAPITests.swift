import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("/api/v1/broadcasts")
struct BroadcastsAPITests {
    private static let template =
        #"{"name":"Renewal","priority":"high","email":{"subject":"Hi {{first_name}}","html":"<p>Renew</p>"},"sms":{"text":"Renew"}}"#

    /// Creates a draft and returns its path.
    static func draft(_ api: APIFixture, channels: String = #"["email"]"#) throws -> String {
        let made = api.send(.post, "/api/v1/templates", Self.template)
        let template = try #require(made.json["id"]?.string)
        let answer = api.send(
            .post, "/api/v1/broadcasts",
            #"{"name":"July","template_id":"\#(template)","delivery_channels":\#(channels),"when_unknown":"hold"}"#)
        #expect(answer.status == 201, "\(answer.text)")
        return try #require(answer.location)
    }

    static func people(_ count: Int) -> String {
        let all = (1...count).map { #"{"first_name":"Ada \#($0)","email":"ada\#($0)@example.org"}"# }
        return #"{"people":[\#(all.joined(separator: ","))]}"#
    }

    static func members(_ api: APIFixture, _ count: Int) throws {
        let changes = (1...count).map { number in
            var change = EntityChange(
                externalID: "m-\(number)", attributes: ["tier": .string(number % 2 == 0 ? "gold" : "silver")])
            (change.firstName, change.lastName, change.email) = ("Ada", "No \(number)", "m\(number)@example.org")
            return change
        }
        _ = try api.fixture.store.apply(changes, of: .member, isImport: true, at: api.fixture.now)
    }

    private func finishJobs(_ api: APIFixture) throws {
        while let job = try api.fixture.store.openJobs(of: nil, limit: 1).first {
            _ = try api.fixture.store.work(on: job.id, limit: 500, at: api.fixture.now)
        }
    }

    // MARK: Drafts

    @Test("A draft is created from a template, listed, read, changed with its version and deleted")
    func draft() throws {
        let api = try APIFixture()
        let path = try Self.draft(api)
        let read = api.call(.get, path)
        #expect(read.json["status"] == "draft")
        #expect(read.json["template"] == "Renewal")
        #expect(read.json["delivery_channels"] == ["email"])
        #expect(read.json["when_unknown"] == "hold")
        #expect(read.json["content"] == JSONValue.null)
        #expect(read.json["messages"]?["planned"] == 0)
        #expect(api.call(.get, "/api/v1/broadcasts?status=draft&q=jul").json["items"]?.items.count == 1)
        #expect(api.call(.get, "/api/v1/broadcasts?status=published").json["items"] == [])
        #expect(api.call(.get, "/api/v1/broadcasts?status=sent").fields == ["status"])
        let changed = api.send(
            .patch, path, #"{"version":1,"name":"August","delivery_channels":["sms","email"],"when_unknown":"resend"}"#)
        #expect(changed.status == 200, "\(changed.text)")
        #expect(changed.json["name"] == "August")
        #expect(changed.json["delivery_channels"] == ["email", "sms"])
        #expect(changed.json["when_unknown"] == "resend")
        #expect(api.send(.patch, path, #"{"version":1,"name":"x"}"#).status == 409)
        let own = api.send(
            .patch, path,
            #"{"content":{"email":{"subject":"s","html":"<p>h</p>"}},"delivery_channels":["email"]}"#)
        #expect(own.json["template_id"] == JSONValue.null)
        #expect(own.json["content"]?["email"]?["subject"] == "s")
        #expect(own.json["content"]?["sms"] == JSONValue.null)
        #expect(api.call(.delete, path).status == 204)
        #expect(api.call(.get, path).status == 404)
        let actions = try api.fixture.store.audit(AuditFilter(), from: .newest, limit: 20).items.map(\.entry.action)
        #expect(
            actions.filter { $0.hasSuffix(" broadcast") }.reversed() == [
                "create broadcast", "update broadcast", "update broadcast", "delete broadcast",
            ])
    }

    @Test("Validation errors name the field")
    func invalid() throws {
        let api = try APIFixture()
        func fields(_ json: String) -> [String] { api.send(.post, "/api/v1/broadcasts", json).fields }
        #expect(fields("{}") == ["delivery_channels", "template_id"])
        #expect(fields(#"{"template_id":"9","delivery_channels":["email"]}"#) == ["template_id"])
        #expect(fields(#"{"template_id":"9","content":{},"delivery_channels":["email"]}"#) == ["content"])
        #expect(
            fields(#"{"content":{"sms":{"text":"{{#x}}"}},"delivery_channels":["sms","pigeon"],"when_unknown":"?"}"#)
                == ["content.sms.text", "delivery_channels", "when_unknown"])
        #expect(
            fields(#"{"content":{"email":{"html":"h"}},"delivery_channels":["email"]}"#) == [
                "content.email.subject"
            ])
        #expect(fields(#"{"content":{"fax":{}},"delivery_channels":[]}"#) == ["content.fax", "delivery_channels"])
        let path = try Self.draft(api)
        let lacking = api.send(.patch, path, #"{"delivery_channels":["email","whatsapp"]}"#)
        #expect(lacking.fields == ["delivery_channels"])
        #expect(lacking.text.contains("WhatsApp"))
        let template = try #require(api.call(.get, path).json["template_id"]?.string)
        _ = api.send(.patch, "/api/v1/templates/\(template)", #"{"active":false}"#)
        let inactive = api.send(
            .post, "/api/v1/broadcasts", #"{"template_id":"\#(template)","delivery_channels":["email"]}"#)
        #expect(inactive.fields == ["template_id"])
    }

    // MARK: Receivers

    @Test("Receivers of a draft are added, merged, listed with their status and removed")
    func people() throws {
        let api = try APIFixture()
        let path = try Self.draft(api)
        let added = api.send(.post, "\(path)/receivers", Self.people(3))
        #expect(added.status == 200, "\(added.text)")
        #expect(added.json["added"] == 3)
        #expect(added.json["merged"] == 0)
        #expect(api.send(.post, "\(path)/receivers", Self.people(4)).json["merged"] == 3)
        let found = api.call(.get, "\(path)/receivers?q=ada2@")
        #expect(found.json["items"]?.items.count == 1)
        #expect(found.json["items"]?.items.first?["origin"] == "api")
        let id = try #require(found.json["items"]?.items.first?["id"]?.string)
        #expect(api.call(.delete, "\(path)/receivers/\(id)").status == 204)
        #expect(api.call(.delete, "\(path)/receivers/\(id)").status == 404)
        #expect(api.call(.get, "\(path)/stats").json["receivers"] == 3)
        #expect(api.send(.post, "\(path)/publish", "{}").status == 200)
        let all = api.call(.get, "\(path)/receivers?limit=2")
        #expect(all.json["items"]?.items.count == 2)
        #expect(all.json["items"]?.items.first?["messages"]?.items.first?["status"] == "pending")
        #expect(all.json["next"]?.string != nil)
        #expect(api.call(.get, "\(path)/receivers?status=failed").json["items"] == [])
        #expect(api.call(.get, "\(path)/receivers?status=pending").json["items"]?.items.count == 3)
        #expect(api.call(.get, "\(path)/receivers?status=received").fields == ["status"])
        #expect(api.call(.delete, "\(path)/receivers/\(id)").status == 409)
        #expect(api.send(.post, "\(path)/receivers", Self.people(1)).status == 409)
    }

    @Test("Every receiver is validated, and errors name the receiver")
    func badPeople() throws {
        let api = try APIFixture()
        try Self.members(api, 1)
        let path = try Self.draft(api) + "/receivers"
        let answer = api.send(
            .post, path,
            #"{"people":[{"email":"ada@example.org"},{"email":"nobody"},{},{"mobile":"12","x":1},{"entity":{"kind":"member","external_id":"m-9"}},5]}"#
        )
        #expect(answer.status == 422)
        #expect(
            answer.fields == [
                "people[1].email", "people[2]", "people[3].mobile", "people[3].x", "people[4].entity.external_id",
                "people[5]",
            ])
        #expect(api.call(.get, path).json["items"] == [])
        let linked = api.send(
            .post, path,
            #"{"people":[{"entity":{"kind":"member","external_id":"m-1"},"variables":{"code":"x"},"last_name":"King"}]}"#
        )
        #expect(linked.json["added"] == 1, "\(linked.text)")
        let receiver = try #require(api.call(.get, path).json["items"]?.items.first)
        #expect(receiver["email"] == "m1@example.org")
        #expect(receiver["last_name"] == "King")
        #expect(receiver["entity"]?["external_id"] == "m-1")
        #expect(api.send(.post, path, #"{"people":[]}"#).fields == ["people"])
        #expect(api.send(.post, path, "{}").fields == ["channels"])
        #expect(api.send(.post, path, #"{"people":[{}],"channels":["1"]}"#).fields == ["channels"])
    }

    @Test("Channels and searches are added completely before the response")
    func audiences() throws {
        let api = try APIFixture()
        try Self.members(api, 6)
        let path = try Self.draft(api) + "/receivers"
        let channel = try #require(api.send(.post, "/api/v1/channels", #"{"name":"News"}"#).json["id"]?.string)
        for number in 1...3 {
            _ = api.send(
                .post, "/api/v1/channels/\(channel)/subscribers",
                #"{"entity":{"kind":"member","external_id":"m-\#(number)"}}"#)
        }
        let first = api.send(.post, path, #"{"channels":["\#(channel)","\#(channel)"]}"#)
        #expect(first.status == 200)
        #expect(first.json["added"] == 3)
        let gold = api.send(
            .post, path, #"{"search":{"kind":"member","filters":[{"field":"tier","value":"gold"}]}}"#)
        #expect(gold.json["added"] == 2, "\(gold.text)")
        #expect(gold.json["merged"] == 1)
        let origins = api.call(.get, path).json["items"]?.items.compactMap { $0["origin"]?.string }
        #expect(origins?.sorted() == ["channel", "channel", "channel", "search", "search"])
        #expect(api.send(.post, path, #"{"channels":["99"]}"#).fields == ["channels"])
        #expect(
            api.send(.post, path, #"{"search":{"kind":"members","filters":[{"field":""}],"z":1}}"#).fields == [
                "search.filters[0].field", "search.filters[0].value", "search.kind", "search.z",
            ])
        try api.fixture.store.setModule(.channels, isOn: false, by: "test", at: api.fixture.now)
        api.fixture.pass(.seconds(3))
        #expect(api.send(.post, path, #"{"channels":["\#(channel)"]}"#).fields == ["channels"])
    }

    @Test("Additions beyond ten thousand continue in the background, and block publishing until complete")
    func crowd() throws {
        let api = try APIFixture()
        try Self.members(api, 10_001)
        let path = try Self.draft(api)
        let answer = api.send(.post, "\(path)/receivers", #"{"search":{"kind":"member"}}"#)
        #expect(answer.status == 202)
        #expect(answer.json["adding"]?["total"] == 10_001)
        #expect(api.call(.get, "\(path)/stats").json["adding"]?["done"] == 500)
        #expect(api.fixture.wakeCount == 1)
        let early = api.send(.post, "\(path)/publish", "")
        #expect(early.status == 409)
        #expect(early.text.contains("being added"))
        try finishJobs(api)
        let stats = api.call(.get, "\(path)/stats").json
        #expect(stats["adding"] == JSONValue.null)
        #expect(stats["receivers"] == 10_001)
    }

    // MARK: Delivery

    @Test("Stats match the contract exactly")
    func stats() throws {
        let api = try APIFixture()
        let path = try Self.draft(api)
        _ = api.send(.post, "\(path)/receivers", Self.people(2))
        _ = api.send(.post, "\(path)/publish", "{}")
        #expect(
            api.call(.get, "\(path)/stats").text
                == #"{"status":"published","receivers":2,"adding":null,"messages":{"planned":2,"pending":2,"sending":0,"sent":0,"delivered":0,"opened":0,"read":0,"failed":0,"skipped":0,"cancelled":0,"unknown":0}}"#
        )
    }

    @Test("Preflight findings block publishing, and publishing again changes nothing")
    func publish() throws {
        let api = try APIFixture()
        let path = try Self.draft(api)
        let empty = api.call(.get, "\(path)/preflight")
        #expect(empty.json["may_be_sent"] == false)
        #expect(empty.json["findings"]?.items.first?["kind"] == "no_receivers")
        #expect(api.send(.post, "\(path)/publish", "{}").fields == ["no_receivers"])
        _ = api.send(.post, "\(path)/receivers", Self.people(1))
        let fine = api.call(.get, "\(path)/preflight")
        #expect(fine.json["may_be_sent"] == true)
        #expect(fine.json["findings"]?.items.map { $0["kind"]?.string } == ["no_provider"])
        let sent = api.send(.post, "\(path)/publish", "")
        #expect(sent.status == 200, "\(sent.text)")
        #expect(sent.json["priority"] == "high")
        #expect(api.fixture.wakeCount == 1)
        let again = api.send(.post, "\(path)/publish", "")
        #expect(again.status == 409)
        #expect(api.call(.get, "\(path)/stats").json["messages"]?["planned"] == 1)
        #expect(api.call(.get, "\(path)/preflight").status == 409)
        #expect(api.send(.patch, path, #"{"name":"x"}"#).status == 409)
        #expect(api.call(.delete, path).status == 409)
        let message = try #require(api.call(.get, "/api/v1/messages").json["items"]?.items.first)
        #expect(message["subject"] == "Hi Ada 1")
        #expect(message["type"] == "bulk")
    }

    @Test("Receivers added since the caller's last read prevent publishing, by version and by count")
    func receiversAddedSince() throws {
        let api = try APIFixture()
        let path = try Self.draft(api)
        _ = api.send(.post, "\(path)/receivers", Self.people(1))
        let seen = try #require(api.call(.get, path).json["version"])
        guard case .number(let number) = seen else { throw Failure(0, "no number") }
        _ = api.send(.post, "\(path)/receivers", Self.people(3))
        #expect(api.call(.get, path).json["version"] != seen)
        #expect(api.send(.post, "\(path)/publish", #"{"version":\#(number)}"#).status == 409)
        #expect(api.send(.post, "\(path)/publish", #"{"receivers":1}"#).status == 409)
        #expect(api.send(.post, "\(path)/publish", #"{"receivers":"three"}"#).fields == ["receivers"])
        let late = #"{"send_at":"2026-12-24T08:00:00Z","receivers":1}"#
        #expect(api.send(.post, "\(path)/schedule", late).status == 409)
        #expect(api.call(.get, "\(path)/stats").json["status"] == "draft")
        #expect(api.send(.post, "\(path)/publish", #"{"receivers":3}"#).status == 200)
    }

    @Test("A deleted template is a finding and prevents publishing")
    func lostTemplate() throws {
        let api = try APIFixture()
        let path = try Self.draft(api)
        _ = api.send(.post, "\(path)/receivers", Self.people(1))
        let template = try #require(api.call(.get, path).json["template_id"]?.string)
        #expect(api.call(.delete, "/api/v1/templates/\(template)").status == 204)
        #expect(api.call(.get, "\(path)/preflight").json["findings"]?.items.first?["kind"] == "template")
        let refused = api.send(.post, "\(path)/publish", "")
        #expect(refused.status == 409)
        #expect(refused.json["title"] == "The template is gone")
    }

    @Test("A schedule is at least a minute ahead and can be cancelled")
    func schedule() throws {
        let api = try APIFixture()
        let path = try Self.draft(api)
        _ = api.send(.post, "\(path)/receivers", Self.people(2))
        #expect(api.send(.post, "\(path)/schedule", #"{"send_at":"2026-11-21T12:00:59Z"}"#).fields == ["send_at"])
        #expect(api.send(.post, "\(path)/schedule", "{}").fields == ["send_at"])
        #expect(api.send(.post, "\(path)/unschedule", "").status == 409)
        let scheduled = api.send(.post, "\(path)/schedule", #"{"send_at":"2026-12-24T08:00:00Z"}"#)
        #expect(scheduled.json["status"] == "scheduled", "\(scheduled.text)")
        #expect(scheduled.json["send_at"] == "2026-12-24T08:00:00.000Z")
        #expect(api.send(.post, "\(path)/schedule", #"{"send_at":"2026-12-24T08:00:00Z"}"#).status == 409)
        let back = api.send(.post, "\(path)/unschedule", "")
        #expect(back.json["status"] == "draft")
        #expect(back.json["messages"]?["planned"] == 0)
    }

    @Test("Pause, resume, cancel and decisions depend on the state")
    func underWay() throws {
        let api = try APIFixture()
        let path = try Self.draft(api)
        for action in ["pause", "resume", "cancel", "resend-failed", "retry-unknown", "assume-sent"] {
            #expect(api.send(.post, "\(path)/\(action)", "").status == 409, "\(action)")
        }
        _ = api.send(.post, "\(path)/receivers", Self.people(2))
        _ = api.send(.post, "\(path)/publish", "")
        #expect(api.send(.post, "\(path)/pause", #"{"x":1}"#).status == 400)
        #expect(api.send(.post, "\(path)/pause", "").json["status"] == "paused")
        #expect(api.send(.post, "\(path)/resume", "").json["status"] == "published")
        let nothing = api.send(.post, "\(path)/resend-failed", "")
        #expect(nothing.status == 409)
        #expect(nothing.text.contains("no failed message"))
        let cancelled = api.send(.post, "\(path)/cancel", "")
        #expect(cancelled.json["status"] == "cancelled")
        #expect(cancelled.json["messages"]?["cancelled"] == 2)
        #expect(api.send(.post, "\(path)/cancel", "").status == 409)
        let copy = api.send(.post, "\(path)/duplicate", #"{"name":"Once more"}"#)
        #expect(copy.status == 201, "\(copy.text)")
        #expect(copy.json["name"] == "Once more")
        #expect(copy.json["receivers"] == 2)
        #expect(copy.json["status"] == "draft")
        #expect(api.send(.post, "\(path)/duplicate", "").json["name"] == "Copy of July")
    }

    // MARK: Permissions

    @Test("Each call requires its permission, and drafts of the wizard are not accessible")
    func permissions() throws {
        let reader = try APIFixture([.readBulk])
        #expect(reader.call(.get, "/api/v1/broadcasts").status == 200)
        #expect(reader.send(.post, "/api/v1/broadcasts", "{}").status == 403)
        let draft = try reader.fixture.store.createDraft(
            name: "mine", deliveryChannels: [.email], composition: Composition(), by: nil, at: reader.fixture.now)
        #expect(reader.call(.get, "/api/v1/broadcasts/\(draft)").status == 404)
        for action in ["publish", "schedule", "pause", "resume", "cancel", "resend-failed", "duplicate"] {
            let path = "/api/v1/broadcasts/\(draft)/\(action)"
            #expect(reader.send(.post, path, "{}").status == 403, "\(action)")
        }
        #expect(reader.call(.delete, "/api/v1/broadcasts/\(draft)").status == 403)
        let editor = try APIFixture([.updateBulk])
        let id = try editor.fixture.store.createBulk(
            BulkDraft(name: "x", templateID: nil, deliveryChannels: [.email]), by: nil, at: editor.fixture.now)
        let channels = editor.send(.post, "/api/v1/broadcasts/\(id)/receivers", #"{"channels":["1"]}"#)
        #expect(channels.status == 403)
        #expect(channels.text.contains("communication:channels:read:all"))
    }
}

@Suite("/api/v1/overview")
struct OverviewAPITests {
    @Test("The overview has the readiness of each delivery channel, the queue and the counts")
    func overview() throws {
        let api = try APIFixture()
        _ = api.send(
            .post, "/api/v1/providers",
            #"{"delivery_channel":"sms","kind":"sandbox","name":"Box","default":true,"settings":{}}"#)
        _ = api.post(
            #"{"delivery_channel":"email","to":{"email":"ada@example.org"},"subject":"s","html":"<p>h</p>"}"#)
        let answer = api.call(.get, "/api/v1/overview")
        #expect(answer.status == 200)
        let states = answer.json["delivery_channels"]?.items.map { $0["state"]?.string }
        #expect(states == ["missing", "sandbox", "missing", "missing", "missing", "missing"])
        #expect(answer.json["queue"]?["pending"] == 1)
        #expect(answer.json["queue"]?["sending"] == 0)
        #expect(answer.json["messages"]?["pending"] == 1)
        #expect(answer.json["days"]?.items.count == 14)
        #expect(try APIFixture([]).call(.get, "/api/v1/overview").status == 403)
    }
}
