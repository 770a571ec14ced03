import Crypto
import Foundation
import HTTPServing
import Logging
import Messaging
import Numbering
import Providers
import TestSupport
import Testing

@testable import Console
@testable import Storage

@Suite("Provider webhooks")
struct WebhookRouteTests {
    private static let key = [UInt8](repeating: 7, count: 32)

    private let fixture: SiteFixture
    private let gateway: Int64
    private let worker: InboxWorker

    init() throws {
        fixture = try SiteFixture()
        let secret = "whsec_" + Data(Self.key).base64EncodedString()
        gateway = try fixture.store.createProvider(
            ProviderDraft(
                deliveryChannel: .sms, kind: "generic_http", name: "Gateway", isDefault: true, isEnabled: true,
                settings: Self.settings(["webhook_secret": secret]),
                secretNames: ["webhook_secret"]), at: fixture.now)
        worker = InboxWorker(
            useCases: UseCases(
                store: fixture.temporary.store, phones: NumberingPlan(), catalog: Catalog.all, unsubscribe: nil),
            logger: Logger(label: "test") { _ in Journal() })
    }

    private static func settings(_ more: [String: String]) -> ProviderSettings {
        ProviderSettings(["url": "https://gateway.example.org/messages"].merging(more) { $1 })
    }

    private func send(
        _ kind: String, _ body: String, id: String = "msg_1", key: [UInt8] = key, to provider: Int64? = nil
    ) -> Response {
        let time = "\(fixture.now.milliseconds / 1000)"
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("\(id).\(time).\(body)".utf8), using: SymmetricKey(data: key))
        let headers = [
            ("webhook-id", id), ("webhook-timestamp", time), ("Cookie", "sb_session=of-somebody"),
            ("webhook-signature", "v1," + Data(code).base64EncodedString()),
        ]
        return fixture.send(
            Request(.post, "/hooks/\(provider ?? gateway)/\(kind)", json: body, headers: Headers(headers)))
    }

    /// Creates a message that the gateway accepted under this id.
    private func sent(as reference: String) throws -> Int64 {
        let store = fixture.temporary.store
        let content = Composition(smsText: "Hello").frozen(for: .sms)
        let accepted = try store.accept(
            SingleMessage(
                origin: .api, content: content,
                receiver: Receiver(firstName: "Ada", mobile: "+27821234567", origin: .manual)), at: fixture.now)
        let id = try #require(accepted.newID)
        let lease = try store.beginLease(host: "test", pid: 1, at: fixture.now)
        let queue = try #require(try store.dueQueues(at: fixture.now).first)
        let claim = ClaimRequest(queue: queue, providerID: gateway, share: 1, fromAddress: "Club")
        let claimed = try store.recordAndClaim(
            [], claims: [claim], slots: [gateway: 1], lease: lease, at: fixture.now
        ).claimed
        let message = try #require(claimed.first)
        _ = try store.recordAndClaim(
            [
                AttemptCompletion(
                    messageID: message.id, attempt: message.attempt, broadcastID: message.broadcastID,
                    providerID: gateway, event: .accepted, result: .accepted, detail: "202", reference: reference,
                    expectsReceipts: true)
            ], claims: [], slots: [:], lease: lease, at: fixture.now)
        return id
    }

    private func status(_ id: Int64) throws -> MessageStatus? { try fixture.store.message(id)?.row.status }

    @Test("A signed receipt is on disk before the response, and moves its message once")
    func receipt() throws {
        let id = try sent(as: "gw-7")
        #expect(try status(id) == .sent)
        let body = #"{"id":"gw-7","state":"delivered"}"#
        #expect(send("receipts", body).status == 202)
        #expect(try fixture.temporary.store.waitingEvents(limit: 9).count == 1)
        #expect(try status(id) == .sent)
        #expect(send("receipts", body).status == 202)
        #expect(try fixture.temporary.store.waitingEvents(limit: 9).count == 1)
        #expect(try worker.applyOnce())
        #expect(try status(id) == .delivered)
        #expect(try !worker.applyOnce())
        #expect(send("receipts", body).status == 202)
        #expect(try !worker.applyOnce())
    }

    @Test("A receipt that arrives before its message is recorded as sent is applied afterwards")
    func early() throws {
        #expect(send("receipts", #"{"id":"gw-8","state":"delivered"}"#).status == 202)
        try worker.applyOnce()
        #expect(try status(try sent(as: "gw-8")) == .delivered)
    }

    @Test("A reply becomes a message of the person it was sent to")
    func reply() throws {
        let id = try sent(as: "gw-9")
        let body = #"{"id":"in-1","from":"+27 82 123 4567","text":"Yes please","in_reply_to":"gw-9"}"#
        #expect(send("inbound", body).status == 202)
        try worker.applyOnce()
        let inbound = try fixture.store.messages(MessageFilter(direction: .inbound), from: .newest, limit: 9).items
        #expect(inbound.map(\.subject) == ["Yes please"])
        #expect(inbound.map(\.recipientName) == ["Ada"])
        #expect(try fixture.store.message(id)?.replies.count == 1)
    }

    @Test("An event that cannot be applied is kept with its reason and blocks no other")
    func refused() throws {
        let id = try sent(as: "gw-7")
        #expect(send("receipts", "not JSON", id: "msg_1").status == 202)
        #expect(send("inbound", #"{"id":"in-1","from":"nobody","text":"x"}"#, id: "msg_2").status == 202)
        let parts = #"[{"id":"gw-9","state":"arrived"},{"id":"gw-7","state":"read"}]"#
        #expect(send("receipts", parts, id: "msg_3").status == 202)
        try worker.applyOnce()
        #expect(try status(id) == .read)
        #expect(try fixture.temporary.store.waitingEvents(limit: 9).isEmpty)
        let ends = try fixture.temporary.store.engine.read { connection in
            try connection.rows("SELECT state, reason FROM inbox_events ORDER BY id") {
                (state: $0.text(), reason: $0.text())
            }
        }
        #expect(ends.map(\.state) == ["refused", "refused", "applied"])
        #expect(ends[0].reason == "The body is not valid JSON.")
        #expect(ends[1].reason.hasPrefix("From “nobody”: "))
        #expect(ends[2].reason == "Item 1: “state” must be delivered, opened, read or failed.")
    }

    @Test("Unsigned requests are not stored, and all refusals get the same response")
    func unsigned() throws {
        let body = #"{"id":"gw-7","state":"delivered"}"#
        let plain = try fixture.store.createProvider(
            ProviderDraft(
                deliveryChannel: .sms, kind: "generic_http", name: "Plain", isDefault: false, isEnabled: true,
                settings: Self.settings([:]), secretNames: []), at: fixture.now)
        let other = [UInt8](repeating: 8, count: 32)
        let answers = [
            send("receipts", body, key: other), send("receipts", body, to: plain), send("inbound", body, to: 4711),
        ]
        #expect(answers.map(\.status) == [401, 401, 401])
        #expect(Set(answers.map { $0.headers["Content-Type"] }) == ["application/problem+json"])
        #expect(try fixture.temporary.store.waitingEvents(limit: 9).isEmpty)
        let guesses = (0..<40).map { _ in send("receipts", body, key: other).status }
        #expect(guesses.contains(429))
        // A valid signature from the same client is still accepted.
        #expect(send("receipts", body).status == 202)
    }

    // MARK: Threads and consent

    private static let ada = Address(kind: .mobile, value: "+27821234567")

    private func inbound(_ text: String, id: String, answering reference: String = "", at: Timestamp? = nil) throws {
        let at = (at ?? fixture.now).rfc3339
        let body =
            #"{"id":"\#(id)","from":"27821234567","text":"\#(text)","in_reply_to":"\#(reference)","at":"\#(at)"}"#
        #expect(send("inbound", body, id: "msg_\(id)").status == 202)
        #expect(try worker.applyOnce())
    }

    @Test("A receipt may use the submitted id, before and after the gateway responds")
    func ourName() throws {
        let body = { (id: Int64, state: String) in
            let name = MessageToken.text(messageID: id, installation: fixture.temporary.store.installationID)
            return #"{"id":"\#(name)","state":"\#(state)"}"#
        }
        #expect(send("receipts", body(1, "delivered"), id: "msg_a").status == 202)
        try worker.applyOnce()
        let id = try sent(as: "")
        #expect(id == 1)
        #expect(try status(id) == .delivered)
        #expect(send("receipts", body(id, "read"), id: "msg_b").status == 202)
        try worker.applyOnce()
        #expect(try status(id) == .read)
    }

    @Test("A message from an unknown sender starts a thread of its own, and the API finds it")
    func stranger() throws {
        try inbound("Hello?", id: "in-1")
        let row = try #require(
            try fixture.store.messages(MessageFilter(direction: .inbound), from: .newest, limit: 9).items.first)
        #expect(row.status == .received)
        #expect(row.address == Self.ada.value)
        let thread = try #require(try fixture.store.threads(from: .newest, limit: 9).items.first)
        #expect(thread.unread == 1)
        let token = Secrets.randomToken()
        _ = try fixture.store.createToken(
            name: "test", hash: Secrets.hash(token), permissions: [.readHistory], at: fixture.now)
        let headers = Headers([("Authorization", "Bearer \(token)")])
        let list = fixture.send(Request(.get, "/api/v1/messages?direction=inbound", headers: headers)).json
        #expect(list["items"]?.items.compactMap { $0["id"]?.string } == ["\(row.id)"])
        let one = fixture.send(Request(.get, "/api/v1/messages/\(row.id)", headers: headers)).json
        #expect(one["thread_id"]?.string == "\(thread.id)")
        #expect(one["direction"]?.string == "inbound")
    }

    @Test("STOP to a personal message stops everything, START reverses it, and both are audited")
    func stop() throws {
        let id = try sent(as: "gw-1")
        let wakes = fixture.wakeCount
        try inbound("Stop.", id: "in-1", answering: "gw-1")
        let standing = try #require(try fixture.store.suppressions(of: [Self.ada])[Self.ada])
        #expect(standing.map(\.scope) == [.everything])
        #expect(standing.map(\.source) == [.person])
        #expect(standing.first?.reason == "Wrote “Stop.”.")
        #expect(fixture.wakeCount > wakes)
        try inbound("STOP", id: "in-2")
        #expect(try fixture.store.suppressions(of: [Self.ada])[Self.ada]?.count == 1)
        try fixture.store.suppress(
            [NewSuppression(address: Self.ada, scope: .everything, reason: "Fraud.", source: .user)], at: fixture.now)
        try inbound("start", id: "in-3")
        #expect(try fixture.store.suppressions(of: [Self.ada])[Self.ada]?.map(\.source) == [.user])
        let audit = try fixture.store.audit(AuditFilter(), from: .newest, limit: 9).items.map(\.entry)
        #expect(audit.map(\.action) == ["resubscribe", "unsubscribe"])
        #expect(audit.allSatisfy { $0.actor == "the receiver" && !$0.subject.contains("2782") })
        #expect(try fixture.store.message(id)?.replies.count == 1)
    }

    @Test("A START that arrives late does not undo a STOP written after it, or repeated after it")
    func lateStart() throws {
        _ = try sent(as: "gw-1")
        func stands() throws -> Bool { try fixture.store.suppressions(of: [Self.ada])[Self.ada] != nil }
        let minutes = { (count: Int) in fixture.now + .seconds(60 * (count - 60)) }
        try inbound("STOP", id: "in-1", at: minutes(5))
        try inbound("START", id: "in-2", at: minutes(0))
        #expect(try stands())
        try inbound("STOP", id: "in-3", at: minutes(9))
        try inbound("START", id: "in-4", at: minutes(7))
        #expect(try stands())
        try inbound("START", id: "in-5", at: minutes(10))
        #expect(try !stands())
    }

    @Test("A message's row has the time it was received; the time it was written stands beside it")
    func lateMessage() throws {
        try inbound("Hello", id: "in-1", at: fixture.now + .seconds(-86_400))
        let row = try #require(
            try fixture.store.messages(MessageFilter(direction: .inbound), from: .newest, limit: 9).items.first)
        #expect(row.createdAt >= fixture.now + .seconds(-60))
        #expect(row.sentAt == fixture.now + .seconds(-86_400))
    }

    @Test("Control characters are left out of a message's text, so that it stays readable whatever it holds")
    func controlCharacters() throws {
        let noise = String(repeating: #"\b"#, count: 40_000)
        try inbound("Yes\(noise)\\nplease", id: "in-1")
        let row = try #require(
            try fixture.store.messages(MessageFilter(direction: .inbound), from: .newest, limit: 9).items.first)
        #expect(try fixture.store.message(row.id)?.merge.json == #"{"text":"Yes\nplease"}"#)
    }

    @Test("STOP to a broadcast stops broadcasts, and conversation stops nothing")
    func stopBroadcast() throws {
        let store = fixture.temporary.store
        let draft = try store.createDraft(
            name: "July", deliveryChannels: [.sms], composition: Composition(smsText: "Sale"), by: nil,
            at: fixture.now)
        let people = [Self.ada.value, "+27829999999"].map { Receiver(mobile: $0, origin: .manual) }
        _ = try store.addReceivers(people, to: draft, at: fixture.now)
        try store.publish(
            draft, version: nil, receivers: nil, contents: [Composition(smsText: "Sale").frozen(for: .sms)],
            sendAt: nil, by: nil, at: fixture.now)
        let lease = try store.beginLease(host: "test", pid: 1, at: fixture.now)
        let claims = try store.dueQueues(at: fixture.now).map {
            ClaimRequest(queue: $0, providerID: gateway, share: 9, fromAddress: "Club")
        }
        let claimed = try store.recordAndClaim(
            [], claims: claims, slots: [gateway: 9], lease: lease, at: fixture.now
        ).claimed
        #expect(claimed.count == 2)
        let completions = claimed.map {
            AttemptCompletion(
                messageID: $0.id, attempt: $0.attempt, broadcastID: $0.broadcastID, providerID: gateway,
                event: .accepted, result: .accepted, detail: "202", reference: "gw-\($0.id)", expectsReceipts: true)
        }
        _ = try store.recordAndClaim(completions, claims: [], slots: [:], lease: lease, at: fixture.now)
        try inbound("can't stop laughing", id: "in-1")
        #expect(try store.suppressions(of: [Self.ada]).isEmpty)
        try inbound("ARRÊT", id: "in-2")
        #expect(try store.suppressions(of: [Self.ada])[Self.ada]?.map(\.scope) == [.broadcasts])
    }

    // MARK: Crashes and limits

    @Test("An event that crashes the process is rejected after five attempts, and the others are applied")
    func poison() throws {
        let id = try sent(as: "gw-7")
        let store = fixture.temporary.store
        #expect(send("receipts", #"{"id":"gw-7","state":"read"}"#, id: "msg_poison").status == 202)
        // Taken each time, and the process ended before it was applied.
        for _ in 0..<InboxEvent.mostAttempts { #expect(try store.takeEvents(limit: 9).count == 1) }
        #expect(send("receipts", #"{"id":"gw-7","state":"delivered"}"#, id: "msg_good").status == 202)
        #expect(try worker.applyOnce())
        #expect(try status(id) == .delivered)
        #expect(try store.inboxEvent(gateway, .receipts, externalID: "msg_poison")?.state == .waiting)
        #expect(try worker.applyOnce())
        #expect(try status(id) == .delivered)
        #expect(try store.inboxEvent(gateway, .receipts, externalID: "msg_poison")?.state == .refused)
        #expect(try !worker.applyOnce())
    }

    @Test("An event taken by a crashed process is applied once by the next")
    func restart() throws {
        let id = try sent(as: "gw-7")
        #expect(send("receipts", #"{"id":"gw-7","state":"delivered"}"#, id: "msg_1").status == 202)
        #expect(send("inbound", #"{"id":"in-1","from":"+27821234567","text":"Hi"}"#, id: "msg_2").status == 202)
        #expect(try fixture.temporary.store.takeEvents(limit: 9).count == 2)
        try fixture.temporary.store.close()
        let next = try fixture.temporary.reopened(catalog: Catalog.all)
        let worker = InboxWorker(
            useCases: UseCases(store: next, phones: NumberingPlan(), catalog: Catalog.all, unsubscribe: nil),
            logger: Logger(label: "test") { _ in Journal() })
        while try worker.applyOnce() {}
        #expect(try next.message(id)?.row.status == .delivered)
        #expect(try next.messages(MessageFilter(direction: .inbound), from: .newest, limit: 9).items.count == 1)
        #expect(try next.overview(at: fixture.now).counts[.received] == 1)
    }

    @Test("Requests for a deleted provider are stored as refused, and those for a disabled one applied")
    func gone() throws {
        let id = try sent(as: "gw-7")
        let store = fixture.temporary.store
        #expect(send("receipts", #"{"id":"gw-7","state":"delivered"}"#, id: "msg_1").status == 202)
        let account = try #require(try store.provider(gateway))
        try store.updateProvider(
            gateway,
            ProviderDraft(
                deliveryChannel: .sms, kind: "generic_http", name: "Off", isDefault: true, isEnabled: false,
                settings: account.settings, secretNames: ["webhook_secret"]), at: fixture.now)
        #expect(send("receipts", #"{"id":"gw-7","state":"read"}"#, id: "msg_2").status == 202)
        try worker.applyOnce()
        #expect(try status(id) == .read)
        #expect(send("receipts", #"{"id":"gw-7","state":"opened"}"#, id: "msg_3").status == 202)
        try store.deleteProvider(gateway)
        try worker.applyOnce()
        #expect(try store.inboxEvent(gateway, .receipts, externalID: "msg_3")?.reason == "The provider was removed.")
        #expect(send("receipts", "{}", id: "msg_4").status == 401)
    }

    @Test("Taking counts towards a rate limit, and checking does not")
    func limit() throws {
        let throttle = ClientThrottle(burst: 3, refill: .milliseconds(100))
        let now = fixture.now
        for _ in 0..<3 {
            #expect(throttle.wait("7", at: now) == nil)
            #expect(throttle.take("7", at: now) == nil)
        }
        #expect(throttle.wait("7", at: now) == .milliseconds(100))
        #expect(throttle.wait("7", at: now) == .milliseconds(100))
        #expect(throttle.take("7", at: now) == .milliseconds(100))
        #expect(throttle.wait("8", at: now) == nil)
        #expect(throttle.wait("7", at: now + .milliseconds(100)) == nil)
    }

    @Test("The API and the provider's page show the webhook URLs and never the secret")
    func addresses() throws {
        let api = try APIFixture()
        let body =
            #"{"delivery_channel":"sms","kind":"generic_http","name":"G","settings":{"url":"https://gateway.example.org/","webhook_secret":"whsec_\#(Data(Self.key).base64EncodedString())"}}"#
        let made = api.send(.post, "/api/v1/providers", body)
        #expect(made.json["hooks"]?["receipts"] == "/hooks/1/receipts")
        #expect(made.json["hooks"]?["inbound"] == "/hooks/1/inbound")
        #expect(made.json["settings"]?["webhook_secret"] == .null)
        let page = try SiteFixture.signedIn()
        _ = try page.store.createProvider(
            ProviderDraft(
                deliveryChannel: .sms, kind: "generic_http", name: "G", isDefault: true, isEnabled: true,
                settings: Fixture.gateway(9, ["webhook_secret": "whsec_" + Data(Self.key).base64EncodedString()])
                    .settings,
                secretNames: ["webhook_secret"]), at: page.now)
        let text = page.get("/app/settings/communication/sms-gateways/1").text
        #expect(text.contains("/hooks/1/receipts"))
        #expect(!text.contains(Data(Self.key).base64EncodedString()))
    }
}
