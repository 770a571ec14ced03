import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Sending options")
struct SendingOptionsTests {
    private func draft(_ fixture: SiteFixture, people: [String] = ["bob@example.org", "eve@example.org"]) throws
        -> Int64
    {
        let id = try fixture.store.createDraft(
            name: "July", deliveryChannels: [.email],
            composition: Composition(emailSubject: "S", emailHTML: "<p>T</p>"), by: nil, at: fixture.now)
        _ = try fixture.store.addReceivers(
            people.map { Receiver(firstName: "P", email: $0, origin: .manual) }, to: id, at: fixture.now)
        return id
    }

    @Test("The wizard stores both options, and messages not sent in time are cancelled with a reason")
    func wizard() throws {
        let fixture = try SiteFixture.signedIn()
        let id = try draft(fixture)
        let confirm = "/app/communications/compose/\(id)/confirm"
        let options = "/app/communications/compose/\(id)/options"
        #expect(fixture.get(confirm).text.contains("Do not send after"))
        let past = fixture.post(options, [try fixture.version(of: id), ("expires_at", "2020-01-01T08:00")])
        #expect(past.status == 422)
        #expect(past.text.contains("f-expires_at-error"))
        // Ada's time zone is two hours ahead of UTC.
        let saved = fixture.post(
            options, [try fixture.version(of: id), ("expires_at", "2026-11-21T15:00"), ("resend", "1")])
        #expect(saved.location == confirm)
        let stored = try #require(try fixture.store.broadcast(id))
        #expect(stored.expiresAt == Timestamp(rfc3339: "2026-11-21T13:00:00Z"))
        #expect(stored.whenUnknown == .resend)
        #expect(fixture.get(confirm).text.contains("value=\"2026-11-21T15:00\""))
        let late = fixture.post(
            "/app/communications/compose/\(id)/schedule",
            [try fixture.version(of: id), ("receivers", "2"), ("send_at", "2026-11-21T16:00")])
        #expect(late.status == 422)
        #expect(late.text.contains("It is not to be sent after"))
        let sent = fixture.post(
            "/app/communications/compose/\(id)/send", [try fixture.version(of: id), ("receivers", "2")])
        #expect(sent.status == 303, "\(sent.text)")
        let message = try #require(try fixture.store.messages(MessageFilter(), from: .newest, limit: 1).items.first)
        #expect(fixture.get("/app/communications/send-logs/\(message.id)").text.contains("Not sent after"))
        fixture.pass(.seconds(3600))
        #expect(try fixture.store.cancelExpired(at: fixture.now, limit: 9) == 2)
        let after = fixture.get("/app/communications/send-logs/\(message.id)").text
        #expect(after.contains("Its time was over before it could leave."))
    }

    @Test("An expired draft cannot be sent until it has a new time")
    func over() throws {
        let fixture = try SiteFixture.signedIn()
        let id = try draft(fixture)
        _ = try fixture.store.saveDraft(
            id, version: 2, change: DraftChange(sending: SendingOptions(expiresAt: fixture.now + .seconds(600))),
            by: nil,
            at: fixture.now)
        fixture.pass(.seconds(600))
        let page = fixture.get("/app/communications/compose/\(id)/confirm").text
        #expect(page.contains("The time until which it may be sent is over"))
        let sent = fixture.post(
            "/app/communications/compose/\(id)/send", [try fixture.version(of: id), ("receivers", "2")])
        #expect(sent.status == 422)
    }

    @Test("The preflight counts suppressed recipients and warns about broadcast mail without an unsubscribe link")
    func preflight() throws {
        let fixture = try SiteFixture.signedIn()
        let id = try draft(fixture)
        try fixture.store.suppress(
            [
                NewSuppression(
                    address: Address(kind: .email, value: "bob@example.org"), scope: .broadcasts, reason: "Left.",
                    source: .person)
            ], at: fixture.now)
        let page = fixture.get("/app/communications/compose/\(id)/confirm").text
        #expect(page.contains("1 recipient must not be written to by Email"))
        #expect(page.contains("The emails will carry no way to unsubscribe"))
        // A message to him alone is personal and not affected by that suppression.
        let letter = fixture.get(
            "/app/communications/compose/\(try draft(fixture, people: ["bob@example.org"]))/confirm"
        )
        .text
        #expect(!letter.contains("must not be written to"))
        #expect(!letter.contains("no way to unsubscribe"))
    }

    @Test("The API accepts, returns and clears the expiry of a broadcast")
    func api() throws {
        let api = try APIFixture()
        let made = api.send(
            .post, "/api/v1/broadcasts",
            #"{"name":"July","content":{"sms":{"text":"Hi"}},"delivery_channels":["sms"],"when_unknown":"resend","expires_at":"2026-11-22T08:00:00Z"}"#
        )
        #expect(made.status == 201, "\(made.text)")
        #expect(made.json["expires_at"] == "2026-11-22T08:00:00.000Z")
        #expect(made.json["when_unknown"] == "resend")
        let path = try #require(made.location)
        #expect(api.send(.patch, path, #"{"name":"August"}"#).json["expires_at"] == "2026-11-22T08:00:00.000Z")
        #expect(api.send(.patch, path, #"{"expires_at":"2020-01-01T00:00:00Z"}"#).fields == ["expires_at"])
        let late = api.send(.post, path + "/schedule", #"{"send_at":"2026-11-23T08:00:00Z"}"#)
        #expect(late.fields == ["send_at"])
        #expect(api.send(.patch, path, #"{"expires_at":null}"#).json["expires_at"] == .null)
    }
}
