import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Send log snapshots")
struct SendLogSnapshotTests {
    private func member(_ fixture: SiteFixture, last: String, email: String) throws -> Entity {
        let id = try fixture.store.upsert(
            Entity(
                kind: .member, externalID: "m-1", firstName: "Ada", lastName: last, email: email,
                attributes: MergeValues(["tier": "gold"])), at: fixture.now)
        return try #require(try fixture.store.entity(id))
    }

    /// Creates a broadcast to one member and fans it out.
    private func sent(_ fixture: SiteFixture, to entity: Entity) throws -> Int64 {
        let text = "Dear {{member.last_name}}, {{member.tier}} since {{first_name}}"
        let composition = Composition(emailSubject: "Hi {{member.last_name}}", emailHTML: "<p>\(text)</p>")
        let draft = try fixture.store.createDraft(
            name: "Spring news", deliveryChannels: [.email], composition: composition, by: nil, at: fixture.now)
        let receiver = Receiver(
            firstName: entity.firstName, lastName: entity.lastName, email: entity.email, origin: .search,
            entity: entity.reference)
        _ = try fixture.store.addReceivers([receiver], to: draft, at: fixture.now)
        try fixture.store.publish(
            draft, version: nil, receivers: 1, contents: [composition.content(for: .email)], sendAt: nil, by: nil,
            at: fixture.now)
        let page = try fixture.store.messages(MessageFilter(broadcastID: draft), from: .newest, limit: 1)
        return try #require(page.items.first?.id)
    }

    @Test("Editing the member changes neither snapshot nor values, and the panel shows the differences")
    func editedLater() throws {
        let fixture = try SiteFixture.signedIn()
        let entity = try member(fixture, last: "Lovelace", email: "ada@example.org")
        let path = "/app/communications/send-logs/\(try sent(fixture, to: entity))"
        let before = fixture.get(path).text
        for words in ["Hi Lovelace", "<dd>Ada Lovelace</dd>", "<dd>ada@example.org</dd>", "member.tier", ">gold<"] {
            #expect(before.contains(words), "\(words)")
        }
        #expect(before.contains("href=\"/app/directory/members/\(entity.id)\""))
        #expect(!before.contains("The record has changed since"))
        let content = fixture.get("\(path)/content").text

        _ = try member(fixture, last: "King", email: "countess@example.org")
        let after = fixture.get(path).text
        for words in ["Hi Lovelace", "<dd>Ada Lovelace</dd>", "<dd>ada@example.org</dd>", "member.tier"] {
            #expect(after.contains(words), "\(words)")
        }
        #expect(fixture.get("\(path)/content").text == content)
        #expect(after.contains("The record has changed since"))
        #expect(after.contains("Last name: Lovelace at the time; now King"))
        #expect(after.contains("Email: ada@example.org at the time; now countess@example.org"))
        #expect(!after.contains("First name:"))
        try fixture.store.deleteEntity(entity.id)
        let gone = fixture.get(path).text
        #expect(gone.contains("<dd>Ada Lovelace</dd>"))
        #expect(!gone.contains("The record has changed since"))
    }

    @Test("The Message-ID matches the sent mail, and is absent before the first submission")
    func messageID() throws {
        let fixture = try SiteFixture.signedIn()
        let id = try sent(fixture, to: try member(fixture, last: "Lovelace", email: "ada@example.org"))
        let path = "/app/communications/send-logs/\(id)"
        #expect(!fixture.get(path).text.contains("Message-ID"))
        let claims = try fixture.temporary.store.dueQueues(at: fixture.now).map {
            ClaimRequest(queue: $0, providerID: 1, share: 1, fromAddress: "mail@bücher.example")
        }
        let lease = try fixture.store.beginLease(at: fixture.now)
        _ = try fixture.store.recordAndClaim([], claims: claims, slots: [1: 1], lease: lease, at: fixture.now)
        let token = MessageToken.text(messageID: id, installation: fixture.temporary.store.installationID)
        #expect(fixture.get(path).text.contains("&lt;\(token)@xn--bcher-kva.example&gt;"))
    }

    @Test("A record's messages are paginated, and its incoming links are shown as links")
    func record() throws {
        let fixture = try SiteFixture.signedIn()
        let place = try fixture.store.upsert(
            Entity(kind: .location, externalID: "l-1", name: "Old Harbour"), at: fixture.now)
        let location = try #require(try fixture.store.entity(place))
        for number in 1...11 {
            try fixture.store.upsert(
                Entity(kind: .member, externalID: "m-\(number)", firstName: "N\(number)", locationID: place),
                at: fixture.now)
        }
        let channel = try fixture.store.createChannel(name: "Sailors", description: "", at: fixture.now)
        _ = try fixture.store.addSubscriber(Subscriber(entity: location.reference), to: channel, at: fixture.now)
        for number in 1...21 {
            let receiver = Receiver(email: "a\(number)@example.org", origin: .api, entity: location.reference)
            let content = Content(deliveryChannel: .email, subject: "Mail \(number).", text: "x")
            _ = try fixture.store.accept(
                SingleMessage(origin: .api, content: content, receiver: receiver), at: fixture.now)
        }
        let path = "/app/directory/locations/\(place)"
        let page = fixture.get(path).text
        #expect(page.contains(">N11</a>"))
        #expect(!page.contains(">N1</a>"))
        #expect(page.contains("href=\"/app/directory/members?field=location&amp;value=l-1\""))
        #expect(page.contains("href=\"/app/settings/communication-channels/\(channel)\""))
        #expect(page.contains("Mail 21."))
        #expect(!page.contains("Mail 1."))
        let older = try #require(page.firstMatch(of: /rel="next" href="([^"]+)"/)).1
        let second = fixture.get(String(older)).text
        #expect(second.contains("Mail 1."))
        #expect(!second.contains("Mail 21."))
        #expect(second.contains("rel=\"prev\""))
    }
}
