import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Unsubscribe link")
struct UnsubscribeTests {
    private static let ada = Address(kind: .email, value: "ada@example.org")

    /// Sends a message to Ada, either as one of two subscribers of a channel or as a single receiver.
    private func message(_ fixture: SiteFixture, toChannel: Bool = true) throws -> (
        path: String, id: Int64, channel: Int64
    ) {
        let store = fixture.store
        let channel = try store.createChannel(name: "Newsletter", description: "", at: fixture.now)
        let content = Content(deliveryChannel: .email, subject: "S", text: "T")
        guard toChannel else {
            let single = SingleMessage(
                origin: .api, content: content, receiver: Receiver(email: "ada@example.org", origin: .api))
            guard let id = try store.accept(single, at: fixture.now).newID else { throw Failure.notFound }
            return ("/u/\(store.token(ofMessage: id))", id, channel)
        }
        let draft = try store.createDraft(
            name: "July", deliveryChannels: [.email],
            composition: Composition(emailSubject: "S", emailHTML: "<p>T</p>"),
            by: nil, at: fixture.now)
        var people = ["ada@example.org", "bob@example.org"].map { Receiver(email: $0, origin: .channel) }
        for index in people.indices {
            people[index].subscription = SubscriptionReference(channelID: channel, subscriberID: Int64(index + 1))
        }
        _ = try store.addReceivers(people, to: draft, at: fixture.now)
        try store.publish(
            draft, version: nil, receivers: nil, contents: [content], sendAt: nil, by: nil, at: fixture.now)
        let rows = try store.messages(MessageFilter(), from: .newest, limit: 9).items
        let id = try #require(rows.first { $0.address == "ada@example.org" }?.id)
        return ("/u/\(store.token(ofMessage: id))", id, channel)
    }

    /// POST as sent by a mail client: without cookie, form token or origin.
    private func oneClick(_ fixture: SiteFixture, _ path: String) -> Response {
        fixture.send(
            Request(.post, path, form: [("List-Unsubscribe", "One-Click")], headers: Headers([("Cookie", "x=y")])))
    }

    private func standing(_ fixture: SiteFixture) throws -> [Suppression] {
        try fixture.store.suppressions(of: [Self.ada])[Self.ada] ?? []
    }

    @Test("One click unsubscribes from the message's list immediately and once, and always gets 200")
    func oneClick() throws {
        let fixture = try SiteFixture()
        let (path, id, channel) = try message(fixture)
        let wakes = fixture.wakeCount
        for _ in 0..<3 { #expect(oneClick(fixture, path).status == 200) }
        let standing = try standing(fixture)
        #expect(standing.map(\.scope) == [.channel(channel)])
        #expect(standing.first?.source == .person)
        #expect(standing.first?.messageID == id)
        // Delivery is woken once, to cancel waiting messages.
        #expect(fixture.wakeCount == wakes + 1)
    }

    @Test("For a message without a list it unsubscribes from all broadcasts, and invoices are still sent")
    func single() throws {
        let fixture = try SiteFixture()
        let (path, _, _) = try message(fixture, toChannel: false)
        #expect(oneClick(fixture, path).status == 200)
        #expect(try standing(fixture).map(\.scope) == [.broadcasts])
        let invoice = SingleMessage(
            origin: .api, content: Content(deliveryChannel: .email, subject: "S", text: "T"),
            receiver: Receiver(email: "ada@example.org", origin: .api), type: MessageType(rawValue: "invoice"))
        guard let id = try fixture.store.accept(invoice, at: fixture.now).newID else { return }
        #expect(try fixture.store.message(id)?.row.status == .pending)
    }

    @Test("Reading changes nothing, for any number of requests and any safe method")
    func looking() throws {
        let fixture = try SiteFixture()
        let (path, _, _) = try message(fixture)
        for target in [
            path, path + "?saved=1", path + "?List-Unsubscribe=One-Click", path + "?do=leave&scope=everything",
        ] {
            #expect(fixture.get(target).status == 200)
        }
        #expect(try standing(fixture).isEmpty)
        let page = fixture.get(path)
        #expect(page.text.contains("a•••@example.org"))
        #expect(!page.text.contains("ada@example.org"))
        #expect(page.text.contains("Newsletter"))
        #expect(page.headers["Content-Security-Policy"]?.hasPrefix("default-src 'none'") == true)
        #expect(page.headers["Cache-Control"] == "no-store")
    }

    @Test("Subscribers opt out and in per scope, and can lift only suppressions they set themselves")
    func preferences() throws {
        let fixture = try SiteFixture()
        let (path, _, channel) = try message(fixture)
        func send(_ what: String, _ scope: String) -> Response {
            fixture.send(Request(.post, path, form: [("do", what), ("scope", scope)]))
        }
        for scope in ["channel", "broadcasts", "everything"] { #expect(send("leave", scope).status == 303) }
        #expect(try Set(standing(fixture).map(\.scope)) == [.channel(channel), .broadcasts, .everything])
        #expect(fixture.get(path).text.contains("Receive again"))
        try fixture.store.suppress(
            [NewSuppression(address: Self.ada, scope: .everything, reason: "Fraud.", source: .user)], at: fixture.now)
        #expect(send("return", "everything").status == 303)
        #expect(send("return", "broadcasts").status == 303)
        #expect(send("return", "broadcasts").status == 303)
        let left = try standing(fixture)
        #expect(left.map(\.source) == [.person, .user])
        #expect(left.map(\.scope) == [.channel(channel), .everything])
        let page = fixture.get(path).text
        #expect(page.contains("Stopped by the sender"))
        #expect(page.contains("You left on"))
        #expect(!page.contains("Fraud."))
    }

    @Test(
        "Invalid links are answered 404 and rate limited; a valid link from the same client works",
        arguments: ["", "x"])
    func forged(suffix: String) throws {
        let fixture = try SiteFixture()
        let (path, _, _) = try message(fixture)
        var bad = String(path.dropLast()) + (path.hasSuffix("A") ? "B" : "A")
        if !suffix.isEmpty { bad = path + suffix }
        #expect(fixture.get(bad).status == 404)
        #expect(oneClick(fixture, bad).status == 404)
        for _ in 0..<28 { _ = fixture.get(bad) }
        #expect(fixture.get(bad).status == 429)
        #expect(fixture.get(bad).headers["Retry-After"] != nil)
        #expect(fixture.get(path).status == 200)
        #expect(try standing(fixture).isEmpty)
    }

    @Test("A form without a selection changes nothing")
    func nothing() throws {
        let fixture = try SiteFixture()
        let (path, _, _) = try message(fixture)
        for form in [
            [], [("do", "leave")], [("do", "destroy"), ("scope", "everything")], [("List-Unsubscribe", "Two")],
        ] {
            #expect(fixture.send(Request(.post, path, form: form)).status == 400)
        }
        #expect(try standing(fixture).isEmpty)
    }

    @Test("The audit log records the action without the address")
    func audit() throws {
        let fixture = try SiteFixture.signedIn()
        let (path, id, _) = try message(fixture)
        _ = oneClick(fixture, path)
        let page = fixture.get("/app/settings/audit").text
        #expect(page.contains("unsubscribe"))
        #expect(page.contains("message \(id)"))
        #expect(page.contains("the receiver"))
    }
}
