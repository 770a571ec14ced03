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

@Suite("Webhooks from providers")
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
                deliveryChannel: .sms, kind: "http", name: "Gateway", isDefault: true, isEnabled: true,
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

    /// A message the gateway accepted under this name.
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

    @Test("a signed receipt is on disk when it is answered, and moves its message once")
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

    @Test("a receipt that comes before its message is recorded as sent is applied when it is")
    func early() throws {
        #expect(send("receipts", #"{"id":"gw-8","state":"delivered"}"#).status == 202)
        try worker.applyOnce()
        #expect(try status(try sent(as: "gw-8")) == .delivered)
    }

    @Test("a reply becomes a message of the person who was written to")
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

    @Test("what cannot be applied is kept with its reason and holds up no other")
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

    @Test("nothing unsigned is written, and all that is refused is answered alike")
    func unsigned() throws {
        let body = #"{"id":"gw-7","state":"delivered"}"#
        let plain = try fixture.store.createProvider(
            ProviderDraft(
                deliveryChannel: .sms, kind: "http", name: "Plain", isDefault: false, isEnabled: true,
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
        // The right signature of the same client is taken all the same.
        #expect(send("receipts", body).status == 202)
    }

    @Test("the API and the provider's page say where to send them, and never the secret")
    func addresses() throws {
        let api = try APIFixture()
        let body =
            #"{"delivery_channel":"sms","kind":"http","name":"G","settings":{"url":"https://gateway.example.org/","webhook_secret":"whsec_\#(Data(Self.key).base64EncodedString())"}}"#
        let made = api.send(.post, "/api/v1/providers", body)
        #expect(made.json["hooks"]?["receipts"] == "/hooks/1/receipts")
        #expect(made.json["hooks"]?["inbound"] == "/hooks/1/inbound")
        #expect(made.json["settings"]?["webhook_secret"] == .null)
        let page = try SiteFixture.signedIn()
        _ = try page.store.createProvider(
            ProviderDraft(
                deliveryChannel: .sms, kind: "http", name: "G", isDefault: true, isEnabled: true,
                settings: Fixture.gateway(9, ["webhook_secret": "whsec_" + Data(Self.key).base64EncodedString()])
                    .settings,
                secretNames: ["webhook_secret"]), at: page.now)
        let text = page.get("/app/settings/communication/sms-gateways/1").text
        #expect(text.contains("/hooks/1/receipts"))
        #expect(!text.contains(Data(Self.key).base64EncodedString()))
    }
}
