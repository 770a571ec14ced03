import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Suppression pages")
struct SuppressionPagesTests {
    private static let list = "/app/settings/communication/suppressions"
    private static let ada = Address(kind: .email, value: "ada@example.org")

    private func suppress(_ fixture: SiteFixture, _ source: SuppressionSource, _ address: String = "ada@example.org")
        throws
        -> Int64
    {
        let kin = Address(kind: .email, value: address)
        try fixture.store.suppress(
            [NewSuppression(address: kin, scope: .everything, reason: "550 5.1.1 gone", source: source)],
            at: fixture.now)
        return try #require(try fixture.store.suppressions(of: [kin])[kin]?.last?.id)
    }

    @Test("A suppression added by hand is listed with scope, reason and author, and applies immediately")
    func add() throws {
        let fixture = try SiteFixture.signedIn()
        let channel = try fixture.store.createChannel(name: "News", description: "", at: fixture.now)
        #expect(fixture.get(Self.list).text.contains("No suppressions"))
        #expect(fixture.get(Self.list + "/new").text.contains("The channel News"))
        let wakes = fixture.wakeCount
        let added = fixture.post(
            Self.list,
            [("address", " Grace@Example.ORG "), ("scope", "channel:\(channel)"), ("reason", "Asked by letter.")])
        #expect(added.status == 303)
        #expect(fixture.wakeCount == wakes + 1)
        let page = fixture.get(Self.list).text
        for words in ["grace@example.org", "The channel News", "Asked by letter.", "Added by hand", "Ada Lovelace"] {
            #expect(page.contains(words), "\(words)")
        }
        let mobile = fixture.post(
            Self.list, [("address", "+27 82 123 4567"), ("scope", "broadcasts"), ("reason", "STOP by telephone.")])
        #expect(mobile.status == 303)
        #expect(fixture.get(Self.list + "?scope=broadcasts").text.contains("+27821234567"))
        #expect(!fixture.get(Self.list + "?scope=broadcasts").text.contains("grace@example.org"))
        #expect(fixture.get(Self.list + "?q=nobody").text.contains("No suppressions found"))
    }

    @Test("Validation errors are answered 422 beside their fields, and the input is kept")
    func invalid() throws {
        let fixture = try SiteFixture.signedIn()
        let bad = fixture.post(Self.list, [("address", "ada at example"), ("scope", "all of it"), ("reason", "")])
        #expect(bad.status == 422)
        for words in ["f-address-error", "f-scope-error", "f-reason-error", "ada at example"] {
            #expect(bad.text.contains(words), "\(words)")
        }
        _ = fixture.post(Self.list, [("address", "ada@example.org"), ("scope", "everything"), ("reason", "Once.")])
        let twice = fixture.post(
            Self.list, [("address", "ADA@example.org"), ("scope", "everything"), ("reason", "Twice.")])
        #expect(twice.status == 422)
        #expect(try fixture.store.suppressions(of: [Self.ada])[Self.ada]?.map(\.reason) == ["Once."])
    }

    @Test(
        "Removal requires confirmation, and two if the address bounced or its owner unsubscribed",
        arguments: SuppressionSource.allCases)
    func remove(source: SuppressionSource) throws {
        let fixture = try SiteFixture.signedIn()
        let id = try suppress(fixture, source)
        let path = "\(Self.list)/\(id)/remove"
        let question = fixture.get(path)
        #expect(question.text.contains("550 5.1.1 gone"))
        #expect(question.text.contains("21 Nov 2026"))
        let first = fixture.post(path)
        #expect(first.status == (source.isNotOurs ? 200 : 303))
        if source.isNotOurs {
            #expect(first.text.contains("Really write to ada@example.org again?"))
            #expect(try fixture.store.suppression(id) != nil)
            #expect(fixture.post(path, [("sure", "1")]).status == 303)
        }
        #expect(try fixture.store.suppression(id) == nil)
        #expect(fixture.post(path).status == 303)
        let audit = fixture.get("/app/settings/audit").text
        #expect(audit.contains("delete suppression"))
        #expect(audit.contains("everything, \(source.rawValue): 550 5.1.1 gone"))
    }

    @Test("The export contains only the list and can be imported again")
    func export() throws {
        let fixture = try SiteFixture.signedIn()
        for number in 1...3 { _ = try suppress(fixture, .user, "ada\(number)@example.org") }
        let response = fixture.get(Self.list + "/export.csv?q=ada2")
        guard case .stream(let next) = response.body else {
            Issue.record("not streamed")
            return
        }
        var text = ""
        while let piece = try next() { text += String(decoding: piece, as: UTF8.self) }
        let lines = text.split(whereSeparator: \.isNewline)
        #expect(lines.first == "address,scope,reason,source,since,by,channel")
        #expect(lines.dropFirst().count == 1)
        #expect(lines.last?.hasPrefix("ada2@example.org,everything,550 5.1.1 gone,user,") == true)
    }

    @Test("A file of addresses is imported; existing ones are counted and invalid rows named")
    func importing() async throws {
        let fixture = try SiteFixture.signedIn()
        _ = try suppress(fixture, .person)
        let rows = [
            "E-mail,Scope,Reason", "ada@example.org,,Old list", "bob@example.org,broadcasts,Asked",
            "bob@example.org,broadcasts,Again",
            "nobody,,", "eve@example.org,sometimes,",
        ]
        let sent = try fixture.upload("stop.csv", Array(rows.joined(separator: "\n").utf8), to: Self.list + "/import")
        let path = try #require(sent.location)
        let page = fixture.get(path).text
        #expect(page.contains("<option value=\"field:email\" selected>"))
        let columns = ["email", "scope", "reason"].enumerated().map { ("column_\($0.offset)", "field:\($0.element)") }
        #expect(fixture.post(path, columns).location == path)
        let done = try await fixture.finished(path)
        #expect(done.contains("on the list already"))
        guard case .file(let file, _) = fixture.get("\(path)/rejected.csv").body else { return #expect(Bool(false)) }
        let rejected = try String(contentsOfFile: file, encoding: .utf8)
        #expect(rejected.contains("This must be everything, broadcasts"))
        #expect(rejected.split(separator: "\r\n").count == 3)
        // The person's own request is kept beside the imported entry.
        #expect(try fixture.store.suppressions(of: [Self.ada])[Self.ada]?.map(\.source) == [.person, .import])
        let listed = try fixture.store.suppressions(SuppressionFilter(source: .import), from: .newest, limit: 9).items
        #expect(Set(listed.map(\.reason)) == ["Old list", "Asked"])
    }

    @Test("Read-only users see no buttons, and their requests are refused")
    func permissions() throws {
        let fixture = try SiteFixture()
        try fixture.store.createRole(name: "reader", permissions: [.readSuppressions])
        try fixture.addUser(role: "reader")
        _ = fixture.get("/login")
        _ = fixture.post("/login", [("email", "ada@example.org"), ("password", SiteFixture.password)])
        let id = try suppress(fixture, .user)
        let page = fixture.get(Self.list).text
        #expect(page.contains("ada@example.org"))
        #expect(!page.contains("/remove"))
        #expect(!page.contains("Add suppression"))
        #expect(fixture.get("\(Self.list)/\(id)/remove").status == 403)
        #expect(fixture.get(Self.list + "/new").status == 403)
        #expect(fixture.get(Self.list + "/import").status == 403)
    }

    @Test("The API creates, lists, reads and deletes; creating again returns the same suppression")
    func api() throws {
        let api = try APIFixture()
        let body = #"{"email":"Ada@Example.org","scope":"broadcasts","reason":"Asked."}"#
        let made = api.send(.post, "/api/v1/suppressions", body)
        #expect(made.status == 201, "\(made.text)")
        #expect(made.json["email"] == "ada@example.org")
        #expect(made.json["scope"] == "broadcasts")
        #expect(made.json["source"] == "api")
        #expect(api.send(.post, "/api/v1/suppressions", body).status == 200)
        let path = try #require(made.location)
        #expect(api.call(.get, path).json["reason"] == "Asked.")
        #expect(
            api.call(.get, "/api/v1/suppressions?scope=broadcasts&source=api&q=ada").text.contains("ada@example.org"))
        #expect(api.call(.get, "/api/v1/suppressions?scope=everything").text.contains("\"items\":[]"))
        #expect(api.call(.delete, path).status == 204)
        #expect(api.call(.get, path).status == 404)
        #expect(api.send(.post, "/api/v1/suppressions", #"{"reason":"x"}"#).fields == ["email"])
        #expect(api.send(.post, "/api/v1/suppressions", #"{"email":"a","scope":"no"}"#).fields == ["email", "scope"])
        #expect(
            api.send(.post, "/api/v1/suppressions", #"{"email":"a@example.org","scope":"channel","channel_id":"9"}"#)
                .fields
                == ["channel_id"])
        #expect(api.call(.get, "/api/v1/suppressions?scope=none").status == 422)
    }

    @Test(
        "The API removes a suppression set by a provider or the person only with confirmation",
        arguments: SuppressionSource.allCases)
    func apiRemove(source: SuppressionSource) throws {
        let api = try APIFixture()
        try api.fixture.store.suppress(
            [NewSuppression(address: Self.ada, scope: .everything, reason: "550 5.1.1 gone", source: source)],
            at: api.fixture.now)
        let id = try #require(try api.fixture.store.suppressions(of: [Self.ada])[Self.ada]?.first).id
        let path = "/api/v1/suppressions/\(id)"
        if source.isNotOurs {
            let refused = api.call(.delete, path)
            #expect(refused.status == 409)
            #expect(refused.text.contains(source == .provider ? "The address bounced." : "Its owner asked for it."))
            #expect(try api.fixture.store.suppression(id) != nil)
        }
        #expect(api.call(.delete, source.isNotOurs ? path + "?sure=true" : path).status == 204)
        #expect(try api.fixture.store.suppression(id) == nil)
    }

    @Test("A message to a suppressed address is returned as skipped, with the reason")
    func skippedAtOnce() throws {
        let api = try APIFixture()
        _ = api.send(.post, "/api/v1/suppressions", #"{"email":"ada@example.org","reason":"Asked."}"#)
        let sent = api.post(
            #"{"delivery_channel":"email","to":{"email":"ada@example.org"},"subject":"s","text":"t"}"#)
        #expect(sent.status == 202)
        #expect(sent.json["status"] == "skipped")
        #expect(sent.json["error"] == "suppressed for everything since 21 Nov 2026: Asked.")
    }
}
