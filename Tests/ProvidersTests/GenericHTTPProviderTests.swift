import Messaging
import TestSupport
import Testing

@testable import Providers

/// Tests the provider's two pure functions without a socket.
@Suite("Generic HTTP provider")
struct GenericHTTPProviderTests {
    private func provider(
        _ more: [String: String] = [:], channel: DeliveryChannel = .sms
    ) throws -> GenericHTTPProvider {
        let settings = ["url": "https://gateway.example.org/in?x=1", "token": "t0ken-of-ours"]
        return try GenericHTTPProvider(
            account: Fixture.account(settings.merging(more) { $1 }, kind: "generic_http", channel: channel))
    }

    private func request(_ provider: GenericHTTPProvider, _ outbound: OutboundMessage) throws -> HTTPTransfer {
        guard case .http(let request) = try provider.transfer(for: outbound) else { throw MessageRefused("no HTTP") }
        return request
    }

    @Test("A message is sent as JSON with its idempotency key and the token")
    func requestOfAText() throws {
        let outbound = Fixture.outbound(
            to: "+27821234567", name: "Ada \"A\" Lovelace", subject: "", text: "Line 1\nGrüße 🚀", channel: .sms,
            token: "1f.k2")
        let request = try request(provider(["from": "Club"]), outbound)
        #expect(request.method == "POST")
        #expect(request.url == "https://gateway.example.org/in?x=1")
        #expect(request.headers.contains(HTTPHeader("Idempotency-Key", "1f.k2")))
        #expect(request.headers.contains(HTTPHeader("Authorization", "Bearer t0ken-of-ours")))
        #expect(request.headers.contains(HTTPHeader("Content-Type", "application/json")))
        let body = try MergeValue(json: String(decoding: request.body.bytes, as: UTF8.self))
        #expect(
            body == [
                "id": "1f.k2", "channel": "sms", "to": "+27821234567", "to_name": "Ada \"A\" Lovelace",
                "from": "Club", "text": "Line 1\nGrüße 🚀",
            ])
    }

    @Test("Notifications, approved templates and mails include their additional fields")
    func requestOfExtras() throws {
        var push = Fixture.outbound(to: "device-1", channel: .push)
        push.extras = ContentExtras(icon: "https://example.org/i.png", actionURL: "https://example.org/a")
        let notification = try request(provider(channel: .push), push).body.bytes
        let shown = try MergeValue(json: String(decoding: notification, as: UTF8.self))
        #expect(shown[path: "icon"] == "https://example.org/i.png")
        #expect(shown[path: "action_url"] == "https://example.org/a")
        #expect(shown[path: "subject"] == "Your balance")

        var approved = Fixture.outbound(to: "+27821234567", channel: .whatsapp)
        approved.extras = ContentExtras(
            approved: ApprovedTemplate(name: "due", language: "en_US", parameters: ["Ada", "10.00"]))
        let template = try request(provider(channel: .whatsapp), approved).body.bytes
        #expect(
            try MergeValue(json: String(decoding: template, as: UTF8.self))[path: "template"]
                == ["name": "due", "language": "en_US", "parameters": ["Ada", "10.00"]])

        let mail = try request(provider(channel: .email), Fixture.outbound(html: "<p>Hello</p>")).body.bytes
        #expect(try MergeValue(json: String(decoding: mail, as: UTF8.self))[path: "html"] == "<p>Hello</p>")
    }

    @Test("Every attempt has the same bytes")
    func sameBytes() throws {
        var again = Fixture.outbound()
        again.attempt = 7
        let provider = try provider()
        #expect(try request(provider, Fixture.outbound()) == request(provider, again))
    }

    @Test("A message with attachments is refused, because gateways do not support them")
    func attachments() throws {
        let provider = try provider(channel: .email)
        let file = MessageAttachment(filename: "a.txt", contentType: "text/plain", content: AttachmentContent([65]))
        #expect(throws: Never.self) { try provider.check([]) }
        #expect(throws: MessageRefused("Your own gateway (HTTP) does not send attachments.")) {
            try provider.check([file])
        }
        let content = try ContentRenderer(Content(deliveryChannel: .email, subject: "S", text: "T"))
        var outbound = Fixture.outbound()
        outbound.attachments = [file]
        #expect(throws: MessageRefused.self) {
            _ = try provider.form(of: content).transfer(of: MergeValues(), in: outbound)
        }
    }

    private static let at = Timestamp(rfc3339: "2026-12-24T08:00:00Z")!

    private func outcome(
        _ status: Int, _ headers: [HTTPHeader] = [], body: String = "", settings: [String: String] = [:]
    ) throws -> Outcome {
        try provider(settings).outcome(
            of: HTTPResponse(status: status, reason: "Why", headers: headers, body: Array(body.utf8), at: Self.at))
    }

    @Test("2xx means accepted, and the gateway's message id is stored", arguments: [200, 201, 202, 204])
    func accepts(status: Int) throws {
        #expect(
            try outcome(status, body: #"{"id": "gw-7", "more": 1}"#)
                == .accepted(reference: "gw-7", detail: #"\#(status) Why {"id": "gw-7", "more": 1}"#))
        #expect(try outcome(status, body: #"{"id": 12345678901234567890}"#).reference == "12345678901234567890")
    }

    @Test(
        "A missing or unusable message id is ignored",
        arguments: [
            "", "OK", "[]", "{", #"{"id": null}"#, #"{"id": {}}"#,
            #"{"id": ""# + String(repeating: "x", count: 300) + #""}"#,
        ])
    func acceptsWithoutName(body: String) throws { #expect(try outcome(202, body: body).reference == "") }

    @Test("A throttled message is deferred by the requested delay", arguments: [429, 503])
    func throttles(status: Int) throws {
        let headers = [HTTPHeader("retry-after", "120")]
        #expect(
            try outcome(status, headers)
                == .deferred(reason: .throttled, retryAfter: .seconds(120), detail: "\(status) Why"))
        #expect(
            try outcome(status) == .deferred(reason: .throttled, retryAfter: nil, detail: "\(status) Why"))
    }

    @Test("Temporary errors defer the message", arguments: [408, 425, 500, 501, 502, 504, 599])
    func fails(status: Int) throws {
        #expect(try outcome(status) == .deferred(reason: .transient, retryAfter: nil, detail: "\(status) Why"))
    }

    @Test(
        "Permanent errors refuse the message", arguments: [400, 402, 404, 405, 406, 409, 410, 413, 415, 422, 451, 499])
    func refuses(status: Int) throws {
        #expect(try outcome(status, body: "No such\nnumber").detail == "\(status) Why No such number")
        guard case .refused(_, addressIsDead: false) = try outcome(status) else {
            Issue.record("\(status) must refuse")
            return
        }
    }

    @Test("409 defers the message if the gateway supports idempotency keys")
    func stillWorking() throws {
        #expect(
            try outcome(409, settings: ["recognises_keys": "true"])
                == .deferred(reason: .transient, retryAfter: nil, detail: "409 Why"))
    }

    @Test("A wrong token or a redirect is an account error", arguments: [301, 302, 307, 308, 401, 403])
    func faults(status: Int) throws {
        guard case .notHandedOver(let detail) = try outcome(status, [HTTPHeader("Location", "https://elsewhere.test")])
        else {
            Issue.record("\(status) is the account's fault")
            return
        }
        #expect(detail.contains("\(status) Why"))
        #expect(detail.contains("elsewhere") == (status < 400))
    }

    @Test("A token echoed by the gateway is not logged")
    func secrets() throws {
        #expect(try !outcome(401, body: "bad token t0ken-of-ours").detail.contains("t0ken-of-ours"))
        #expect(try !outcome(400, body: "Bearer t0ken-of-ours").detail.contains("t0ken-of-ours"))
        let location = HTTPHeader("Location", "https://elsewhere.test/?token=t0ken-of-ours")
        #expect(try outcome(307, [location]).detail.contains("to https://elsewhere.test/?token=•••,"))
        // The log keeps 1000 bytes; a truncated token must not get past the redaction.
        let cut = String(repeating: "x", count: 990) + " t0ken-of-ours"
        #expect(try !outcome(400, body: cut).detail.contains("t0ken"))
    }

    @Test("A lost connection reports whether the message was handed over")
    func lost() throws {
        let provider = try provider()
        #expect(
            ProviderResponse.brokenConnection(detail: "x", handedOver: true).outcome(for: provider)
                == .inDoubt(detail: "x"))
        #expect(
            ProviderResponse.brokenConnection(detail: "x", handedOver: false).outcome(for: provider)
                == .notHandedOver(detail: "x"))
    }

    @Test("Repeating is safe only if the settings say so")
    func capabilities() throws {
        #expect(try !provider().capabilities.repeatsSafely)
        #expect(try provider(["recognises_keys": "on"]).capabilities.repeatsSafely)
        let account = Fixture.account(
            ["url": "https://gateway.example.org/", "recognises_keys": "true"], kind: "generic_http", channel: .sms)
        #expect(Catalog.all.capabilities(of: account).repeatsSafely)
        #expect(!Catalog.all.capabilities(of: "generic_http").repeatsSafely)
    }

    @Test("The key scope stays the same as long as address and token do")
    func keyScope() throws {
        let keys = ["recognises_keys": "true"]
        func scope(_ more: [String: String]) throws -> String? { try provider(keys.merging(more) { $1 }).keyScope }
        let scope = try #require(try provider(keys).keyScope)
        #expect(try provider().keyScope == nil)
        for same in [["max_connections": "3"], ["timeout_seconds": "9"], ["from": "Club"]] {
            #expect(try self.provider(keys.merging(same) { $1 }).keyScope == scope)
        }
        for other in [["url": "https://gateway.example.org/in?x=2"], ["token": "another"]] {
            #expect(try self.provider(keys.merging(other) { $1 }).keyScope != scope)
        }
    }

    @Test(
        "Settings are validated",
        arguments: [
            (["url": ""], "url"), (["url": "gateway.example.org"], "url"),
            (["url": "ftp://gateway.example.org"], "url"),
            (["url": "https://"], "url"), (["url": "https://a b/"], "url"), (["url": "https://u:p@x.org/"], "url"),
            (["url": "https://x.org/#a"], "url"), (["url": "http://gateway.example.org/"], "url"),
            (["token": "a b"], "token"), (["token": "a\r\nX: y"], "token"),
            (["max_connections": "0"], "max_connections"),
            (["max_connections": "201"], "max_connections"), (["rate_per_second": "-1"], "rate_per_second"),
            (["timeout_seconds": "121"], "timeout_seconds"), (["from": String(repeating: "x", count: 401)], "from"),
        ])
    func settings(change: [String: String], field: String) {
        let error = #expect(throws: InvalidSettings.self) { try provider(change) }
        #expect(error?.problems.keys.contains(field) == true)
    }

    @Test("Encryption is optional without a token")
    func plain() throws {
        #expect(try provider(["url": "http://gateway.example.org/", "token": ""]).maxConnections == 8)
    }
}

extension Outcome {
    fileprivate var reference: String? { if case .accepted(let reference, _) = self { reference } else { nil } }

    fileprivate var detail: String {
        switch self {
        case .accepted(_, let detail), .deferred(_, _, let detail), .refused(let detail, _), .notHandedOver(let detail),
            .inDoubt(let detail):
            detail
        }
    }
}

@Suite("Retry-After")
struct RetryAfterTests {
    private func wait(_ value: String?, date: String? = nil) -> Duration? {
        var headers = value.map { [HTTPHeader("Retry-After", $0)] } ?? []
        if let date { headers.append(HTTPHeader("Date", date)) }
        return RetryAfter.of(
            HTTPResponse(status: 429, headers: headers, at: Timestamp(rfc3339: "1994-11-06T08:49:00Z")!))
    }

    @Test(
        "Seconds and all three date formats are parsed",
        arguments: [
            ("0", 0), ("120", 120), (" 7 ", 7), ("Sun, 06 Nov 1994 08:49:37 GMT", 37), ("Sun Nov  6 08:49:37 1994", 37),
            ("Sun, 06 Nov 1994 08:48:37 GMT", 0),
        ])
    func forms(text: String, seconds: Int) { #expect(wait(text) == .seconds(seconds)) }

    @Test("Two-digit years follow POSIX")
    func twoDigits() {
        #expect(RetryAfter.date("Sunday, 06-Nov-94 08:49:37 GMT") == Timestamp(rfc3339: "1994-11-06T08:49:37Z"))
        #expect(RetryAfter.date("Sunday, 06-Nov-33 08:49:37 GMT") == Timestamp(rfc3339: "2033-11-06T08:49:37Z"))
    }

    @Test("A date is relative to the server's clock")
    func serverClock() {
        #expect(
            wait("Sun, 06 Nov 2033 08:49:37 GMT", date: "Sun, 06 Nov 2033 08:49:30 GMT") == .seconds(7))
    }

    @Test(
        "Anything else is ignored",
        arguments: [
            "", "soon", "-5", "1.5", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:00:00 GMT",
            "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET",
        ])
    func nonsense(text: String) { #expect(wait(text) == nil) }

    @Test("A missing header means no delay")
    func absent() { #expect(wait(nil) == nil) }

    @Test(
        "An overflowing number is a long delay, not none",
        arguments: ["99999999999999999999999999", "9223372036854775807", "4611686018427387904"])
    func endless(text: String) throws {
        let asked = try #require(wait(text))
        #expect(asked > .seconds(86_400))
        #expect(asked < .seconds(1 << 40))
    }
}
