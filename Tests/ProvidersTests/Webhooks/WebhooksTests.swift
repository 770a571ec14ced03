import Crypto
import Foundation
import Messaging
import TestSupport
import Testing

@testable import Providers

@Suite("Gateway webhooks")
struct WebhooksTests {
    private static let key = [UInt8](repeating: 7, count: 32)
    private static let other = [UInt8](repeating: 8, count: 32)
    private static let secret = "whsec_" + Data(key).base64EncodedString()
    private static let at = Fixture.at
    private static let seconds = "\(at.milliseconds / 1000)"

    static func signature(_ id: String, _ time: String, _ body: String, _ key: [UInt8] = key) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("\(id).\(time).\(body)".utf8), using: SymmetricKey(data: key))
        return "v1," + Data(code).base64EncodedString()
    }

    private func request(
        _ body: String, kind: WebhookKind = .receipts, id: String? = "msg_1", time: String? = seconds,
        signature: String? = nil
    ) -> WebhookRequest {
        let signed = signature ?? Self.signature(id ?? "", time ?? "", body)
        let headers = [("webhook-id", id), ("Webhook-Timestamp", time), ("webhook-signature", signed)]
        return WebhookRequest(
            kind: kind, headers: headers.compactMap { name, value in value.map { HTTPHeader(name, $0) } },
            body: Array(body.utf8), receivedAt: Self.at)
    }

    private func gateway(_ secret: String = secret) throws -> GenericHTTPProvider {
        try GenericHTTPProvider(account: Fixture.gateway(9, ["webhook_secret": secret]))
    }

    @Test("A valid Standard Webhooks signature is accepted, also among others, and gives the request's id")
    func genuine() throws {
        #expect(try gateway().verify(request("{}")) == "msg_1")
        let several = "v1a,xx \(Self.signature("msg_1", Self.seconds, "{}", Self.other)) "
        let right = Self.signature("msg_1", Self.seconds, "{}")
        #expect(try gateway().verify(request("{}", signature: several + right)) == "msg_1")
        #expect(try gateway(String(Self.secret.dropFirst(6))).verify(request("{}")) == "msg_1")
    }

    @Test("The example of the specification verifies")
    func example() throws {
        let webhooks = try #require(StandardWebhooks(secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let headers = [
            HTTPHeader("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"), HTTPHeader("webhook-timestamp", "1614265330"),
            HTTPHeader("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ]
        let request = WebhookRequest(
            kind: .receipts, headers: headers, body: Array(#"{"test": 2432232314}"#.utf8),
            receivedAt: Timestamp(milliseconds: 1_614_265_330_000))
        #expect(try webhooks.verify(request) == "msg_p5jXN8AQM9LWM0D4loKWxJek")
    }

    @Test("A wrong secret, an old timestamp or a changed body is refused")
    func forged() throws {
        let wrong = Self.signature("msg_1", Self.seconds, "{}", Self.other)
        let otherBody = Self.signature("msg_1", Self.seconds, "{ }")
        let old = "\(Self.at.milliseconds / 1000 - 301)"
        let early = "\(Self.at.milliseconds / 1000 + 301)"
        let requests = [
            request("{}", signature: wrong), request("{}", signature: otherBody), request("{}", signature: ""),
            request("{}", signature: "v1,"), request("{}", signature: "v2" + wrong.dropFirst(2)),
            request("{}", id: nil), request("{}", time: nil), request("{}", time: old), request("{}", time: early),
            request("{}", time: "soon"), request("{}", id: String(repeating: "x", count: 201)),
        ]
        for request in requests {
            #expect(throws: WebhookRefused.unsigned) { try gateway().verify(request) }
        }
        #expect(try gateway().verify(request("{}", time: "\(Self.at.milliseconds / 1000 - 300)")) == "msg_1")
    }

    @Test("Without a secret all webhooks are refused, and a secret must be valid")
    func secrets() throws {
        #expect(try !gateway("").takesWebhooks)
        #expect(throws: WebhookRefused.unknown) { try gateway("").verify(request("{}")) }
        for wrong in ["short", "whsec_", "whsec_%%%", "whsec_" + Data([1, 2, 3]).base64EncodedString()] {
            #expect(throws: InvalidSettings.self) { try gateway(wrong) }
        }
        #expect(try gateway().capabilities.givesReceipts)
        #expect(try !gateway("").capabilities.givesReceipts)
    }

    @Test("Receipts and replies are read, singly or as an array")
    func events() throws {
        let later = try #require(Timestamp(rfc3339: "2026-12-24T08:00:05Z"))
        let receipts =
            #"[{"id":"gw-7","state":"delivered","at":"2026-12-24T08:00:05Z"},{"id":8,"state":"failed","detail":"no\nroute"}]"#
        #expect(
            try gateway().read(request(receipts)).events == [
                .receipt(reference: "gw-7", state: .delivered, at: later, detail: ""),
                .receipt(reference: "8", state: .failed, at: Self.at, detail: "no route"),
            ])
        let reply =
            #"{"id":"in-1","from":"+27821234567","text":"Yes","at":"2026-12-24T08:00:05Z","in_reply_to":"gw-7"}"#
        #expect(
            try gateway().read(request(reply, kind: .inbound)).events == [
                .inbound(reference: "in-1", from: "+27821234567", text: "Yes", at: later, inReplyTo: "gw-7")
            ])
    }

    @Test(
        "An invalid item is refused with a reason, and the others are read",
        arguments: [
            ("7", WebhookKind.receipts), (#"{"state":"delivered"}"#, .receipts),
            (#"{"id":"x","state":"arrived"}"#, .receipts), (#"{"id":"x","state":"read","at":"soon"}"#, .receipts),
            (#"{"id":"x"}"#, .inbound), (#"{"from":"+27821234567"}"#, .inbound),
        ])
    func unreadable(_ item: String, _ kind: WebhookKind) throws {
        let good =
            kind == .receipts ? #"{"id":"gw-7","state":"read"}"# : #"{"id":"in-1","from":"+27821234567","text":"x"}"#
        let reading = try gateway().read(request("[\(good),\(item),\(good)]", kind: kind))
        #expect(reading.events.count == 2)
        #expect(reading.refused.count == 1)
        #expect(reading.refused.first?.hasPrefix("Item 2: “") == true)
    }

    @Test("A body that is not JSON is refused entirely", arguments: ["", "[", #"{"id":"x","state":"read"} x"#])
    func notJSON(_ body: String) throws {
        let error = #expect(throws: WebhookUnreadable.self) { try gateway().read(request(body)) }
        #expect(error?.reason == "The body is not valid JSON.")
    }

    @Test("A request with too many events is refused")
    func many() throws {
        let one = #"{"id":"x","state":"read"}"#
        let list = { (count: Int) in "[" + Array(repeating: one, count: count).joined(separator: ",") + "]" }
        #expect(try gateway().read(request(list(1000))).events.count == 1000)
        #expect(throws: WebhookUnreadable.self) { try gateway().read(request(list(1001))) }
    }
}
