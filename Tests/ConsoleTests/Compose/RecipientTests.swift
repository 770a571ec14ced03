import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Recipients step")
struct RecipientTests {
    let fixture: SiteFixture
    let id: Int64
    let ada: Int64
    let path: String

    init() throws {
        fixture = try SiteFixture.signedIn(as: "operator")
        id = try fixture.store.createDraft(
            name: "Spring", deliveryChannels: [.email, .sms], composition: Composition(), by: nil, at: fixture.now)
        path = "/app/communications/compose/\(id)/recipients"
        ada = try fixture.store.upsert(
            Entity(
                kind: .member, externalID: "m-1", firstName: "Ada", lastName: "Lovelace", email: "ada@example.org",
                attributes: MergeValues(["tier": "gold"])), at: fixture.now)
        _ = try fixture.store.upsert(
            Entity(kind: .member, externalID: "m-2", firstName: "Charles", lastName: "Babbage"), at: fixture.now)
        _ = fixture.get(path)
    }

    @Test(
        "Invalid input is rejected and kept in the form",
        arguments: [
            ([("first_name", "Ada")], "Enter an email address or a mobile number."),
            ([("email", "ada@")], "needs one @ with something on both sides"),
            ([("email", "a@example.org\r\nBcc: b@c.org")], "One line of text"),
            ([("mobile", "082 123")], "with its country code"),
        ])
    func byHand(_ form: [(String, String)], _ words: String) throws {
        let answer = fixture.post(path, form)
        #expect(answer.status == 422)
        #expect(answer.text.contains(words))
        #expect(try fixture.store.broadcast(id)?.receiverCount == 0)
        if form[0].0 == "first_name" { #expect(answer.text.contains(#"name="first_name" value="Ada""#)) }
    }

    @Test("An existing recipient is merged, and the flash says so")
    func merged() throws {
        let form = [("first_name", "Ada"), ("email", "ada@example.org")]
        _ = fixture.post(path, form)
        let again = fixture.post(path, [("first_name", "Ada"), ("email", "ADA@example.org")])
        #expect(fixture.get(again.location ?? "").text.contains("1 was in the list already and merged: Ada."))
        #expect(try fixture.store.broadcast(id)?.receiverCount == 1)
    }

    @Test("The search adds recipients with a snapshot and keeps its query")
    func search() throws {
        let found = fixture.get(path + "?kind=members&q=love").text
        #expect(found.contains("Ada Lovelace"))
        #expect(!found.contains("Charles Babbage"))
        let added = fixture.post(path + "/search", [("kind", "members"), ("q", "love"), ("entity", "\(ada)")])
        #expect(added.location == path + "?kind=members&q=love")
        let page = fixture.get(added.location ?? "").text
        #expect(page.contains("1 recipient was added."))
        #expect(page.contains("No mobile for SMS"))
        #expect(page.contains(">Added<"))
        try fixture.store.upsert(
            Entity(kind: .member, externalID: "m-1", firstName: "Augusta", email: "new@example.org"), at: fixture.now)
        let receiver = try #require(try fixture.store.receivers(of: id, from: .newest, limit: 1).items.first)
        #expect(receiver.email == "ada@example.org")
        #expect(receiver.entity?.id == ada)
    }

    @Test("A script gets only the results, and other requests the whole page")
    func part() throws {
        let part = fixture.get(path + "/search/results?kind=members&q=ada", headers: [("HX-Request", "true")])
        #expect(part.text.contains("Ada Lovelace"))
        #expect(part.text.contains(fixture.csrf))
        #expect(!part.text.contains("<html"))
        #expect(fixture.get(path + "/search/results?kind=members&q=ada").location == path + "?kind=members&q=ada")
        #expect(fixture.get(path + "/search?kind=members&q=ada").location == path + "?kind=members&q=ada")
    }

    @Test("A filter restricts the search by attribute")
    func filter() throws {
        let found = fixture.get(path + "?kind=members&field=tier&value=gold").text
        #expect(found.contains("Ada Lovelace"))
        #expect(!found.contains("Charles Babbage"))
        #expect(found.contains("Remove filter Tier: gold"))
        #expect(found.contains(#"<option value="tier">Tier</option>"#))
        #expect(fixture.get(path + "?kind=locations").text.contains("The directory has no locations yet."))
    }

    @Test("An empty selection or a deleted record adds nobody", arguments: [[], ["999"], ["x"]])
    func nobody(_ ids: [String]) throws {
        let answer = fixture.post(path + "/search", ids.map { ("entity", $0) })
        #expect(answer.status == 303)
        #expect(try fixture.store.broadcast(id)?.receiverCount == 0)
    }

    @Test("Removing is idempotent")
    func remove() throws {
        _ = fixture.post(path, [("email", "ada@example.org")])
        let receiver = try #require(try fixture.store.receivers(of: id, from: .newest, limit: 1).items.first)
        #expect(fixture.post(path + "/\(receiver.id)/remove").status == 303)
        let again = fixture.post(path + "/\(receiver.id)/remove")
        #expect(fixture.get(again.location ?? "").text.contains("removed already"))
        #expect(try fixture.store.broadcast(id)?.receiverCount == 0)
    }

    @Test("Continuing without recipients is rejected, and the list is paginated by key")
    func next() throws {
        #expect(fixture.post(path + "/next").status == 422)
        try fixture.store.addReceivers(
            (1...60).map { Receiver(firstName: "P\($0)", email: "p\($0)@example.org", origin: .manual) }, to: id,
            at: fixture.now)
        #expect(fixture.post(path + "/next").location?.hasSuffix("/confirm") == true)
        let first = fixture.get(path).text
        #expect(first.contains(">P60<"))
        #expect(!first.contains(">P10<"))
        let after = try #require(try fixture.store.receivers(of: id, from: .newest, limit: 50).next)
        #expect(first.contains("?after=\(after)"))
        #expect(fixture.get(path + "?after=\(after)").text.contains(">P10<"))
    }

    @Test("Markup in a name is escaped on every page")
    func markup() throws {
        _ = fixture.post(path, [("first_name", "<script>alert(1)</script>"), ("email", "a@example.org")])
        #expect(!fixture.get(path).text.contains("<script>alert"))
        #expect(!fixture.get("/app/communications/compose/\(id)/confirm").text.contains("<script>alert"))
    }
}

@Suite("Saved drafts")
struct DraftsTests {
    let fixture: SiteFixture
    let id: Int64

    init() throws {
        fixture = try SiteFixture.signedIn(as: "operator")
        id = try fixture.store.createDraft(
            name: "Spring", deliveryChannels: [.sms], composition: Composition(smsText: "Hello"), by: nil,
            at: fixture.now
        )
        _ = fixture.get("/app/communications/compose/new")
    }

    @Test("Resuming opens the first incomplete step")
    func resume() throws {
        let resume = "/app/communications/compose/\(id)"
        #expect(fixture.get("/app/communications/compose/drafts").text.contains("href=\"\(resume)\""))
        #expect(fixture.get(resume).location == "\(resume)/recipients")
        try fixture.store.addReceivers([Receiver(mobile: "+27821234567", origin: .manual)], to: id, at: fixture.now)
        #expect(fixture.get(resume).location == "\(resume)/confirm")
    }

    @Test("A duplicate is a separate draft with the same texts and recipients")
    func duplicate() throws {
        try fixture.store.addReceivers([Receiver(mobile: "+27821234567", origin: .manual)], to: id, at: fixture.now)
        #expect(fixture.post("/app/communications/compose/\(id)/duplicate").status == 303)
        let copy = try #require(try fixture.store.drafts(from: .newest, limit: 9).items.first { $0.id != id })
        #expect(copy.name == "Copy of Spring")
        #expect(try fixture.store.broadcast(copy.id)?.composition.smsText == "Hello")
        #expect(copy.receiverCount == 1)
    }

    @Test("Deletion requires confirmation and applies only to drafts")
    func delete() throws {
        let path = "/app/communications/compose/\(id)/delete"
        #expect(fixture.get(path).text.contains("Delete this draft?"))
        #expect(fixture.post(path).status == 303)
        #expect(try fixture.store.broadcast(id) == nil)
        #expect(fixture.post(path).status == 404)
    }

    @Test("A sent message cannot be deleted and redirects to the send log")
    func sent() throws {
        try fixture.store.addReceivers([Receiver(mobile: "+27821234567", origin: .manual)], to: id, at: fixture.now)
        _ = fixture.post("/app/communications/compose/\(id)/send", [try fixture.version(of: id)])
        #expect(fixture.post("/app/communications/compose/\(id)/delete").status == 409)
        #expect(fixture.get("/app/communications/compose/\(id)/confirm").location == "/app/communications/send-logs")
        #expect(try fixture.store.drafts(from: .newest, limit: 9).items.isEmpty)
    }
}

@Suite("SMS segment count")
struct SegmentsLineTests {
    @Test(
        "A placeholder counts as eight characters, a section as none",
        arguments: [
            ("", "0", "0", "160", nil as String?), ("Hi {{first_name}}!", "12", "1", "148", "1"),
            ("{{#a}}x{{/a}}{{! no }}{{{b}}}{{& c}}", "17", "1", "143", "2"), ("{{open", "8", "1", "152", nil),
        ])
    func template(_ text: String, _ characters: String, _ segments: String, _ left: String, _ placeholders: String?) {
        let line = SegmentsLine(template: text)
        #expect(line.characters == characters)
        #expect(line.segments == segments)
        #expect(line.left == left)
        #expect(line.placeholders == placeholders)
    }

    @Test("The character that forces UCS-2 is named")
    func forced() {
        let line = SegmentsLine(merged: "caf\u{451}")
        #expect(line.encoding == "UCS-2")
        #expect(line.forcedBy == "ё")
        #expect(line.forcedByCode == "U+0451")
    }
}
