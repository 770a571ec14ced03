import Foundation
import Messaging
import Testing

@testable import Console
@testable import HTTPServing

@Suite("Subscriber import")
struct SubscriberImportTests {
    @Test("Rows have contact data or a record; existing subscribers are counted and invalid rows named")
    func journey() async throws {
        let fixture = try SiteFixture.signedIn()
        try fixture.store.upsert(Entity(kind: .member, externalID: "m-1", firstName: "Grace"), at: fixture.now)
        let channel = try fixture.store.createChannel(name: "Newsletter", description: "", at: fixture.now)
        _ = try fixture.store.addSubscriber(Subscriber(email: "ada@example.org"), to: channel, at: fixture.now)
        let start = "/app/settings/communication-channels/\(channel)/subscribers/import"
        #expect(fixture.get("/app/settings/communication-channels/\(channel)").text.contains(start))
        let rows = [
            "First name,E-mail,Phone,Entity type,Entity ID,Note", "Ada,ada@example.org,,,,x",
            "Alan,,+27 82 123 4567,,,", ",,,member,m-1,", ",,,member,m-9,", "Eve,nonsense,,,,", "Nobody,,,,,",
            "Double,x@example.org,,member,m-1,", "Ada,ADA@example.org,,,,",
        ]
        let sent = try fixture.upload("people.csv", Array(rows.joined(separator: "\n").utf8), to: start)
        let path = try #require(sent.location)
        let page = fixture.get(path).text
        #expect(page.contains("<option value=\"field:entity_kind\" selected>"))
        #expect(!page.contains("attribute:"), "a subscriber has no attributes")
        let without = fixture.post(path, [("column_0", "field:first_name")])
        #expect(without.status == 422)
        let fields = ["first_name", "email", "mobile", "entity_kind", "external_id"]
        let columns = fields.enumerated().map { ("column_\($0.offset)", "field:\($0.element)") }
        #expect(fixture.post(path, columns).location == path)
        let done = try await fixture.finished(path)
        #expect(done.contains("2 rows name people who are in the channel already"))
        #expect(try fixture.store.channel(channel)?.subscriberCount == 3)
        guard case .file(let file, _) = fixture.get("\(path)/rejected.csv").body else { return #expect(Bool(false)) }
        let rejected = try String(contentsOfFile: file, encoding: .utf8)
        #expect(rejected.contains("There is no member “m-9”."))
        #expect(rejected.contains("Line 8:"))
        #expect(rejected.split(separator: "\r\n").count == 5)
    }

    @Test("An import requires permission to change the channel")
    func access() throws {
        let fixture = try SiteFixture.signedIn(as: "operator")
        let channel = try fixture.store.createChannel(name: "Newsletter", description: "", at: fixture.now)
        let path = "/app/settings/communication-channels/\(channel)"
        #expect(fixture.get("\(path)/subscribers/import").status == 403)
        #expect(!fixture.get(path).text.contains("/subscribers/import"))
    }

    @Test("The API adds many subscribers at once and counts existing ones")
    func lines() throws {
        let api = try APIFixture()
        let channel = try api.store.createChannel(name: "Newsletter", description: "", at: api.fixture.now)
        try api.store.upsert(Entity(kind: .member, externalID: "m-1", firstName: "Grace"), at: api.fixture.now)
        var request = Request(
            .post, "/api/v1/channels/\(channel)/subscribers",
            headers: Headers([
                ("Authorization", "Bearer \(api.token)"), ("Content-Type", "application/x-ndjson; charset=utf-8"),
            ]))
        request.body = Array(
            """
            {"first_name":"Ada","email":"ada@example.org"}
            {"email":"ada@example.org"}
            {"entity":{"kind":"member","external_id":"m-1"}}
            {"entity":{"kind":"member","external_id":"m-2"}}
            {"entity":{"kind":"planet","external_id":"m-2"}}
            {"mobile":"12"}
            {"nonsense":1}
            """.utf8)
        let answer = api.fixture.send(request)
        #expect(answer.status == 200)
        #expect(answer.json["added"] == 2)
        #expect(answer.json["present"] == 1)
        #expect(answer.json["rejected"] == 4)
        #expect(answer.json["errors"]?.items.map { $0["line"] } == [4, 5, 6, 7])
        request.path = "/api/v1/channels/999/subscribers"
        #expect(api.fixture.send(request).status == 404)
    }

    @Test("A channel changed meanwhile is not overwritten")
    func conflict() throws {
        let fixture = try SiteFixture.signedIn()
        let channel = try fixture.store.createChannel(name: "Newsletter", description: "", at: fixture.now)
        let path = "/app/settings/communication-channels/\(channel)/edit"
        #expect(fixture.get(path).text.contains("name=\"version\" value=\"1\""))
        #expect(fixture.post(path, [("version", "1"), ("name", "Weekly"), ("description", "")]).status == 303)
        let second = fixture.post(path, [("version", "1"), ("name", "Monthly"), ("description", "")])
        #expect(second.status == 409)
        #expect(second.text.contains("Weekly"))
        #expect(second.text.contains("value=\"Monthly\""))
        #expect(try fixture.store.channel(channel)?.name == "Weekly")
        let mine = [("version", "1"), ("name", "Monthly"), ("description", ""), ("keep_mine", "2")]
        #expect(fixture.post(path, mine).status == 303)
        #expect(try fixture.store.channel(channel)?.name == "Monthly")
    }
}
