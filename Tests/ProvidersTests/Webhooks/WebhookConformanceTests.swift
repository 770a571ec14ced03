import Messaging
import Testing

@testable import Providers

/// Every kind of provider that calls us, over what was recorded of it.
@Suite("Recorded webhooks of every provider")
struct WebhookConformanceTests {
    private static let receivers = Catalog.all.kinds.filter { $0 is any WebhookReceiving.Type }

    private func receiver(_ recorded: RecordedWebhook) throws -> any WebhookReceiving {
        try #require(try Catalog.all.provider(for: recorded.account) as? any WebhookReceiving)
    }

    @Test(
        "each kind has recorded receipts or messages, and some that are refused", arguments: receivers.map { $0.kind })
    func coverage(kind: String) {
        let recorded = RecordedWebhook.all.filter { $0.providerKind == kind }
        #expect(recorded.contains { $0.expected.contains { $0.hasPrefix("receipt ") || $0.hasPrefix("inbound ") } })
        #expect(recorded.contains { $0.expected == ["refused"] })
    }

    @Test("nothing is recorded of a kind that does not call us")
    func strays() {
        #expect(Set(RecordedWebhook.all.map(\.providerKind)).isSubset(of: Self.receivers.map { $0.kind }))
    }

    @Test("a call is read as recorded, however often it is read", arguments: RecordedWebhook.all)
    func reading(recorded: RecordedWebhook) throws {
        let receiver = try receiver(recorded)
        #expect(receiver.lines(of: recorded.request) == recorded.expected)
        #expect(receiver.lines(of: recorded.request) == recorded.expected)
    }

    @Test("a byte more, less or other in a signed body is refused", arguments: RecordedWebhook.all.filter(\.signsBody))
    func tampering(recorded: RecordedWebhook) throws {
        let receiver = try receiver(recorded)
        let body = recorded.request.body
        var others = [body + [32], Array(body.dropLast()), []]
        for place in body.indices {
            var other = body
            other[place] ^= 1
            others.append(other)
        }
        for other in others {
            var request = recorded.request
            request.body = other
            #expect(receiver.lines(of: request) == ["refused"])
        }
    }

    @Test("a call without its headers and its query is refused", arguments: RecordedWebhook.all)
    func stripped(recorded: RecordedWebhook) throws {
        var request = recorded.request
        request.headers = []
        request.query = ""
        #expect(try receiver(recorded).lines(of: request) == ["refused"])
    }
}
