import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Directory pages")
struct DirectoryPagesTests {
    private static let members = "/app/directory/members"

    private func filled(as role: String = "owner") throws -> (SiteFixture, Int64) {
        let fixture = try SiteFixture.signedIn(as: role)
        var ada = EntityChange(externalID: "m-1", attributes: ["tier": "gold", "visits": .number("3")])
        (ada.firstName, ada.lastName, ada.email) = ("Ada", "Lovelace", "ada@example.org")
        (ada.mobile, ada.location) = ("+27821234567", "l-1")
        var grace = EntityChange(externalID: "m-2", attributes: ["tier": "silver"])
        (grace.firstName, grace.lastName, grace.email) = ("Grace", "Hopper", "grace@example.org")
        var harbour = EntityChange(externalID: "l-1")
        harbour.name = "Old Harbour"
        _ = try fixture.store.apply([harbour], of: .location, isImport: false, at: fixture.now)
        _ = try fixture.store.apply([ada, grace], of: .member, isImport: false, at: fixture.now)
        return (fixture, try #require(try fixture.store.entity(kind: .member, externalID: "m-1")).id)
    }

    @Test("Every kind has a list, with guidance when it is empty", arguments: EntityKind.allCases)
    func empty(kind: EntityKind) throws {
        let page = try SiteFixture.signedIn().get("/app/directory/\(kind.plural)")
        #expect(page.status == 200)
        #expect(page.text.contains("No \(kind.plural) yet"))
    }

    @Test("Search and several filters are combined, and each chip removes its filter")
    func list() throws {
        let (fixture, _) = try filled()
        func names(_ query: String) -> [String] {
            let text = fixture.get(Self.members + query).text
            return ["Ada Lovelace", "Grace Hopper"].filter { text.contains(">\($0)</a>") }
        }
        #expect(names("") == ["Ada Lovelace", "Grace Hopper"])
        #expect(names("?q=love") == ["Ada Lovelace"])
        #expect(names("?field=tier&value=silver") == ["Grace Hopper"])
        #expect(names("?field=tier&value=gold&field=email&value=grace") == [])
        #expect(names("?q=example&field=tier&value=gold&field=location&value=l-1") == ["Ada Lovelace"])
        let page = fixture.get(Self.members + "?q=a&field=tier&value=gold").text
        #expect(page.contains("Remove filter Tier: gold"))
        #expect(page.contains("href=\"/app/directory/members?q=a\""))
        #expect(page.contains("Old Harbour"))
        #expect(fixture.get("/app/directory/nonsense").status == 404)
    }

    @Test("A record shows its fields, links and messages; deleting it keeps the messages")
    func record() throws {
        let (fixture, id) = try filled()
        let path = "\(Self.members)/\(id)"
        let page = fixture.get(path).text
        for words in ["Ada Lovelace", "ada@example.org", ">Old Harbour</a>", "gold", "No messages yet", "Email", "SMS"]
        {
            #expect(page.contains(words), "\(words)")
        }
        #expect(fixture.get("/app/directory/locations/\(id)").status == 404)
        #expect(fixture.get("\(path)/delete").text.contains("Delete Ada Lovelace?"))
        #expect(fixture.post("\(path)/delete").location == Self.members)
        #expect(fixture.get(path).status == 404)
    }

    @Test("Errors are shown beside their fields, and the input is kept")
    func create() throws {
        let (fixture, _) = try filled()
        _ = fixture.get("\(Self.members)/new")
        let bad = fixture.post(
            Self.members,
            [
                ("external_id", "m-1"), ("first_name", "Alan"), ("email", "nonsense"), ("mobile", "0821234567"),
                ("time_zone", "Mars/Base"), ("language", "english language"), ("attributes", "no equals sign"),
            ])
        #expect(bad.status == 422)
        for field in ["email", "mobile", "time_zone", "language", "attributes"] {
            #expect(bad.text.contains("id=\"f-\(field)-error\""), "\(field)")
        }
        #expect(bad.text.contains("value=\"Alan\""))
        let taken = fixture.post(Self.members, [("external_id", "m-1"), ("first_name", "Alan"), ("attributes", "")])
        #expect(taken.status == 422)
        #expect(taken.text.contains("already"))
        let made = fixture.post(
            Self.members,
            [("external_id", "m-3"), ("first_name", "Alan"), ("location", "l-1"), ("attributes", "tier = bronze")])
        #expect(made.status == 303)
        let alan = try #require(try fixture.store.entity(kind: .member, externalID: "m-3"))
        #expect(alan.attributes == MergeValues(["tier": "bronze"]))
        #expect(alan.locationID != nil)
        let lost = fixture.post(Self.members, [("external_id", "m-4"), ("location", "l-9"), ("attributes", "")])
        #expect(lost.status == 422)
        #expect(lost.text.contains("There is no location"))
    }

    @Test("An edit changes only the edited fields, and the second of two editors is warned")
    func edit() throws {
        let (fixture, id) = try filled()
        let path = "\(Self.members)/\(id)/edit"
        let page = fixture.get(path).text
        let version = String(try #require(page.firstMatch(of: /name="version" value="([^"]+)"/)).1)
        #expect(page.contains("tier = gold"))
        let fields = [
            ("version", version), ("first_name", "Augusta"), ("email", ""),
            ("attributes", "tier = platinum\nvisits = 3"),
        ]
        #expect(fixture.post(path, fields).status == 303)
        let saved = try #require(try fixture.store.entity(id))
        #expect(saved.firstName == "Augusta")
        #expect(saved.lastName == "Lovelace")
        #expect(saved.email.isEmpty)
        #expect(saved.attributes == MergeValues(["tier": "platinum", "visits": .number("3")]))
        let second = fixture.post(path, [("version", version), ("first_name", "Other"), ("attributes", "")])
        #expect(second.status == 409)
        #expect(second.text.contains("value=\"Other\""))
        #expect(try fixture.store.entity(id)?.firstName == "Augusta")
    }

    @Test("A direct SMS opens its details, and submitting the form again sends nothing more")
    func send() throws {
        let (fixture, id) = try filled()
        let path = "\(Self.members)/\(id)/sms"
        let page = fixture.get(path).text
        #expect(page.contains("+27821234567"))
        let once = String(try #require(page.firstMatch(of: /name="once" value="([^"]+)"/)).1)
        #expect(fixture.post(path, [("once", once), ("sms_text", " ")]).status == 422)
        let gap = fixture.post(path, [("once", once), ("sms_text", "Hi {{member.shoe_size}}")])
        #expect(gap.status == 422)
        #expect(gap.text.contains("member.shoe_size"))
        let form = [("once", once), ("sms_text", "Hi {{member.first_name}}")]
        let sent = fixture.post(path, form)
        #expect(sent.status == 303)
        let location = try #require(sent.location)
        #expect(location.hasPrefix("/app/communications/send-logs/"))
        #expect(fixture.post(path, form).location == location)
        let log = try fixture.store.messages(MessageFilter(entityID: id), from: .newest, limit: 10)
        #expect(log.items.map(\.subject) == ["Hi Ada"])
        #expect(fixture.get("\(Self.members)/\(id)").text.contains("Hi Ada"))
        let count = fixture.post("\(path)/count", [("sms_text", String(repeating: "a", count: 161))])
        #expect(count.text.contains("data-segments=\"segments\">2<"))
    }

    @Test("A direct email converts plain text to paragraphs and escapes markup")
    func email() throws {
        let (fixture, id) = try filled()
        let path = "\(Self.members)/\(id)/email"
        _ = fixture.get(path)
        #expect(fixture.post(path, [("once", "x"), ("email_subject", ""), ("email_html", "Hi")]).status == 422)
        let sent = fixture.post(
            path, [("once", "x"), ("email_subject", "Hello {{first_name}}"), ("email_html", "One\n\nTwo < three")])
        let number = try #require(sent.location?.split(separator: "/").last.flatMap { Int64($0) })
        let message = try #require(try fixture.store.message(number))
        #expect(message.row.subject == "Hello Ada")
        #expect(message.content.html.contains("<p>One</p>"))
        #expect(message.content.html.contains("Two &lt; three"))
    }

    @Test("Read-only users see no buttons, and their requests are refused")
    func viewer() throws {
        let (fixture, id) = try filled(as: "viewer")
        let path = "\(Self.members)/\(id)"
        let text = fixture.get(path).text
        #expect(text.contains("Ada Lovelace"))
        for action in ["/edit", "/delete", "/email", "/sms"] {
            #expect(!text.contains("href=\"\(path)\(action)\""), "\(action)")
            #expect(fixture.post(path + action).status == 403, "\(action)")
        }
        #expect(fixture.get("\(Self.members)/import").status == 403)
        #expect(fixture.get("\(Self.members)/new").status == 403)
    }
}
