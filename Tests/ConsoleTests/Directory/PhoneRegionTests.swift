import Messaging
import Testing

@testable import Console
@testable import HTTPServing

@Suite("Phone number region")
struct PhoneRegionTests {
    private static let settings = "/app/settings/communication/general"

    @Test("The region applies to forms, imports and the API; without one, numbers must be international")
    func everywhere() async throws {
        let fixture = try SiteFixture.signedIn()
        _ = fixture.get(Self.settings)
        #expect(fixture.get("/app/directory/members/new").text.contains("With the country code"))
        let member = [("external_id", "m-1"), ("mobile", "082 123 4567")]
        let refused = fixture.post("/app/directory/members", member)
        #expect(refused.status == 422)
        #expect(refused.text.contains("Enter the number with its country code"))
        #expect(fixture.post(Self.settings, [("region", "XX")]).status == 422)
        #expect(fixture.post(Self.settings, [("region", "ZA")]).status == 303)
        #expect(fixture.get(Self.settings).text.contains("<option value=\"ZA\" selected>South Africa (+27)</option>"))
        #expect(fixture.get("/app/directory/members/new").text.contains("is read as one of ZA"))
        #expect(fixture.post("/app/directory/members", member).status == 303)
        #expect(try fixture.store.entity(kind: .member, externalID: "m-1")?.mobile == "+27821234567")

        let file = Array("id,mobile\nm-2,082 123 4568\nm-3,+44 7700 900123\n".utf8)
        let path = try #require(try fixture.upload("a.csv", file, to: "/app/directory/members/import").location)
        _ = fixture.post(path, [("column_0", "field:external_id"), ("column_1", "field:mobile")])
        #expect(try await fixture.finished(path).contains("1 rejected row"))
        #expect(try fixture.store.entity(kind: .member, externalID: "m-2")?.mobile == "+27821234568")

        let channel = try fixture.store.createChannel(name: "c", description: "", at: fixture.now)
        let people = "/app/settings/communication-channels/\(channel)/subscribers"
        #expect(fixture.post(people, [("source", "adhoc"), ("mobile", "0821234569")]).status == 303)
        #expect(
            try fixture.store.subscribers(of: channel, from: .newest, limit: 1).items.first?.mobile == "+27821234569")
    }

    @Test("The API applies the region and explains invalid numbers")
    func api() throws {
        let api = try APIFixture()
        try api.fixture.store.setSetting(PhoneReader.settingKey, "ZA")
        let path = "/api/v1/entities/members/m-1"
        #expect(api.send(.put, path, #"{"mobile":"082 123 4567"}"#).json["mobile"] == "+27821234567")
        let wrong = api.send(.put, path, #"{"mobile":"+44 7700 900123"}"#)
        #expect(wrong.fields == ["mobile"])
        #expect(wrong.text.contains("This number does not exist in its country"))
    }

    @Test("The page requires permission to change the installation")
    func access() throws {
        let fixture = try SiteFixture.signedIn(as: "operator")
        #expect(fixture.get(Self.settings).status == 403)
    }

    @Test(
        "A direct send requires the permission of its delivery channel",
        arguments: [
            ("communication:send:email", "email", "sms"), ("communication:send:sms", "sms", "email"),
        ])
    func directSends(permission: String, open: String, shut: String) throws {
        let fixture = try SiteFixture()
        _ = try fixture.store.createRole(
            name: "narrow", permissions: [.readDirectory, try #require(Permission(rawValue: permission))])
        try fixture.addUser(role: "narrow")
        _ = fixture.get("/login")
        _ = fixture.post("/login", [("email", "ada@example.org"), ("password", SiteFixture.password)])
        let id = try fixture.store.upsert(
            Entity(kind: .member, externalID: "m-1", email: "grace@example.org", mobile: "+27821234567"),
            at: fixture.now)
        let record = "/app/directory/members/\(id)"
        #expect(fixture.get("\(record)/\(open)").status == 200)
        #expect(fixture.get("\(record)/\(shut)").status == 403)
        #expect(fixture.post("\(record)/\(shut)").status == 403)
        let page = fixture.get(record).text
        #expect(page.contains("href=\"\(record)/\(open)\""))
        #expect(!page.contains("href=\"\(record)/\(shut)\""))
    }
}
