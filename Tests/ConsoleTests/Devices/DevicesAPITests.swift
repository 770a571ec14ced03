import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Devices and in-app inboxes in the API")
struct DevicesAPITests {
    private let api: APIFixture
    private static let ada = "/api/v1/entities/members/m-1"

    init() throws {
        api = try APIFixture()
        _ = api.send(.put, Self.ada, #"{"first_name":"Ada","email":"ada@example.org"}"#)
        _ = api.send(.put, "/api/v1/entities/members/m-2", #"{"first_name":"Grace"}"#)
    }

    private func put(_ token: String, _ json: String = #"{"platform":"ios","name":"Ada's iPhone"}"#) -> Response {
        api.send(.put, "\(Self.ada)/devices/\(token)", json)
    }

    @Test("A device is registered, updated, listed, read and removed")
    func life() throws {
        let made = put("token-1")
        #expect(made.status == 201)
        #expect(made.location == "\(Self.ada)/devices/token-1")
        #expect(made.json["platform"] == "ios")
        #expect(made.json["name"] == "Ada's iPhone")
        api.fixture.pass(.seconds(60))
        let seen = put("token-1")
        #expect(seen.status == 200)
        #expect(seen.json["registered_at"] == made.json["registered_at"])
        #expect(seen.json["last_seen_at"] != made.json["last_seen_at"])
        _ = put("token-2", #"{"platform":"web"}"#)
        let list = api.call(.get, "\(Self.ada)/devices").json
        #expect(list["items"]?.items.compactMap { $0["token"]?.string }.sorted() == ["token-1", "token-2"])
        #expect(api.call(.get, "\(Self.ada)/devices/token-2").json["platform"] == "web")
        #expect(api.call(.delete, "\(Self.ada)/devices/token-2").status == 204)
        #expect(api.call(.delete, "\(Self.ada)/devices/token-2").status == 404)
        #expect(api.call(.get, "\(Self.ada)/devices/token-2").status == 404)
        #expect(
            try api.fixture.audited().map(\.action).prefix(3) == [
                "remove device", "register device", "register device",
            ])
    }

    @Test("A token registered by another record moves to it")
    func moves() throws {
        _ = put("token-1")
        let moved = api.send(.put, "/api/v1/entities/members/m-2/devices/token-1", #"{"platform":"ios"}"#)
        #expect(moved.status == 200)
        #expect(api.call(.get, "\(Self.ada)/devices").json["items"]?.items.isEmpty == true)
        #expect(try api.fixture.audited().first?.action == "move device")
    }

    @Test("A Web Push endpoint URL is accepted as a token, including slashes")
    func webPush() {
        let token = "https%3A%2F%2Fpush.example.org%2Fsend%2Fabc%3Fx%3D1"
        #expect(put(token, #"{"platform":"web"}"#).status == 201)
        let read = api.call(.get, "\(Self.ada)/devices/\(token)")
        #expect(read.json["token"] == "https://push.example.org/send/abc?x=1")
    }

    @Test(
        "Validation errors name the field",
        arguments: [
            ("t", "{}", ["platform"]), ("t", #"{"platform":"fax"}"#, ["platform"]),
            ("t", #"{"platform":1}"#, ["platform"]), ("t", #"{"platform":"ios","nme":"x"}"#, ["nme"]),
            ("t", #"{"platform":"ios","name":"a\nb"}"#, ["name"]),
            ("a%20b", #"{"platform":"ios"}"#, ["token"]), ("%C3%A9", #"{"platform":"ios"}"#, ["token"]),
            ("t", #"{"platform":"ios","token":"u"}"#, ["token"]),
        ])
    func problems(_ token: String, _ json: String, _ fields: [String]) {
        let answer = put(token, json)
        #expect(answer.status == 422)
        #expect(answer.fields == fields)
    }

    @Test("Tokens and names have a maximum length")
    func bounds() {
        #expect(put(String(repeating: "t", count: 1024)).status == 201)
        #expect(put(String(repeating: "t", count: 1025)).fields == ["token"])
        let name = String(repeating: "n", count: 101)
        #expect(put("t", #"{"platform":"ios","name":"\#(name)"}"#).fields == ["name"])
    }

    @Test("The fifty-first device is rejected until one is removed")
    func full() {
        for number in 1...50 { #expect(put("t-\(number)").status == 201) }
        let refused = put("t-51")
        #expect(refused.status == 409)
        #expect(refused.text.contains("Ada has 50 devices already. Remove one of them first."))
        #expect(put("t-1").status == 200)
        _ = api.call(.delete, "\(Self.ada)/devices/t-1")
        #expect(put("t-51").status == 201)
    }

    @Test("Requests for an unknown record are not found")
    func unknown() {
        let nobody = "/api/v1/entities/members/m-9"
        #expect(api.call(.get, "\(nobody)/devices").status == 404)
        #expect(api.send(.put, "\(nobody)/devices/t", #"{"platform":"ios"}"#).status == 404)
        #expect(api.call(.get, "\(nobody)/inbox").status == 404)
        #expect(api.call(.post, "\(nobody)/inbox/1/read").status == 404)
        #expect(api.call(.get, "/api/v1/entities/cats/m-1/devices").status == 404)
    }

    // MARK: Messages

    @Test("A push message goes to the given device, or to the record's latest")
    func push() throws {
        let typed = api.post(
            #"{"delivery_channel":"push","to":{"device":"abc:1","name":"Ada"},"subject":"Hi","text":"New hours","action_url":"https://example.org/x"}"#
        )
        #expect(typed.status == 202)
        #expect(typed.json["to"]?["device"] == "abc:1")
        #expect(typed.json["subject"] == "Hi")
        #expect(typed.json["content"]?["action_url"] == "https://example.org/x")
        let none = api.post(
            #"{"delivery_channel":"push","to":{"entity":{"kind":"member","external_id":"m-1"}},"text":"x"}"#)
        #expect(none.status == 422)
        #expect(none.fields == ["to.entity.external_id"])
        #expect(none.text.contains("Ada: no device is registered."))
        _ = put("token-1")
        let linked = api.post(
            #"{"delivery_channel":"push","to":{"entity":{"kind":"member","external_id":"m-1"}},"text":"Hi {{first_name}}"}"#
        )
        #expect(linked.status == 202)
        #expect(linked.json["to"]?["device"] == "token-1")
        #expect(linked.json["summary"] == "Hi Ada")
        #expect(linked.json["subject"] == .null)
        let row = try #require(try api.fixture.store.messages(MessageFilter(), from: .newest, limit: 1).items.first)
        #expect(row.address == "token-1")
    }

    @Test("An in-app message goes only to a record")
    func inApp() throws {
        let answer = api.post(
            #"{"delivery_channel":"in_app","to":{"entity":{"kind":"member","external_id":"m-1"}},"subject":"Hi","text":"Hello","icon":"https://example.org/i.png"}"#
        )
        #expect(answer.status == 202)
        #expect(answer.json["to"]?["entity"]?["external_id"] == "m-1")
        #expect(answer.json["content"]?["icon"] == "https://example.org/i.png")
        let row = try #require(try api.fixture.store.messages(MessageFilter(), from: .newest, limit: 1).items.first)
        #expect(row.address == "member:m-1")
        for to in [#"{"email":"a@b.org"}"#, #"{"mobile":"+27821234567"}"#, #"{"device":"d"}"#] {
            let refused = api.post(#"{"delivery_channel":"in_app","to":\#(to),"text":"x"}"#)
            #expect(refused.status == 422)
            #expect(refused.text.contains("In-app needs an entity."), "\(to)")
        }
    }

    // MARK: Inbox

    private func keep(_ count: Int) throws {
        _ = try api.fixture.store.keep(
            (1...count).map {
                NoticeTransfer(
                    key: "k-\($0)", messageID: Int64($0), reader: RecordAddress(kind: .member, externalID: "m-1"),
                    title: $0 == 1 ? "" : "T-\($0)", text: "Text",
                    extras: ContentExtras(actionURL: "https://example.org/"))
            }, providerID: 1, at: api.fixture.now)
    }

    @Test("An inbox is paginated, and returns each message once")
    func inbox() throws {
        try keep(3)
        let first = api.call(.get, "\(Self.ada)/inbox?limit=2").json
        #expect(first["items"]?.items.compactMap { $0["title"]?.string } == ["T-3", "T-2"])
        let next = try #require(first["next"]?.string)
        let second = api.call(.get, "\(Self.ada)/inbox?limit=2&after=\(next)").json
        #expect(second["items"]?.items.count == 1)
        #expect(second["next"] == .null)
        let item = try #require(second["items"]?.items.first)
        #expect(item["title"] == .null)
        #expect(item["text"] == "Text")
        #expect(item["action_url"] == "https://example.org/")
        #expect(item["read_at"] == .null)
        let id = try #require(item["id"]?.string)
        let read = api.call(.post, "\(Self.ada)/inbox/\(id)/read")
        #expect(read.status == 200)
        #expect(read.json["read_at"] != .null)
        api.fixture.pass(.seconds(60))
        #expect(api.send(.post, "\(Self.ada)/inbox/\(id)/read", "{}").json["read_at"] == read.json["read_at"])
        #expect(try api.fixture.audited("read in-app message").count == 1)
        #expect(api.call(.post, "/api/v1/entities/members/m-2/inbox/\(id)/read").status == 404)
        #expect(api.send(.post, "\(Self.ada)/inbox/\(id)/read", #"{"x":1}"#).status == 400)
        #expect(api.call(.get, "\(Self.ada)/inbox?limit=0").status == 422)
    }

    @Test("Each call requires its own permission")
    func permissions() throws {
        try keep(1)
        let reader = try APIFixture([.readDirectory, .readHistory])
        _ = try reader.fixture.store.upsert(Entity(kind: .member, externalID: "m-1"), at: reader.fixture.now)
        #expect(reader.call(.get, "\(Self.ada)/devices").status == 200)
        #expect(reader.call(.get, "\(Self.ada)/inbox").status == 200)
        #expect(reader.send(.put, "\(Self.ada)/devices/t", #"{"platform":"ios"}"#).status == 403)
        #expect(reader.call(.delete, "\(Self.ada)/devices/t").status == 403)
        #expect(reader.call(.post, "\(Self.ada)/inbox/1/read").status == 403)
    }
}
