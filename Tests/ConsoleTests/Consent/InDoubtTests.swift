import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Messages in doubt")
struct InDoubtTests {
    private static let page = "/app/communications/in-doubt"

    /// Creates a broadcast whose messages are in doubt, and a single message in doubt.
    private func lost(_ fixture: SiteFixture, receivers: Int = 3) throws -> (broadcast: Int64, messages: [Int64]) {
        let store = fixture.store
        let draft = try store.createDraft(
            name: "July", deliveryChannels: [.email],
            composition: Composition(emailSubject: "S", emailHTML: "<p>T</p>"), by: nil, at: fixture.now)
        let content = Content(deliveryChannel: .email, subject: "S", text: "T")
        _ = try store.addReceivers(
            (1...receivers).map { Receiver(firstName: "P\($0)", email: "p\($0)@example.org", origin: .manual) },
            to: draft,
            at: fixture.now)
        try store.publish(
            draft, version: nil, receivers: nil, contents: [content], sendAt: nil, by: nil, at: fixture.now)
        _ = try store.accept(
            SingleMessage(
                origin: .api, content: content,
                receiver: Receiver(firstName: "Solo", email: "solo@example.org", origin: .api)),
            at: fixture.now)
        let lease = try store.beginLease(host: "h", pid: 1, at: fixture.now)
        let claims = try store.dueQueues(at: fixture.now).map {
            ClaimRequest(queue: $0, providerID: 1, share: 99, fromAddress: "from@example.org")
        }
        let claimed = try store.recordAndClaim([], claims: claims, slots: [1: 99], lease: lease, at: fixture.now)
            .claimed
        try store.endLeases(except: lease + 1)
        _ = try store.settleAbandoned(lease: lease + 1, at: fixture.now) { _ in false }
        return (draft, claimed.map(\.id).sorted())
    }

    @Test("The menu and the overview show the number, and the page shows the details of each")
    func evidence() throws {
        let fixture = try SiteFixture.signedIn()
        #expect(!fixture.get("/app/communications/overview").text.contains(Self.page))
        #expect(fixture.get(Self.page).text.contains("No messages in doubt"))
        _ = try lost(fixture)
        fixture.pass(.seconds(10))
        let overview = fixture.get("/app/communications/overview").text
        #expect(overview.contains("href=\"\(Self.page)\""))
        #expect(overview.contains("In Doubt <span class=\"nav__count\">4</span>"))
        #expect(overview.contains("Wait for your decision"))
        let page = fixture.get(Self.page).text
        for words in [
            "4 messages handed over", "P1 · p1@example.org", "Solo · solo@example.org", "July",
            "The program ended after the hand-off began and before the answer came.", "1 attempt", "Held for a person",
        ] {
            #expect(page.contains(words), "\(words)")
        }
    }

    @Test(
        "A single message is resolved in place, and its page shows the decision and its author",
        arguments: ["assume-sent", "retry-despite-doubt"])
    func single(action: String) throws {
        let fixture = try SiteFixture.signedIn()
        let (_, messages) = try lost(fixture)
        let id = try #require(messages.last)
        _ = fixture.get(Self.page)
        let done = fixture.post("/app/communications/send-logs/\(id)/\(action)", [("return", Self.page)])
        #expect(done.location == Self.page)
        let details = fixture.get("/app/communications/send-logs/\(id)").text
        #expect(details.contains("Decided by Ada Lovelace"))
        #expect(details.contains(action == "assume-sent" ? "Assumed sent" : "Sent again despite the doubt"))
        #expect(try fixture.store.message(id)?.row.status == (action == "assume-sent" ? .sent : .pending))
        #expect(try fixture.store.inDoubt() == 3)
        // Redirects only return to the site itself.
        _ = fixture.get(Self.page)
        let other = fixture.post(
            "/app/communications/send-logs/\(messages[0])/assume-sent", [("return", "https://x.example/")])
        #expect(other.location == "/app/communications/send-logs/\(messages[0])")
    }

    @Test("All messages of a broadcast are resolved together with their author, and others are unchanged")
    func all() throws {
        let fixture = try SiteFixture.signedIn()
        let (broadcast, messages) = try lost(fixture)
        let path = "/app/communications/bulk/\(broadcast)/assume-sent"
        #expect(fixture.get(Self.page).text.contains(path))
        _ = fixture.get(path)
        #expect(fixture.post(path).status == 303)
        #expect(try fixture.store.books(of: broadcast)[.sent] == 3)
        #expect(try fixture.store.inDoubt() == 1)
        for id in messages {
            let details = try #require(try fixture.store.message(id))
            let isOfBroadcast = details.row.broadcastID == broadcast
            #expect(details.decisions.map(\.by) == (isOfBroadcast ? ["Ada Lovelace"] : []))
            #expect(details.decisions.map(\.event) == (isOfBroadcast ? [.assumeSent] : []))
        }
    }
}
