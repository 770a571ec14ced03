import Foundation
import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("What is changed about consent, providers and the sandbox is written down")
struct AuditedSettingsTests {
    private static let settings = "/app/settings/communication"
    private static let suppressions = "\(settings)/suppressions"
    private static let ada = Address(kind: .email, value: "ada@example.org")

    private func message(_ walk: AuditWalk) throws -> Int64 {
        let single = SingleMessage(
            origin: .api, content: Content(deliveryChannel: .email, subject: "S", text: "T"),
            receiver: Receiver(email: Self.ada.value, origin: .api))
        return try #require(try walk.fixture.store.accept(single, at: walk.fixture.now).newID)
    }

    private func sandbox(_ channel: DeliveryChannel, _ walk: AuditWalk) throws -> Int64 {
        try walk.fixture.store.createProvider(
            ProviderDraft(
                deliveryChannel: channel, kind: "sandbox", name: "Sandbox", isDefault: true,
                settings: ProviderSettings(), secretNames: []), at: walk.fixture.now)
    }

    @Test("suppressions by hand, removed, and removed once it is confirmed")
    func suppressions() throws {
        let walk = try AuditWalk()
        let list = Self.suppressions
        try walk.post(list, [("address", Self.ada.value), ("scope", "everything"), ("reason", "Asked.")])
        let id = try #require(try walk.fixture.store.suppressions(of: [Self.ada])[Self.ada]?.first).id
        try walk.post("\(list)/{id}/remove", at: "\(list)/\(id)/remove")
        let own = NewSuppression(address: Self.ada, scope: .everything, reason: "Unsubscribed.", source: .person)
        try walk.fixture.store.suppress([own], at: walk.fixture.now)
        let theirs = try #require(try walk.fixture.store.suppressions(of: [Self.ada])[Self.ada]?.first).id
        try walk.post("\(list)/{id}/remove", at: "\(list)/\(theirs)/remove", writes: false)
        #expect(try walk.fixture.store.suppression(theirs) != nil)
        try walk.post("\(list)/{id}/remove", at: "\(list)/\(theirs)/remove", [("sure", "1")])
        #expect(try walk.fixture.store.suppression(theirs) == nil)
    }

    @Test("suppressions from a file: when it begins, and what came of it")
    func importing() async throws {
        let walk = try AuditWalk()
        let list = Self.suppressions
        let sent = try walk.fixture.upload(
            "stop.csv", Array("email\nada@example.org\nnobody\n".utf8), to: "\(list)/import")
        let job = try #require(sent.location)
        _ = walk.fixture.get(job)
        let wakes = walk.fixture.wakeCount
        try walk.post("\(list)/import/{job}", at: job, [("column_0", "field:email")])
        _ = try await walk.fixture.finished(job)
        #expect(try walk.fixture.store.suppressions(of: [Self.ada])[Self.ada]?.map(\.source) == [.import])
        // Delivery is told, to call back what is on its way.
        #expect(walk.fixture.wakeCount > wakes)
        let entries = try walk.fixture.store.audit(AuditFilter(), from: .newest, limit: 2).items.map(\.entry)
        #expect(entries.map(\.action) == ["import suppressions", "import suppressions"])
        #expect(
            entries.map(\.detail) == ["done: created 1, updated 0, unchanged 0, rejected 1", "started"])
    }

    @Test("people leave and come back by the link in their message")
    func unsubscribing() throws {
        let walk = try AuditWalk()
        let path = "/u/\(walk.fixture.store.token(ofMessage: try message(walk)))"
        let (leave, come) = ([("do", "leave"), ("scope", "everything")], [("do", "return"), ("scope", "everything")])
        try walk.post("/u/{token}", at: path, leave)
        try walk.post("/u/{token}", at: path, leave, writes: false)
        try walk.post("/u/{token}", at: path, come)
        try walk.post("/u/{token}", at: path, come, writes: false)
        try walk.post("/u/{token}", at: path, [("List-Unsubscribe", "One-Click")])
        let entry = try walk.fixture.store.audit(AuditFilter(), from: .newest, limit: 1).items.first?.entry
        #expect(entry?.actor == "the receiver")
    }

    @Test("providers of every delivery channel", arguments: ProviderSection.all)
    func providers(_ section: ProviderSection) throws {
        let walk = try AuditWalk()
        let list = "\(Self.settings)/\(section.slug)"
        let form = [("name", "Try"), ("from_address", "hello@example.org"), ("auto_answer", "none")]
        try walk.post(list, at: "\(list)?kind=sandbox", form)
        let one = "\(list)/\(try #require(try walk.fixture.store.providers(for: section.channel).first).id)"
        try walk.post("\(list)/{id}", at: one, form)
        let recipient: String =
            switch section.channel.addressKind {
            case .email: Self.ada.value
            case .mobile: "+27821234567"
            case .device: "t-1"
            case .entity: "member:m-1"
            }
        try walk.post("\(list)/{id}/test", at: "\(one)/test", [("recipient", recipient)])
        // Once: nothing was handed over while the audit could not be written.
        #expect(walk.fixture.tester.seen.withLock { $0.count } == 1)
        for change in ["disable", "enable", "default", "delete"] {
            try walk.post("\(list)/{id}/\(change)", at: "\(one)/\(change)")
        }
    }

    @Test("the sandbox's behaviour, of all its delivery channels in one commit, and answers in the reader's place")
    func sandbox() throws {
        let walk = try AuditWalk()
        let provider = try sandbox(.email, walk)
        _ = try sandbox(.sms, walk)
        try walk.post("/app/sandbox/settings", [("refuse_percent", "10"), ("auto_answer", "none")])
        let changed = try walk.fixture.store.providers(for: nil).map { $0.settings["refuse_percent"] }
        #expect(changed == ["10", "10"])
        let transfer = SandboxTransfer(
            key: "key-1", messageID: try message(walk), deliveryChannel: .email, from: "sandbox@example.org",
            to: Self.ada.value, subject: "S", payload: MessageBody(Array("Subject: S\r\n\r\nT".utf8)))
        try walk.fixture.store.keep([transfer], providerID: provider, at: walk.fixture.now)
        let item = try #require(
            try walk.fixture.store.sandboxItems(channel: nil, from: .newest, limit: 1).items.first
        ).id
        try walk.post("/app/sandbox/{id}/answer", at: "/app/sandbox/\(item)/answer", [("answer", "opened")])
        try walk.post("/app/sandbox/{id}/reply", at: "/app/sandbox/\(item)/reply", [("text", "Yes")])
    }

    @Test("calls of the API about suppressions and providers")
    func calls() throws {
        let walk = try AuditWalk()
        let suppression = try walk.call(
            "POST /api/v1/suppressions", "/api/v1/suppressions", #"{"email":"ada@example.org","reason":"Asked."}"#)
        try walk.call("DELETE /api/v1/suppressions/{id}", try #require(suppression.location))
        let provider = try walk.call(
            "POST /api/v1/providers", "/api/v1/providers",
            #"{"delivery_channel":"sms","kind":"sandbox","name":"Try","settings":{"from_address":"a@example.org"}}"#)
        let one = try #require(provider.location)
        try walk.call("PATCH /api/v1/providers/{id}", one, #"{"name":"Tried"}"#)
        try walk.call("DELETE /api/v1/providers/{id}", one)
    }

    @Test("an export that cannot be recorded does not happen")
    func exports() throws {
        let walk = try AuditWalk()
        try walk.fixture.store.suppress(
            [NewSuppression(address: Self.ada, scope: .everything, reason: "Asked.", source: .user)],
            at: walk.fixture.now)
        try walk.read("\(Self.suppressions)/export.csv", writes: "export suppressions")
    }
}
