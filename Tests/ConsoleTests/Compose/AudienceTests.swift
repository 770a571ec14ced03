import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Recipients from channels and searches")
struct AudienceTests {
    let fixture: SiteFixture
    let id: Int64
    let path: String

    init() throws {
        fixture = try SiteFixture.signedIn()
        id = try fixture.store.createDraft(
            name: "Spring", deliveryChannels: [.email],
            composition: Composition(emailSubject: "s", emailHTML: "<p>h</p>"),
            by: nil, at: fixture.now)
        path = "/app/communications/compose/\(id)/recipients"
        _ = fixture.get(path)
    }

    private func members(_ count: Int) throws {
        let changes = (1...count).map { number in
            var change = EntityChange(
                externalID: "m-\(number)", attributes: ["tier": .string(number % 2 == 0 ? "gold" : "silver")])
            (change.firstName, change.lastName, change.email) = ("Ada", "No \(number)", "m\(number)@example.org")
            return change
        }
        _ = try fixture.store.apply(changes, of: .member, isImport: true, at: fixture.now)
    }

    private func channel(_ name: String, members numbers: ClosedRange<Int>) throws -> Int64 {
        let id = try fixture.store.createChannel(name: name, description: "", at: fixture.now)
        for number in numbers {
            let member = try #require(try fixture.store.entity(kind: .member, externalID: "m-\(number)"))
            let subscriber = Subscriber(
                firstName: member.firstName, lastName: member.lastName, email: member.email, entity: member.reference)
            _ = try fixture.store.addSubscriber(subscriber, to: id, at: fixture.now)
        }
        return id
    }

    private func flash(_ answer: Response) -> String { fixture.get(answer.location ?? "").text }

    private func finishJobs() throws {
        while let job = try fixture.store.openJobs(of: nil, limit: 1).first {
            _ = try fixture.store.work(on: job.id, limit: 500, at: fixture.now)
        }
    }

    // MARK: Channels

    @Test("All subscribers of the selected channels are added once each, and the grid shows their origin")
    func channels() throws {
        try members(5)
        let news = try channel("Newsletter", members: 1...4)
        let crew = try channel("Crew", members: 3...5)
        #expect(fixture.get(path).text.contains("href=\"\(path)/channels\""))
        let list = fixture.get("\(path)/channels").text
        #expect(list.contains("4 subscribers"))
        #expect(list.contains("name=\"channel\" value=\"\(crew)\""))
        #expect(!fixture.get("\(path)/channels?q=news").text.contains(">Crew<"))
        let added = fixture.post("\(path)/channels", [("channel", "\(news)"), ("channel", "\(crew)")])
        #expect(added.location == path)
        let page = flash(added)
        #expect(page.contains("5 recipients were added. 2 were in the list already and merged: Ada No 3, Ada No 4."))
        #expect(page.contains("<a href=\"/app/settings/communication-channels/\(news)\">Channel · Newsletter</a>"))
        let member = try #require(try fixture.store.entity(kind: .member, externalID: "m-1"))
        #expect(page.contains("href=\"/app/directory/members/\(member.id)\""))
        let again = flash(fixture.post("\(path)/channels", [("channel", "\(news)")]))
        #expect(again.contains("4 were in the list already and merged: Ada No 1, Ada No 2, Ada No 3 and 1 other."))
        let entries = try fixture.store.audit(AuditFilter(), from: .newest, limit: 5).items.map(\.entry)
        #expect(entries.first { $0.action == "add recipients" }?.detail.contains("Newsletter") == true)
    }

    @Test("An empty selection or a deleted channel adds nobody", arguments: [[], ["99"], ["x"]])
    func nothing(_ ids: [String]) throws {
        let answer = fixture.post("\(path)/channels", ids.map { ("channel", $0) })
        #expect(answer.location == "\(path)/channels")
        #expect(try fixture.store.broadcast(id)?.receiverCount == 0)
    }

    @Test("A channel is created and filled within the draft, then added")
    func inline() throws {
        #expect(fixture.get("\(path)/channels").text.contains("No channels yet"))
        #expect(fixture.post("\(path)/channels/new", [("name", " ")]).status == 422)
        let made = fixture.post("\(path)/channels/new", [("name", "Regatta"), ("description", "Crews")])
        let manage = try #require(made.location)
        #expect(manage.hasPrefix("\(path)/channels/"))
        #expect(flash(made).contains("No subscribers yet"))
        let bad = fixture.post("\(manage)/subscribers", [("first_name", "Zoë"), ("email", "zoe@")])
        #expect(bad.status == 422)
        #expect(bad.text.contains("value=\"Zoë\""))
        let added = fixture.post("\(manage)/subscribers", [("first_name", "Zoë"), ("email", "zoe@example.org")])
        #expect(added.location == manage)
        #expect(flash(added).contains("Zoë was added to “Regatta”."))
        let twice = fixture.post("\(manage)/subscribers", [("email", "ZOE@example.org")])
        #expect(twice.status == 422)
        #expect(twice.text.contains("This channel has Zoë"))
        let channel = try #require(Int64(manage.split(separator: "/").last ?? ""))
        _ = fixture.post("\(manage)/subscribers", [("first_name", "Ken"), ("email", "ken@example.org")])
        let ken = try #require(try fixture.store.subscribers(of: channel, from: .newest, limit: 1).items.first)
        #expect(fixture.post("\(manage)/subscribers/\(ken.id)/remove").location == manage)
        #expect(flash(fixture.post("\(manage)/subscribers/\(ken.id)/remove")).contains("removed already"))
        _ = fixture.post("\(path)/channels", [("channel", "\(channel)")])
        #expect(try fixture.store.broadcast(id)?.receiverCount == 1)
        #expect(fixture.get("\(path)/channels/999").status == 404)
    }

    @Test("Adding from channels requires the permission and the module")
    func hidden() throws {
        _ = fixture.post("/app/settings/modules", [("module", "communication:channels"), ("turn", "off")])
        #expect(!fixture.get(path).text.contains("Add From Channels"))
        for page in ["channels", "channels/new", "channels/1"] {
            #expect(fixture.get("\(path)/\(page)").status == 404, "\(page)")
        }
        #expect(fixture.post("\(path)/channels", [("channel", "1")]).status == 404)
    }

    @Test("Composing does not include reading channels, and reading does not include changing them")
    func permissions() throws {
        let writer = try person([.composeSend])
        #expect(!writer.page.contains("Add From Channels"))
        #expect(writer.fixture.get("\(writer.path)/channels").status == 403)
        #expect(writer.fixture.post("\(writer.path)/channels", [("channel", "1")]).status == 403)
        let reader = try person([.composeSend, .readChannels])
        #expect(reader.page.contains("Add From Channels"))
        let channel = try reader.fixture.store.createChannel(name: "News", description: "", at: reader.fixture.now)
        #expect(!reader.fixture.get("\(reader.path)/channels").text.contains("Create Channel"))
        #expect(reader.fixture.get("\(reader.path)/channels/new").status == 403)
        let manage = "\(reader.path)/channels/\(channel)"
        #expect(!reader.fixture.get(manage).text.contains("Add subscriber"))
        #expect(reader.fixture.post("\(manage)/subscribers", [("email", "a@example.org")]).status == 403)
    }

    /// Signs in a user with these permissions and opens the recipients page of a new draft.
    private func person(_ permissions: Set<Permission>) throws -> (fixture: SiteFixture, path: String, page: String) {
        let fixture = try SiteFixture()
        _ = try fixture.store.createRole(name: "writer", permissions: permissions)
        try fixture.addUser(role: "writer")
        _ = fixture.get("/login")
        _ = fixture.post("/login", [("email", "ada@example.org"), ("password", SiteFixture.password)])
        let id = try fixture.store.createDraft(
            name: "x", deliveryChannels: [.email], composition: Composition(), by: nil, at: fixture.now)
        let path = "/app/communications/compose/\(id)/recipients"
        return (fixture, path, fixture.get(path).text)
    }

    // MARK: Searches

    @Test("Filters are combined and removable, and a whole search is added")
    func wholeSearch() throws {
        try members(8)
        let question = "kind=members&field=tier&value=gold&field=last_name&value=No%202"
        let page = fixture.get("\(path)?\(question)").text
        #expect(page.contains("Ada No 2"))
        #expect(!page.contains("Ada No 4"))
        #expect(page.contains("Remove filter Tier: gold"))
        #expect(page.contains("Remove filter Last name: No 2"))
        #expect(page.contains("Add all that match"))
        let gold = fixture.post("\(path)/search/all", [("kind", "members"), ("field", "tier"), ("value", "gold")])
        #expect(gold.location == "\(path)?kind=members&field=tier&value=gold")
        #expect(flash(gold).contains("4 recipients were added."))
        let all = flash(fixture.post("\(path)/search/all", [("kind", "members")]))
        #expect(all.contains("4 recipients were added. 4 were in the list already and merged: "))
        #expect(all.contains("and 1 other."))
        let none = flash(fixture.post("\(path)/search/all", [("kind", "members"), ("q", "nobody")]))
        #expect(none.contains("0 recipients were added."))
    }

    @Test("A bulk adds receivers through the same pages at its own paths, and only while it is a draft")
    func bulk() throws {
        try members(4)
        let crew = try channel("Crew", members: 1...2)
        let bulk = try fixture.store.createBulk(
            BulkDraft(name: "July", templateID: nil, composition: Composition(smsText: "x"), deliveryChannels: [.sms]),
            by: nil, at: fixture.now)
        let page = "/app/communications/bulk/\(bulk)"
        let list = fixture.get("\(page)/channels").text
        #expect(list.contains("href=\"\(page)/channels/\(crew)\""))
        #expect(fixture.post("\(page)/channels", [("channel", "\(crew)")]).location == page)
        let search = fixture.get("\(page)/search?kind=members&field=tier&value=gold").text
        #expect(search.contains("<h1>Add From Search</h1>"))
        #expect(search.contains("data-hx-get=\"\(page)/search/results\""))
        #expect(search.contains("action=\"\(page)/search\""))
        let all = fixture.post("\(page)/search/all", [("kind", "members")])
        #expect(all.location == "\(page)/search?kind=members")
        #expect(flash(all).contains("2 receivers were added. 2 were in the list already and merged"))
        #expect(try fixture.store.broadcast(bulk)?.receiverCount == 4)
        let version = try #require(try fixture.store.broadcast(bulk)).version
        try fixture.store.publishBulk(
            bulk, version: version, contents: [Content(deliveryChannel: .sms, text: "x")], providers: [:],
            priority: .normal, sendAt: nil, by: nil, at: fixture.now)
        #expect(fixture.post("\(page)/search/all", [("kind", "members")]).location == page)
        #expect(fixture.get("\(page)/channels").location == page)
        #expect(fixture.get("/app/communications/bulk/\(id)/channels").status == 404)
    }

    @Test("Additions beyond ten thousand continue in the background, and the draft waits for them")
    func crowd() throws {
        try members(10_001)
        let page = flash(fixture.post("\(path)/search/all", [("kind", "members")]))
        #expect(page.contains("500 recipients were added. The others are being added."))
        #expect(page.contains("Adding recipients: 500 of 10,001."))
        #expect(fixture.wakeCount == 1)
        let next = fixture.post("\(path)/next")
        #expect(next.status == 422)
        #expect(next.text.contains("still being added"))
        let confirm = "/app/communications/compose/\(id)/confirm"
        #expect(fixture.get(confirm).text.contains("still being added"))
        let send = fixture.post(
            "/app/communications/compose/\(id)/send", [try fixture.version(of: id), ("receivers", "500")])
        #expect(send.status == 409)
        #expect(send.text.contains("Not sent. Recipients are still being added."))
        let script = [("HX-Request", "true")]
        #expect(fixture.get("\(path)/adding", headers: script).text.contains("data-hx-get=\"\(path)/adding\""))
        try finishJobs()
        let done = fixture.get("\(path)/adding", headers: script).text
        #expect(done.contains("All 10,001 recipients added."))
        #expect(!done.contains("data-hx-get"))
        #expect(fixture.get("\(path)/adding").location == path)
        #expect(fixture.post("\(path)/next").location == confirm)
    }
}
