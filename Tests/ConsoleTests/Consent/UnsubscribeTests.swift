import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Leaving by the link in a message")
struct UnsubscribeTests {
    private static let ada = Address(kind: .email, value: "ada@example.org")

    /// A message to Ada, as one subscriber of a channel of two, or as a single one.
    private func message(_ trial: ConsoleTrial, toChannel: Bool = true) throws -> (
        path: String, id: Int64, channel: Int64
    ) {
        let store = trial.store
        let channel = try store.createChannel(name: "Newsletter", description: "", at: trial.now)
        let content = Content(deliveryChannel: .email, subject: "S", text: "T")
        guard toChannel else {
            let single = SingleMessage(
                origin: .api, content: content, receiver: Receiver(email: "ada@example.org", origin: .api))
            guard let id = try store.accept(single, at: trial.now).newID else { throw Failure.notFound }
            return ("/u/\(store.token(ofMessage: id))", id, channel)
        }
        let draft = try store.createDraft(
            name: "July", deliveryChannels: [.email],
            composition: Composition(emailSubject: "S", emailHTML: "<p>T</p>"),
            by: nil, at: trial.now)
        var people = ["ada@example.org", "bob@example.org"].map { Receiver(email: $0, origin: .channel) }
        for index in people.indices {
            people[index].subscription = SubscriptionReference(channelID: channel, subscriberID: Int64(index + 1))
        }
        _ = try store.addReceivers(people, to: draft, at: trial.now)
        try store.publish(
            draft, version: 1, receivers: nil, contents: [content], sendAt: nil, by: nil, at: trial.now)
        let rows = try store.messages(MessageFilter(), from: .newest, limit: 9).items
        let id = try #require(rows.first { $0.address == "ada@example.org" }?.id)
        return ("/u/\(store.token(ofMessage: id))", id, channel)
    }

    /// As a mail program sends it: no cookie, no token of a form, no origin.
    private func oneClick(_ trial: ConsoleTrial, _ path: String) -> Response {
        trial.send(
            Request(.post, path, form: [("List-Unsubscribe", "One-Click")], headers: Headers([("Cookie", "x=y")])))
    }

    private func standing(_ trial: ConsoleTrial) throws -> [Suppression] {
        try trial.store.suppressions(of: [Self.ada])[Self.ada] ?? []
    }

    @Test("one click leaves the list the message came by, at once, once, and is answered 200 each time")
    func oneClick() throws {
        let trial = try ConsoleTrial()
        let (path, id, channel) = try message(trial)
        let wakes = trial.wakeCount
        for _ in 0..<3 { #expect(oneClick(trial, path).status == 200) }
        let standing = try standing(trial)
        #expect(standing.map(\.scope) == [.channel(channel)])
        #expect(standing.first?.source == .person)
        #expect(standing.first?.messageID == id)
        // Delivery is told once, to call back what waits.
        #expect(trial.wakeCount == wakes + 1)
    }

    @Test("a message that came by no list leaves all broadcasts; invoices still come")
    func single() throws {
        let trial = try ConsoleTrial()
        let (path, _, _) = try message(trial, toChannel: false)
        #expect(oneClick(trial, path).status == 200)
        #expect(try standing(trial).map(\.scope) == [.broadcasts])
        let invoice = SingleMessage(
            origin: .api, content: Content(deliveryChannel: .email, subject: "S", text: "T"),
            receiver: Receiver(email: "ada@example.org", origin: .api), type: MessageType(rawValue: "invoice"))
        guard let id = try trial.store.accept(invoice, at: trial.now).newID else { return }
        #expect(try trial.store.message(id)?.row.status == .pending)
    }

    @Test("looking changes nothing, however often and by whatever method looks")
    func looking() throws {
        let trial = try ConsoleTrial()
        let (path, _, _) = try message(trial)
        for target in [
            path, path + "?saved=1", path + "?List-Unsubscribe=One-Click", path + "?do=leave&scope=everything",
        ] {
            #expect(trial.get(target).status == 200)
        }
        #expect(try standing(trial).isEmpty)
        let page = trial.get(path)
        #expect(page.text.contains("a•••@example.org"))
        #expect(!page.text.contains("ada@example.org"))
        #expect(page.text.contains("Newsletter"))
        #expect(page.headers["Content-Security-Policy"]?.hasPrefix("default-src 'none'") == true)
        #expect(page.headers["Cache-Control"] == "no-store")
    }

    @Test("a person leaves and comes back, scope by scope, and lifts only what she set herself")
    func preferences() throws {
        let trial = try ConsoleTrial()
        let (path, _, channel) = try message(trial)
        func send(_ what: String, _ scope: String) -> Response {
            trial.send(Request(.post, path, form: [("do", what), ("scope", scope)]))
        }
        for scope in ["channel", "broadcasts", "everything"] { #expect(send("leave", scope).status == 303) }
        #expect(try Set(standing(trial).map(\.scope)) == [.channel(channel), .broadcasts, .everything])
        #expect(trial.get(path).text.contains("Receive again"))
        try trial.store.suppress(
            [NewSuppression(address: Self.ada, scope: .everything, reason: "Fraud.", source: .user)], at: trial.now)
        #expect(send("return", "everything").status == 303)
        #expect(send("return", "broadcasts").status == 303)
        #expect(send("return", "broadcasts").status == 303)
        let left = try standing(trial)
        #expect(left.map(\.source) == [.person, .user])
        #expect(left.map(\.scope) == [.channel(channel), .everything])
        let page = trial.get(path).text
        #expect(page.contains("Stopped by the sender"))
        #expect(page.contains("You left on"))
        #expect(!page.contains("Fraud."))
    }

    @Test(
        "what is not one of ours is 404, and guessing is slowed down; a good link of the same client is not",
        arguments: ["", "x"])
    func forged(suffix: String) throws {
        let trial = try ConsoleTrial()
        let (path, _, _) = try message(trial)
        var bad = String(path.dropLast()) + (path.hasSuffix("A") ? "B" : "A")
        if !suffix.isEmpty { bad = path + suffix }
        #expect(trial.get(bad).status == 404)
        #expect(oneClick(trial, bad).status == 404)
        for _ in 0..<28 { _ = trial.get(bad) }
        #expect(trial.get(bad).status == 429)
        #expect(trial.get(bad).headers["Retry-After"] != nil)
        #expect(trial.get(path).status == 200)
        #expect(try standing(trial).isEmpty)
    }

    @Test("a form that chose nothing changes nothing")
    func nothing() throws {
        let trial = try ConsoleTrial()
        let (path, _, _) = try message(trial)
        for form in [
            [], [("do", "leave")], [("do", "destroy"), ("scope", "everything")], [("List-Unsubscribe", "Two")],
        ] {
            #expect(trial.send(Request(.post, path, form: form)).status == 400)
        }
        #expect(try standing(trial).isEmpty)
    }

    @Test("what a person did is in the audit, without her address")
    func audit() throws {
        let trial = try ConsoleTrial.signedIn()
        let (path, id, _) = try message(trial)
        _ = oneClick(trial, path)
        let page = trial.get("/app/settings/audit").text
        #expect(page.contains("unsubscribe"))
        #expect(page.contains("message \(id)"))
        #expect(page.contains("the receiver"))
    }
}
