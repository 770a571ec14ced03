import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("POST /api/v1/messages")
struct SendingAPITests {
    let api: APIFixture
    private static let sms = #"{"delivery_channel":"sms","to":{"mobile":"+27 82 123 4567"},"text":"Hello"}"#
    private static let mail =
        #"{"delivery_channel":"email","to":{"email":"ada@example.org","name":"Ada"},"subject":"Hi {{member.first_name}}","html":"<p>Hello</p>","variables":{"member":{"first_name":"Ada"}},"type":"manual"}"#

    init() throws { api = try APIFixture() }

    @Test("An accepted message is in the log when the call returns")
    func accepted() throws {
        let answer = api.post(Self.mail)
        #expect(answer.status == 202)
        #expect(answer.json["id"]?.string == "1")
        #expect(answer.json["status"] == "pending")
        #expect(answer.json["direction"] == "outbound")
        #expect(answer.json["subject"] == "Hi Ada")
        #expect(answer.json["to"]?["email"] == "ada@example.org")
        #expect(answer.json["to"]?["name"] == "Ada")
        #expect(answer.json["created_at"] == "2026-11-21T12:00:00.000Z")
        #expect(answer.json["sent_at"] == JSONValue.null)
        #expect(answer.json["attempts"] == [])
        #expect(answer.location == "/api/v1/messages/1")
        #expect(answer.headers["Content-Type"] == "application/json")
        #expect(api.fixture.wakeCount == 1)
        #expect(try api.store.message(1)?.row.status == .pending)
    }

    @Test("The same key and body return the same message, and another body is rejected")
    func idempotency() throws {
        let first = api.post(Self.sms, key: "order 7")
        let again = api.post(
            #" {"text":"Hello", "to":{"mobile":"+27 82 123 4567"}, "delivery_channel":"sms"} "#, key: "order 7")
        #expect(first.status == 202)
        #expect(again.status == 200)
        #expect(again.json["id"] == first.json["id"])
        let other = api.post(
            #"{"delivery_channel":"sms","to":{"mobile":"+27 82 123 4567"},"text":"Bye"}"#, key: "order 7")
        #expect(other.status == 409)
        #expect(other.headers["Content-Type"] == "application/problem+json")
        #expect(try api.store.messages(MessageFilter(), from: .newest, limit: 9).items.count == 1)
    }

    @Test(
        "An invalid idempotency key is rejected", arguments: ["", String(repeating: "k", count: 256), "é", "a\tb"])
    func badKey(_ key: String) {
        #expect(api.post(Self.sms, key: key).status == 400)
    }

    @Test("The longest idempotency key is accepted") func longKey() {
        #expect(api.post(Self.sms, key: String(repeating: "k", count: 255)).status == 202)
    }

    @Test(
        "Every invalid field is named, and nothing is sent",
        arguments: [
            (#"{}"#, ["delivery_channel"]),
            (#"{"delivery_channel":"fax","to":{}}"#, ["delivery_channel"]),
            (#"{"delivery_channel":"voice","to":{"mobile":"+27821234567"},"text":"x"}"#, ["delivery_channel"]),
            (#"{"delivery_channel":"push","to":{"device":"a b"},"text":"x"}"#, ["to.device"]),
            (#"{"delivery_channel":"push","to":{"email":"a@b.org"},"text":"x"}"#, ["to.email"]),
            (#"{"delivery_channel":"push","to":{"device":"d"},"html":"<p>x</p>"}"#, ["html", "text"]),
            (#"{"delivery_channel":"push","to":{"device":"d"},"text":"x","icon":"i.png"}"#, ["icon"]),
            (#"{"delivery_channel":"in_app","to":{"device":"d"},"text":"x"}"#, ["to.device"]),
            (#"{"delivery_channel":"sms","to":{"mobile":"+27821234567"},"text":"x","icon":"i"}"#, ["icon"]),
            (#"{"delivery_channel":"sms"}"#, ["text", "to"]),
            (#"{"delivery_channel":"sms","to":{},"text":"x"}"#, ["to"]),
            (#"{"delivery_channel":"sms","to":{"mobile":"+27821234567","email":"a@b.org"},"text":"x"}"#, ["to"]),
            (#"{"delivery_channel":"sms","to":{"mobile":"12"},"text":"x"}"#, ["to.mobile"]),
            (#"{"delivery_channel":"sms","to":{"email":"a@b.org"},"text":"x"}"#, ["to.email"]),
            (#"{"delivery_channel":"sms","to":{"device":"d"},"text":"x"}"#, ["to.device"]),
            (#"{"delivery_channel":"sms","to":{"mobile":"+27821234567","nmae":"A"},"text":"x"}"#, ["to.nmae"]),
            (
                #"{"delivery_channel":"sms","to":{"entity":{"kind":"member","external_id":"m-9"}},"text":"x"}"#,
                ["to.entity.external_id"]
            ),
            (
                #"{"delivery_channel":"sms","to":{"entity":{"kind":"members","external_id":"m-9"}},"text":"x"}"#,
                ["to.entity.kind"]
            ),
            (
                #"{"delivery_channel":"sms","to":{"mobile":"+27821234567"},"text":"x","subject":"s","html":"h"}"#,
                ["html", "subject"]
            ),
            (#"{"delivery_channel":"sms","to":{"mobile":"+27821234567"},"text":" "}"#, ["text"]),
            (#"{"delivery_channel":"sms","to":{"mobile":"+27821234567"},"text":5}"#, ["text"]),
            (#"{"delivery_channel":"sms","to":{"mobile":"+27821234567"},"text":"{{#a}}"}"#, ["text"]),
            (#"{"delivery_channel":"email","to":{"email":"a@b.org"}}"#, ["html", "subject"]),
            (
                #"{"delivery_channel":"email","to":{"email":"a@b.org"},"subject":"a\r\nBcc: x@y.org","text":"x"}"#,
                ["subject"]
            ),
            (
                #"{"delivery_channel":"email","to":{"email":"a@b.org","name":"a\nb"},"subject":"s","text":"x"}"#,
                ["to.name"]
            ),
            (
                #"{"delivery_channel":"email","to":{"email":"a@b.org\r\nBcc: x@y.org"},"subject":"s","text":"x"}"#,
                ["to.email"]
            ),
            (
                #"{"delivery_channel":"sms","to":{"mobile":"+27821234567"},"text":"x","template":"1","wrapper":"1","attachments":[],"fallback":["sms"]}"#,
                ["attachments", "fallback", "template", "wrapper"]
            ),
            (
                #"{"delivery_channel":"sms","to":{"mobile":"+27821234567"},"text":"x","prioritty":"high"}"#,
                ["prioritty"]
            ),
            (
                #"{"delivery_channel":"sms","to":{"mobile":"+27821234567"},"text":"x","priority":"High","type":"A B","variables":[]}"#,
                ["priority", "type", "variables"]
            ),
            (
                #"{"delivery_channel":"sms","to":{"mobile":"+27821234567"},"text":"x","send_at":"2026-11-21T12:00:59Z"}"#,
                ["send_at"]
            ),
            (
                #"{"delivery_channel":"sms","to":{"mobile":"+27821234567"},"text":"x","send_at":"tomorrow"}"#,
                ["send_at"]
            ),
            (
                #"{"delivery_channel":"sms","to":{"mobile":"+27821234567"},"text":"x","send_at":"2026-11-21T13:00:00Z","expires_at":"2026-11-21T13:00:00Z"}"#,
                ["expires_at"]
            ),
            (
                #"{"delivery_channel":"sms","to":{"mobile":"+27821234567"},"text":"x","expires_at":"2026-11-21T12:00:00Z"}"#,
                ["expires_at"]
            ),
        ])
    func problems(_ json: String, _ fields: [String]) throws {
        let answer = api.post(json)
        #expect(answer.status == 422)
        #expect(answer.headers["Content-Type"] == "application/problem+json")
        #expect(answer.fields == fields.sorted())
        #expect(try api.store.messages(MessageFilter(), from: .newest, limit: 9).items.isEmpty)
        #expect(api.fixture.wakeCount == 0)
    }

    @Test("A missing value is named, unless a section guards it")
    func missing() {
        let body = #"{"delivery_channel":"sms","to":{"mobile":"+27821234567"},"text":"TEXT"}"#
        let gap = api.post(body.replacing("TEXT", with: "Hi {{member.first_name}}, {{code}}"))
        #expect(gap.status == 422)
        #expect(gap.fields == ["variables.code", "variables.member.first_name"])
        #expect(
            api.post(body.replacing("TEXT", with: "Hi{{#member.tier}} {{member.tier}}{{/member.tier}}")).status == 202)
    }

    @Test("An entity receives the message at its own address, with its own values")
    func entity() throws {
        let account = try api.store.upsert(
            Entity(kind: .account, externalID: "a-1", name: "Engines"), at: api.fixture.now)
        try api.store.upsert(
            Entity(
                kind: .member, externalID: "m-1", firstName: "Ada", email: "ada@example.org", accountID: account),
            at: api.fixture.now)
        let answer = api.post(
            #"{"delivery_channel":"email","to":{"entity":{"kind":"member","external_id":"m-1"}},"subject":"{{member.first_name}} of {{account.account_name}}","text":"x"}"#
        )
        #expect(answer.status == 202)
        #expect(answer.json["subject"] == "Ada of Engines")
        #expect(answer.json["to"]?["entity"]?["external_id"] == "m-1")
        let without = api.post(
            #"{"delivery_channel":"sms","to":{"entity":{"kind":"member","external_id":"m-1"}},"text":"x"}"#)
        #expect(without.fields == ["to.entity.external_id"])
    }

    @Test("A past time sends immediately, and a future one schedules")
    func times() throws {
        let body = #"{"delivery_channel":"sms","to":{"mobile":"+27821234567"},"text":"x","send_at":"AT"}"#
        #expect(
            api.post(body.replacing("AT", with: "2026-11-21T11:00:00Z")).json["due_at"] == "2026-11-21T12:00:00.000Z")
        let later = api.post(body.replacing("AT", with: "2026-12-24T10:00:00+02:00"))
        #expect(later.json["due_at"] == "2026-12-24T08:00:00.000Z")
    }

    @Test(
        "Malformed JSON and invalid fields are distinguished",
        arguments: [
            ("{", "application/json", 400), ("[]", "application/json", 400),
            (#"{"text":"a","text":"b"}"#, "application/json", 400), ("{}", "text/plain", 415),
            ("{}", "application/json; charset=latin1", 415), ("{}", "", 415),
            ("{}", "application/json; charset=utf-8", 422),
        ])
    func unreadable(_ body: String, _ contentType: String, _ status: Int) {
        var request = Request(.post, "/api/v1/messages", json: body)
        request.headers["Content-Type"] = contentType
        request.headers["Authorization"] = "Bearer \(api.token)"
        #expect(api.fixture.send(request).status == status)
    }

    @Test("Scripts in the HTML are removed from the mail")
    func sanitised() throws {
        let answer = api.post(
            #"{"delivery_channel":"email","to":{"email":"a@b.org"},"subject":"s","html":"<p onclick=x()>Hi</p><script>x()</script>"}"#
        )
        let html = try #require(answer.json["content"]?["html"]?.string)
        #expect(html.contains("<p>Hi</p>"))
        #expect(!html.contains("x()"))
        #expect(answer.json["content"]?["text"] == "Hi")
    }
}

@Suite("API authentication")
struct APIAccessTests {
    @Test(
        "A missing token, an invalid one and the wrong scheme are answered 401 with a challenge",
        arguments: [
            nil, "Bearer nope", "Basic YTpi", "Bearer",
        ] as [String?])
    func unauthorised(_ header: String?) throws {
        let fixture = try SiteFixture()
        var request = Request(.get, "/api/v1/messages")
        request.headers["Authorization"] = header
        let answer = fixture.send(request)
        #expect(answer.status == 401)
        #expect(answer.headers["WWW-Authenticate"]?.hasPrefix("Bearer") == true)
        #expect(answer.headers["Content-Type"] == "application/problem+json")
    }

    @Test("A token sends only through its permitted delivery channels, and the error names the permission")
    func perChannel() throws {
        let api = try APIFixture([.sendSMS])
        let mail = #"{"delivery_channel":"email","to":{"email":"a@b.org"},"subject":"s","text":"x"}"#
        let refused = api.post(mail)
        #expect(refused.status == 403)
        #expect(refused.text.contains("communication:send:email"))
        #expect(api.post(#"{"delivery_channel":"sms","to":{"mobile":"+27821234567"},"text":"x"}"#).status == 202)
        #expect(api.call(.get, "/api/v1/messages").status == 403)
        #expect(api.call(.get, "/api/v1/providers").status == 403)
    }

    @Test("A session cookie is not accepted as a token")
    func cookie() throws {
        let fixture = try SiteFixture.signedIn()
        #expect(fixture.get("/api/v1/messages").status == 401)
    }
}

@Suite("Message queries and actions")
struct ReadingAPITests {
    let api: APIFixture

    init() throws {
        api = try APIFixture()
        for index in 1...5 {
            _ = api.post(
                #"{"delivery_channel":"sms","to":{"mobile":"+2782123456\#(index)"},"text":"Message \#(index)"}"#)
        }
    }

    @Test("The list is paginated by key and ends")
    func pages() throws {
        var seen: [String] = []
        var path = "/api/v1/messages?limit=2"
        for _ in 0..<9 {
            let page = api.call(.get, path)
            #expect(page.status == 200)
            seen += (page.json["items"]?.items ?? []).compactMap { $0["id"]?.string }
            guard let next = page.json["next"]?.string else { break }
            path = "/api/v1/messages?limit=2&after=\(next)"
        }
        #expect(seen == ["5", "4", "3", "2", "1"])
    }

    @Test("Filters narrow the list, and one without matches gives an empty page")
    func filters() {
        func count(_ query: String) -> Int? { api.call(.get, "/api/v1/messages?\(query)").json["items"]?.items.count }
        #expect(count("status=pending") == 5)
        #expect(count("status=sent,failed") == 0)
        #expect(count("delivery_channel=email") == 0)
        #expect(count("direction=outbound&type=manual") == 5)
        #expect(count("from=2026-11-22") == 0)
        #expect(count("from=2026-11-21&to=2026-11-21") == 5)
        #expect(count("entity=member:m-9") == 0)
        let broadcast = api.call(.get, "/api/v1/messages/2").json["broadcast_id"]?.string ?? ""
        #expect(count("broadcast=\(broadcast)") == 1)
        #expect(count("broadcast=\(broadcast)&status=failed") == 0)
        #expect(count("broadcast=4242") == 0)
    }

    @Test(
        "An invalid query is rejected",
        arguments: [
            "limit=0", "limit=201", "limit=x", "after=x", "status=lost", "delivery_channel=fax", "direction=up",
            "from=today",
            "entity=m-1", "broadcast=x", "statsu=sent", "type=A",
        ])
    func badQuery(_ query: String) {
        let answer = api.call(.get, "/api/v1/messages?\(query)")
        #expect(answer.status == 422)
        #expect(answer.fields == [String(query.prefix { $0 != "=" })])
    }

    @Test("A message is returned by id, and an unknown id is not found")
    func one() {
        let answer = api.call(.get, "/api/v1/messages/2")
        #expect(answer.json["content"]?["text"] == "Message 2")
        #expect(answer.json["summary"] == "Message 2")
        #expect(answer.json["subject"] == JSONValue.null)
        #expect(answer.json["to"]?["mobile"] == "+27821234562")
        for id in ["99", "0", "-1", "x", "02"] { #expect(api.call(.get, "/api/v1/messages/\(id)").status == 404) }
    }

    @Test("Cancelling works once; transitions the state does not allow are answered 409")
    func moves() throws {
        #expect(api.call(.post, "/api/v1/messages/3/retry").status == 409)
        #expect(api.call(.post, "/api/v1/messages/3/assume-sent").status == 409)
        let cancelled = api.call(.post, "/api/v1/messages/3/cancel")
        #expect(cancelled.status == 200)
        #expect(cancelled.json["status"] == "cancelled")
        #expect(api.call(.post, "/api/v1/messages/3/cancel").status == 409)
        #expect(api.call(.post, "/api/v1/messages/99/cancel").status == 404)
        #expect(api.send(.post, "/api/v1/messages/4/cancel", #"{"why":"x"}"#).status == 400)
        #expect(try api.store.message(4)?.row.status == .pending)
    }
}
