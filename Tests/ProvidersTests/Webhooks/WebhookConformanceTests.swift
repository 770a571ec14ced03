import Messaging
import Testing

@testable import Providers

/// Conformance suite for every provider with webhooks, run over recorded requests.
@Suite("Webhook conformance")
struct WebhookConformanceTests {
    private static let receivers = Catalog.all.kinds.filter { $0 is any WebhookReceiving.Type }

    private func receiver(_ recorded: RecordedWebhook) throws -> any WebhookReceiving {
        try #require(try Catalog.all.provider(for: recorded.account) as? any WebhookReceiving)
    }

    @Test(
        "Each provider kind has recorded events and recorded refusals", arguments: receivers.map { $0.kind })
    func coverage(kind: String) {
        let recorded = RecordedWebhook.all.filter { $0.providerKind == kind }
        #expect(recorded.contains { $0.expected.contains { $0.hasPrefix("receipt ") || $0.hasPrefix("inbound ") } })
        #expect(recorded.contains { $0.expected == ["refused"] })
    }

    @Test("Provider kinds without webhooks have no recordings")
    func strays() {
        #expect(Set(RecordedWebhook.all.map(\.providerKind)).isSubset(of: Self.receivers.map { $0.kind }))
    }

    @Test("A request gives the recorded events, however often it is read", arguments: RecordedWebhook.all)
    func reading(recorded: RecordedWebhook) throws {
        let receiver = try receiver(recorded)
        #expect(receiver.lines(of: recorded.request) == recorded.expected)
        #expect(receiver.lines(of: recorded.request) == recorded.expected)
    }

    @Test("Any change to a signed body is refused", arguments: RecordedWebhook.all.filter(\.signsBody))
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

    @Test("A request without its headers and query is refused", arguments: RecordedWebhook.all)
    func stripped(recorded: RecordedWebhook) throws {
        var request = recorded.request
        request.headers = []
        request.query = ""
        #expect(try receiver(recorded).lines(of: request) == ["refused"])
    }
}
