import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Send log filters")
struct SendLogFiltersTests {
    private static let logs = "/app/communications/send-logs"
    private static let saved = "/app/communications/send-logs/filters"

    private func shown(_ page: Response, _ ids: [Int64]) -> [Int64] {
        ids.filter { page.text.contains("href=\"\(Self.logs)/\($0)\"") }
    }

    private func member(_ fixture: SiteFixture, _ id: String, _ first: String, _ last: String) throws -> Entity {
        let number = try fixture.store.upsert(
            Entity(kind: .member, externalID: id, firstName: first, lastName: last, email: "\(id)@example.org"),
            at: fixture.now)
        return try #require(try fixture.store.entity(number))
    }

    private func send(
        _ fixture: SiteFixture, to entity: Entity? = nil, type: MessageType = .manual
    ) throws -> Int64 {
        let receiver = Receiver(
            firstName: entity?.firstName ?? "Ann", lastName: entity?.lastName ?? "",
            email: entity?.email ?? "ann@example.org", origin: .api, entity: entity?.reference)
        let single = SingleMessage(
            origin: .api, content: Content(deliveryChannel: .email, subject: "Hello", text: "x"), receiver: receiver,
            type: type)
        guard let id = try fixture.store.accept(single, at: fixture.now).newID else { throw Failure.notFound }
        return id
    }

    private func broadcast(_ fixture: SiteFixture, _ name: String) throws -> Int64 {
        let id = try fixture.store.createDraft(
            name: name, deliveryChannels: [.sms], composition: Composition(smsText: "Hi"), by: nil, at: fixture.now)
        let receiver = Receiver(firstName: "Mary", mobile: "+27821234567", origin: .manual)
        _ = try fixture.store.addReceivers([receiver], to: id, at: fixture.now)
        try fixture.store.publish(
            id, version: nil, receivers: 1, contents: [Content(deliveryChannel: .sms, text: "Hi")], sendAt: nil,
            by: nil,
            at: fixture.now)
        return id
    }

    @Test("A record is selected by id, or by words with one or several matches")
    func pick() throws {
        let fixture = try SiteFixture.signedIn()
        let ada = try member(fixture, "m-1", "Ada", "Lovelace")
        _ = try member(fixture, "m-2", "Adam", "Smith")
        let id = try send(fixture, to: ada)
        let path = { (words: String) in "\(Self.logs)?status=pending&entity_kind=member&entity_find=\(words)" }
        let chosen = "\(Self.logs)?status=pending&entity=member%3Am-1"
        #expect(fixture.get(path("m-1")).location == chosen)
        #expect(fixture.get(path("lovelace")).location == chosen)
        let both = fixture.get(path("ada")).text
        #expect(both.contains("Which member do you mean?"))
        #expect(both.contains(chosen.replacing("&", with: "&amp;")))
        #expect(fixture.get(path("nobody")).text.contains("There is no member “nobody”."))
        let page = fixture.get(chosen)
        #expect(shown(page, [id]) == [id])
        #expect(page.text.contains("Remove filter Entity: Ada Lovelace (m-1)"))
        #expect(page.text.contains("href=\"/app/directory/members/\(ada.id)\""))
    }

    @Test("Type and broadcast narrow the list, and the chip shows the broadcast's name")
    func typeAndBroadcast() throws {
        let fixture = try SiteFixture.signedIn()
        let ids = [try send(fixture), try send(fixture, type: MessageType(rawValue: "event_reminder"))]
        let broadcast = try broadcast(fixture, "Regatta")
        #expect(shown(fixture.get("\(Self.logs)?type=Event%20reminder"), ids) == [ids[1]])
        #expect(fixture.get("\(Self.logs)?type=event_reminder").text.contains("Type: Event Reminder"))
        let one = try #require(
            try fixture.store.messages(MessageFilter(broadcastID: broadcast), from: .newest, limit: 5).items.first)
        let page = fixture.get("\(Self.logs)?broadcast=\(broadcast)&status=pending")
        #expect(shown(page, ids + [one.id]) == [one.id])
        #expect(page.text.contains("Remove filter Broadcast: Regatta"))
        #expect(page.text.contains("<option value=\"\(broadcast)\" selected>Regatta</option>"))
        #expect(fixture.get("\(Self.logs)?broadcast=4242").text.contains("There is no such broadcast: 4242"))
        #expect(fixture.get("\(Self.logs)?type=%3Cscript%3E").text.contains("A type is a word"))
    }

    @Test("A filter is saved under a name, shown above the log, renamed and deleted")
    func save() throws {
        let fixture = try SiteFixture.signedIn()
        _ = try send(fixture)
        let filter = "\(Self.logs)?status=failed&delivery_channel=sms"
        #expect(fixture.get(filter).text.contains("Save filter"))
        #expect(!fixture.get(Self.logs).text.contains("Save filter"))
        let query = "delivery_channel=sms&status=failed&after=7&junk=1"
        let done = fixture.post(Self.saved, [("name", "Failed texts"), ("query", query)])
        #expect(done.location == filter)
        let page = fixture.get(filter).text
        #expect(page.contains("aria-current=\"true\""))
        #expect(page.contains("Failed texts"))
        #expect(!page.contains("Save filter"))
        let own = try #require(try fixture.store.savedFilters(for: 1).first)
        #expect(own.query == "status=failed&delivery_channel=sms")
        #expect(fixture.post("\(Self.saved)/\(own.id)", [("name", "SMS that failed")]).status == 303)
        #expect(fixture.get(Self.saved).text.contains("SMS that failed"))
        #expect(fixture.post("\(Self.saved)/\(own.id)/delete").status == 303)
        #expect(fixture.get(Self.saved).text.contains("No saved filters"))
    }

    @Test("An invalid filter shows the error beside its name and is not saved")
    func refused() throws {
        let fixture = try SiteFixture.signedIn()
        let post = { (name: String, query: String) in fixture.post(Self.saved, [("name", name), ("query", query)]) }
        let nameless = post("", "status=failed")
        #expect(nameless.status == 422)
        #expect(nameless.text.contains("Give the filter a name."))
        #expect(nameless.text.contains("name=\"query\" value=\"status=failed\""))
        #expect(post("Everything", "").status == 422)
        #expect(post(String(repeating: "x", count: 61), "status=failed").status == 422)
        #expect(post("Twice", "status=failed").status == 303)
        let twice = post("Twice", "status=sent")
        #expect(twice.status == 422)
        #expect(twice.text.contains("You have a filter of that name already."))
        _ = post("Other", "status=sent")
        let other = try #require(try fixture.store.savedFilters(for: 1).first { $0.name == "Other" })
        #expect(fixture.post("\(Self.saved)/\(other.id)", [("name", "Twice")]).status == 422)
        #expect(try fixture.store.savedFilters(for: 1).map(\.name) == ["Other", "Twice"])
    }

    @Test("Only shared filters are visible to others, and sharing requires permission to manage users")
    func sharing() throws {
        let fixture = try SiteFixture.signedIn()
        let reader = try fixture.store.createUser(
            email: "grace@example.org", name: "Grace Hopper", roleName: "viewer",
            passwordHash: Passwords.hash(SiteFixture.password, cost: .init(logN: 4)), timeZone: "UTC", at: fixture.now)
        for name in ["Private", "Public"] {
            _ = fixture.post(Self.saved, [("name", name), ("query", "status=failed")])
        }
        let mine = try fixture.store.savedFilters(for: 1)
        #expect(fixture.post("\(Self.saved)/\(mine[1].id)/share").status == 303)
        #expect(try fixture.store.savedFilters(for: reader).map(\.name) == ["Public"])

        fixture.forgetCookies()
        _ = fixture.get("/login")
        _ = fixture.post("/login", [("email", "grace@example.org"), ("password", SiteFixture.password)])
        let page = fixture.get(Self.saved).text
        #expect(page.contains("Shared by Ada Lovelace"))
        #expect(!page.contains("Private"))
        for change in ["", "/delete"] {
            #expect(fixture.post("\(Self.saved)/\(mine[1].id)\(change)", [("name", "Mine now")]).status == 404)
        }
        #expect(fixture.post("\(Self.saved)/\(mine[1].id)/unshare").status == 403)
        _ = fixture.post(Self.saved, [("name", "Hers"), ("query", "status=sent")])
        let hers = try #require(try fixture.store.savedFilters(for: reader).first { $0.name == "Hers" })
        #expect(!fixture.get(Self.saved).text.contains("/share\""))
        #expect(fixture.post("\(Self.saved)/\(hers.id)/share").status == 403)
    }
}
