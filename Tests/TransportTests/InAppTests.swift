import Messaging
import TestSupport
import Testing

@testable import Providers
@testable import Transport

@Suite("In-app inbox")
struct InAppTests {
    private let account = Fixture.account([:], id: 9, kind: "in_app", channel: .inApp)

    private func submission(_ id: Int64, to reader: String = "member:m-1") throws -> Submission {
        var outbound = Fixture.outbound(to: reader, channel: .inApp, token: "m-\(id)")
        outbound.messageID = id
        let transfer = try InAppProvider(account: account).transfer(for: outbound)
        return Submission(messageID: id, attempt: 1, providerID: 9, transfer: transfer)
    }

    @Test("The inbox needs no settings and stores messages for their reader")
    func keeps() throws {
        #expect(InAppProvider.fields.isEmpty)
        let rig = try TransportRig(account)
        #expect(rig.report(9)?.capacity == NoticeTransfer.capacity)
        rig.transport.submit(try (1...50).map { try submission($0) })
        #expect(rig.collects(50))
        #expect(rig.answers[7] == .notice(.kept(reference: "m-7")))
        let kept = rig.store.contents.withLock { $0.notices }
        #expect(kept.count == 50)
        #expect(kept["m-7"]?.reader == RecordAddress(kind: .member, externalID: "m-1"))
        #expect(kept["m-7"]?.title == "Your balance")
        #expect(kept["m-7"]?.text == "Hello Ada.")
    }

    @Test("A missing reader is refused without affecting the rest of the batch")
    func gone() throws {
        let rig = try TransportRig(account)
        rig.transport.submit([try submission(1), try submission(2, to: "member:gone")])
        #expect(rig.collects(2))
        let provider = try InAppProvider(account: account)
        let (kept, gone) = (try #require(rig.answers[1]), try #require(rig.answers[2]))
        #expect(kept.outcome(for: provider).isAccepted)
        guard case .refused(_, addressIsDead: false) = gone.outcome(for: provider) else {
            Issue.record("not refused")
            return
        }
    }

    @Test("A message that could not be stored is not handed over")
    func full() throws {
        let rig = try TransportRig(account)
        rig.store.contents.withLock { $0.isFull = true }
        rig.transport.submit([try submission(1)])
        #expect(rig.collects(1))
        #expect(rig.answers[1]?.isNotHandedOver == true)
    }

    @Test("Mail, sandbox and in-app submissions of one batch each reach their transport")
    func mixed() throws {
        let sandbox = Fixture.account([:], id: 8, kind: "sandbox", channel: .push)
        let rig = try TransportRig(account, sandbox)
        let push = try SandboxProvider(account: sandbox).transfer(
            for: Fixture.outbound(to: "token", channel: .push, token: "p-1"))
        rig.transport.submit([
            try submission(1), Submission(messageID: 2, attempt: 1, providerID: 8, transfer: push),
            Fixture.submission(3, provider: 77),
        ])
        #expect(rig.collects(3))
        #expect(rig.answers[1] == .notice(.kept(reference: "m-1")))
        #expect(rig.answers[2] == .sandbox(.accepted(reference: "p-1")))
        #expect(rig.answers[3]?.isNotHandedOver == true)
    }

    @Test("Every submission has a result once the transport has stopped")
    func stops() throws {
        let rig = try TransportRig(account)
        rig.transport.submit(try (1...20).map { try submission($0) })
        rig.transport.stop(grace: .zero)
        rig.collect()
        #expect(rig.answers.count == 20)
    }

    @Test("An address that is not a record is refused before submission", arguments: ["", "m-1", "cat:m-1"])
    func address(_ text: String) {
        #expect(throws: MessageRefused.self) { try submission(1, to: text) }
    }
}

extension Outcome {
    fileprivate var isAccepted: Bool { if case .accepted = self { true } else { false } }
}
