import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Channels")
struct ChannelPagesTests {
    private static let list = "/app/settings/communication-channels"

    private func withChannel() throws -> (fixture: SiteFixture, path: String) {
        let fixture = try SiteFixture.signedIn()
        let created = fixture.post(Self.list, [("name", "Newsletter"), ("description", "Monthly")])
        return (fixture, try #require(created.location))
    }

    @Test("A channel is added, changed, and deleted after confirmation")
    func life() throws {
        let (fixture, path) = try withChannel()
        let list = fixture.get(Self.list).text
        for words in ["Newsletter", "Monthly", "Subscribers", "View", "Edit", "Delete"] {
            #expect(list.contains(words))
        }
        #expect(fixture.post(path + "/edit", [("name", ""), ("description", "kept")]).status == 422)
        #expect(fixture.post(path + "/edit", [("version", "1"), ("name", "Weekly")]).status == 303)
        #expect(fixture.get(path).text.contains("Weekly"))
        #expect(fixture.get(path + "/delete").text.contains("Delete channel"))
        #expect(fixture.post(path + "/delete").location == Self.list)
        #expect(fixture.get(path).status == 404)
    }

    @Test("A subscriber is added, rejected as a duplicate with the existing one named, and removed")
    func adhoc() throws {
        let (fixture, path) = try withChannel()
        let nobody = fixture.post(path + "/subscribers", [("source", "adhoc"), ("first_name", "Ada")])
        #expect(nobody.status == 422)
        #expect(nobody.text.contains("Enter an email address or a mobile number."))
        let ada = [("source", "adhoc"), ("first_name", "Ada"), ("email", "ada@example.org")]
        #expect(fixture.post(path + "/subscribers", ada).location == path)
        let again = fixture.post(path + "/subscribers", [("source", "adhoc"), ("email", "ADA@example.org")])
        #expect(again.status == 422)
        #expect(again.text.contains("This channel has Ada (ada@example.org) already"))
        let page = fixture.get(path).text
        #expect(page.contains("1 subscriber"))
        let remove = try #require(page.firstMatch(of: /action="([^"]+\/remove)"/)).1
        #expect(fixture.post(String(remove)).location == path)
        #expect(fixture.get(path).text.contains("No subscribers yet"))
    }

    @Test("A subscriber is linked to a record by id or from the search")
    func entity() throws {
        let (fixture, path) = try withChannel()
        let id = try fixture.store.upsert(
            Entity(kind: .member, externalID: "m-1", firstName: "Grace", email: "grace@example.org"), at: fixture.now)
        let unknown = fixture.post(
            path + "/subscribers", [("source", "entity"), ("kind", "member"), ("external_id", "m-9")])
        #expect(unknown.status == 422)
        #expect(unknown.text.contains("There is no member “m-9”."))
        let picker = fixture.get(path + "/subscribers/new?source=entity&kind=member&q=grace").text
        #expect(picker.contains("name=\"entity\" value=\"\(id)\""))
        #expect(fixture.post(path + "/subscribers", [("source", "entity"), ("entity", "\(id)")]).status == 303)
        let again = fixture.post(
            path + "/subscribers", [("source", "entity"), ("kind", "member"), ("external_id", "m-1")])
        #expect(again.status == 422)
        #expect(again.text.contains("already: Member m-1"))
        #expect(fixture.get(path).text.contains("grace@example.org"))
    }

    @Test("Former URLs redirect, and read-only users are offered no changes")
    func access() throws {
        let fixture = try SiteFixture.signedIn(as: "operator")
        #expect(fixture.get("/app/communications/channels").location == Self.list)
        let page = fixture.get(Self.list)
        #expect(page.status == 200)
        #expect(!page.text.contains("Add Channel"))
        #expect(fixture.post(Self.list, [("name", "x")]).status == 403)
        #expect(try SiteFixture.signedIn(as: "viewer").get(Self.list).status == 403)
    }

    @Test("The API creates channels and subscribers, and reports existing ones")
    func api() throws {
        let api = try APIFixture()
        let channel = api.send(.post, "/api/v1/channels", #"{"name":"Newsletter","description":"…"}"#)
        #expect(channel.status == 201)
        let people = "/api/v1/channels/\(try #require(channel.json["id"]?.string))/subscribers"
        let added = api.send(.post, people, #"{"first_name":"Ada","email":"ada@example.org"}"#)
        #expect(added.status == 201)
        #expect(api.send(.post, people, #"{"email":"ada@example.org"}"#).status == 409)
        #expect(api.send(.post, people, #"{"first_name":"Nobody"}"#).fields == ["email"])
        #expect(
            api.send(.post, people, #"{"entity":{"kind":"member","external_id":"m-9"}}"#).fields == [
                "entity.external_id"
            ])
        #expect(api.call(.get, people).json["items"]?.items.count == 1)
        #expect(api.call(.delete, try #require(added.location)).status == 204)
        #expect(api.send(.patch, try #require(channel.location), #"{"name":"Weekly"}"#).json["name"] == "Weekly")
        #expect(api.call(.delete, try #require(channel.location)).status == 204)
        #expect(try APIFixture([.readChannels]).send(.post, "/api/v1/channels", #"{"name":"x"}"#).status == 403)
    }
}
