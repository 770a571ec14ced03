import Messaging
import TestSupport
import Testing

@testable import Providers
@testable import Transport

@Suite("Sandbox")
struct SandboxTests {
    private func account(_ settings: [String: String] = [:], channel: DeliveryChannel = .sms) -> ProviderAccount {
        Fixture.account(settings, id: 9, kind: "sandbox", channel: channel)
    }

    private func submissions(_ range: ClosedRange<Int64>, attempt: Int = 1) throws -> [Submission] {
        let provider = try SandboxProvider(account: account())
        return try range.map { id in
            var outbound = Fixture.outbound(to: "+27821234567", channel: .sms, token: "m-\(id)")
            outbound.messageID = id
            return Submission(
                messageID: id, attempt: attempt, providerID: 9, transfer: try provider.transfer(for: outbound))
        }
    }

    @Test("Messages are stored and acknowledged once stored")
    func keeps() throws {
        let rig = try TransportRig(account())
        #expect(rig.report(9)?.capacity == SandboxTransfer.capacity)
        rig.transport.submit(try submissions(1...200))
        #expect(rig.collects(200))
        #expect(rig.answers[7] == .sandbox(.accepted(reference: "m-7")))
        let contents = rig.store.contents.withLock { ($0.kept.count, $0.batches, $0.kept["m-7"]) }
        #expect(contents.0 == 200)
        #expect(contents.1 <= 200)
        #expect(contents.2?.payload.bytes == Array("Hello Ada.".utf8))
    }

    @Test("Refusals and deferrals match the configured percentages and are reproducible")
    func draws() throws {
        let settings = ["refuse_percent": "20", "fail_percent": "30", "seed": "5"]
        let rig = try TransportRig(account(settings))
        rig.transport.submit(try submissions(1...1000))
        #expect(rig.collects(1000))
        let plan = try SandboxSettings(ProviderSettings(settings))
        for (id, response) in rig.answers { #expect(response == .sandbox(plan.verdict(key: "m-\(id)", attempt: 1))) }
        #expect((150...250).contains(rig.answers.values.count { $0 == .sandbox(.refused) }))
        #expect((190...290).contains(rig.answers.values.count { $0 == .sandbox(.failed) }))
        #expect(rig.store.contents.withLock { $0.kept.count } == rig.answers.values.count { $0.isKept })
        let again = (1...1000).count { plan.verdict(key: "m-\($0)", attempt: 2) == .failed }
        #expect((190...290).contains(again))
        #expect(
            (1...1000).contains { plan.verdict(key: "m-\($0)", attempt: 1) != plan.verdict(key: "m-\($0)", attempt: 2) }
        )
    }

    @Test(
        "Configured receipts are filed",
        arguments: [
            ("none", [Receipt.State]()), ("delivered", [.delivered]), ("opened", [.delivered, .opened]),
            ("read", [.delivered, .read]),
        ])
    func receipts(setting: String, states: [Receipt.State]) throws {
        let rig = try TransportRig(account(["auto_answer": setting]))
        rig.transport.submit(try submissions(1...3))
        #expect(rig.collects(3))
        rig.transport.stop(grace: .zero)
        let receipts = rig.store.contents.withLock { $0.receipts }
        #expect(receipts.filter { $0.reference == "m-2" }.map(\.state) == states)
        #expect(receipts.allSatisfy { $0.providerID == 9 })
    }

    @Test("With a delay results arrive later, and stopping returns what waits")
    func delays() throws {
        let rig = try TransportRig(account(["delay_seconds": "0.05"]))
        rig.transport.submit(try submissions(1...3))
        #expect(rig.collects(3))
        rig.transport.use([account(["delay_seconds": "60"])])
        rig.transport.submit(try submissions(4...5))
        rig.transport.stop(grace: .zero)
        rig.collect()
        #expect(rig.answers[4]?.isNotHandedOver == true)
        #expect(rig.answers[5]?.isNotHandedOver == true)
    }

    @Test("A message that could not be stored is not acknowledged")
    func full() throws {
        let rig = try TransportRig(account())
        rig.store.contents.withLock { $0.isFull = true }
        rig.transport.submit(try submissions(1...2))
        #expect(rig.collects(2))
        #expect(rig.answers.values.allSatisfy { $0.isNotHandedOver })
    }

    @Test("Email messages are composed as actual mail")
    func email() throws {
        let provider = try SandboxProvider(account: account(channel: .email))
        guard case .sandbox(let transfer) = try provider.transfer(for: Fixture.outbound(subject: "Grüße")) else {
            Issue.record("not a sandbox transfer")
            return
        }
        let mail = try ReadMail(transfer.payload.bytes)
        #expect(mail.decoded("Subject") == "Grüße")
        #expect(transfer.from == "sandbox@example.org")
        #expect(transfer.key == "m-41")
    }

    @Test(
        "Invalid settings are reported",
        arguments: ["refuse_percent", "fail_percent", "delay_seconds", "auto_answer"])
    func settings(field: String) throws {
        #expect(throws: InvalidSettings.self) { try SandboxSettings(ProviderSettings([field: "101"])) }
        let rig = try TransportRig(account([field: "x"]))
        #expect(rig.report(9)?.trouble != nil)
    }
}

extension ProviderResponse {
    fileprivate var isKept: Bool { if case .sandbox(.accepted) = self { true } else { false } }
}
