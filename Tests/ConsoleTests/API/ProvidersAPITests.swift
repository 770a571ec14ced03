import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("/api/v1/providers")
struct ProvidersAPITests {
    private static let smtp =
        #"{"delivery_channel":"email","kind":"smtp","name":"Local sink","default":true,"settings":{"host":"127.0.0.1","port":2525,"tls":"none","username":"ada","password":"s3cret-word","from_address":"hello@example.org","from_name":"Example","reply_to":null,"max_connections":50,"rate_per_second":null}}"#

    @Test("A provider is created, read, changed and deleted, and its secret is never returned")
    func life() throws {
        let api = try APIFixture()
        let created = api.send(.post, "/api/v1/providers", Self.smtp)
        #expect(created.status == 201)
        #expect(created.json["settings"]?["port"] == .number("2525"))
        #expect(created.json["settings"]?["password"] == JSONValue.null)
        #expect(created.json["default"] == true)
        let path = try #require(created.location)
        let changed = api.send(.patch, path, #"{"name":"Sink","settings":{"max_connections":5,"password":null}}"#)
        #expect(changed.status == 200)
        #expect(changed.json["name"] == "Sink")
        #expect(changed.json["settings"]?["max_connections"] == .number("5"))
        #expect(changed.json["settings"]?["host"] == "127.0.0.1")
        let stored = try #require(try api.store.providers(for: .email).first)
        #expect(stored.settings["password"] == "s3cret-word")
        for answer in [created, changed, api.call(.get, path), api.call(.get, "/api/v1/providers")] {
            #expect(!answer.text.contains("s3cret"))
        }
        #expect(api.call(.get, "/api/v1/providers?delivery_channel=sms").json["items"] == [])
        #expect(api.call(.delete, path).status == 204)
        #expect(api.call(.get, path).status == 404)
    }

    @Test(
        "A former name of a kind is accepted, and the current one returned",
        arguments: [
            ("http", "generic_http", "sms", #"{"url":"https://gateway.example.org/"}"#),
            ("in-app", "in_app", "in_app", "{}"),
        ])
    func formerKinds(former: String, kind: String, channel: String, settings: String) throws {
        let api = try APIFixture()
        let created = api.send(
            .post, "/api/v1/providers",
            #"{"delivery_channel":"\#(channel)","kind":"\#(former)","name":"x","settings":\#(settings)}"#)
        #expect(created.status == 201)
        #expect(created.json["kind"] == .string(kind))
        let path = try #require(created.location)
        for name in [former, kind] {
            #expect(api.send(.patch, path, #"{"kind":"\#(name)","name":"y"}"#).json["kind"] == .string(kind))
        }
        #expect(api.send(.patch, path, #"{"kind":"sandbox"}"#).fields == ["kind"])
    }

    @Test("A response can be sent back unchanged; an empty text clears a secret")
    func writeBack() throws {
        let api = try APIFixture()
        let created = api.send(.post, "/api/v1/providers", Self.smtp)
        let path = try #require(created.location)
        let settings = try #require(created.json["settings"])
        let body = JSONValue.object(["settings": settings])
        #expect(api.send(.patch, path, String(decoding: body.bytes, as: UTF8.self)).status == 200)
        #expect(try api.store.providers(for: .email).first?.settings["password"] == "s3cret-word")
        #expect(api.send(.patch, path, #"{"settings":{"username":"","password":""}}"#).status == 200)
        #expect(try api.store.providers(for: .email).first?.settings["password"] == "")
    }

    @Test(
        "Every invalid field is named, and nothing is stored",
        arguments: [
            (#"{}"#, ["delivery_channel"]), (#"{"delivery_channel":"fax"}"#, ["delivery_channel"]),
            (#"{"delivery_channel":"in_app","kind":"smtp"}"#, ["kind"]),
            (#"{"delivery_channel":"sms","kind":"smtp","name":"x"}"#, ["kind"]),
            (#"{"delivery_channel":"email","kind":"smtp","settings":{"hots":"x"}}"#, ["name", "settings.hots"]),
            (
                #"{"delivery_channel":"email","kind":"smtp","name":"x","settings":{"from_address":"a@b.org"}}"#,
                ["settings.host"]
            ),
            (
                #"{"delivery_channel":"email","kind":"smtp","name":"x","settings":{"host":"h","from_address":"a@b.org","port":"25","verify":"yes"}}"#,
                ["settings.port", "settings.verify"]
            ),
            (
                #"{"delivery_channel":"email","kind":"smtp","name":"a\nb","settings":{"host":"h\r\nx","from_address":"a@b.org"}}"#,
                ["name", "settings.host"]
            ),
            (
                #"{"delivery_channel":"email","kind":"smtp","name":"x","settings":{"host":"h","from_address":"a@b.org"},"id":"7"}"#,
                ["id"]
            ),
        ])
    func problems(_ json: String, _ fields: [String]) throws {
        let api = try APIFixture()
        let answer = api.send(.post, "/api/v1/providers", json)
        #expect(answer.status == 422)
        #expect(answer.fields == fields)
        #expect(try api.store.providers(for: nil).isEmpty)
    }

    @Test("A provider's kind and delivery channel are immutable, and repeating them is accepted")
    func fixed() throws {
        let api = try APIFixture()
        let path = try #require(api.send(.post, "/api/v1/providers", Self.smtp).location)
        #expect(
            api.send(.patch, path, #"{"kind":"sandbox","delivery_channel":"sms"}"#).fields == [
                "delivery_channel", "kind",
            ])
        #expect(api.send(.patch, path, #"{"kind":"smtp","delivery_channel":"email"}"#).status == 200)
    }

    @Test("The required permission depends on the delivery channel")
    func permissions() throws {
        let api = try APIFixture([.readSMSGateways, .createSMSGateways, .updateSMSGateways, .deleteSMSGateways])
        let id = try api.store.createProvider(
            ProviderDraft(
                deliveryChannel: .email, kind: "sandbox", name: "Mail", isDefault: true, settings: ProviderSettings(),
                secretNames: []), at: api.fixture.now)
        let refused = api.send(.post, "/api/v1/providers", Self.smtp)
        #expect(refused.status == 403)
        #expect(refused.text.contains("communication:mail_servers:create:all"))
        for method in [HTTPServing.Method.get, .delete] {
            #expect(api.call(method, "/api/v1/providers/\(id)").status == 403)
        }
        #expect(api.send(.patch, "/api/v1/providers/\(id)", "{}").status == 403)
        #expect(api.call(.get, "/api/v1/providers").json["items"] == [])
        #expect(
            api.send(.post, "/api/v1/providers", #"{"delivery_channel":"sms","kind":"sandbox","name":"S"}"#).status
                == 201)
    }
}

@Suite("OpenAPI description")
struct OpenAPITests {
    @Test("The description covers every call and no other")
    func complete() throws {
        let paths = try #require(OpenAPI.document["paths"])
        guard case .object(let object) = paths else { return }
        let described = object.members.flatMap { path -> [String] in
            guard case .object(let calls) = path.value else { return [] }
            return calls.members.map { "\($0.name.uppercased()) \(path.name)" }
        }
        let routes = API.routes.filter { $0.pattern != Paths.apiDescription }.map {
            "\($0.method.rawValue) \($0.pattern.replacing("...}", with: "}"))"
        }
        #expect(described.sorted() == routes.sorted())
    }

    @Test("Every reference resolves, and no sign-in is required")
    func references() throws {
        let fixture = try SiteFixture()
        let answer = fixture.get("/api/openapi.json")
        #expect(answer.status == 200)
        let text = answer.text
        let names = text.split(separator: "#/components/schemas/").dropFirst().map { $0.prefix { $0 != "\"" } }
        #expect(!names.isEmpty)
        for name in names { #expect(OpenAPISchemas.all[String(name)] != nil, "\(name)") }
        #expect(answer.json == OpenAPI.document)
    }
}
