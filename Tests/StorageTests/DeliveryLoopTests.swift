import Logging
import Synchronization
import TestSupport
import Testing

@testable import Messaging
@testable import Storage

/// A transport whose lines and answers the test decides.
final class ScriptedTransport: MessageTransport {
    struct State {
        var capacity: [Int64: Int] = [:]
        var troubles: [Int64: String] = [:]
        var opened: [Int64: Int] = [:]
        var submitted: [Submission] = []
        /// Messages whose first bytes were written.
        var begun: Set<Int64> = []
        var finished: [SubmissionResult] = []
        var stopped = false
    }
    let state = Mutex(State())

    func use(_ accounts: [ProviderAccount]) {}
    func open(connections: Int, to providerID: Int64) {
        state.withLock { $0.opened[providerID] = connections }
    }
    func reports() -> [ConnectionReport] {
        state.withLock { state in
            Set(state.capacity.keys).union(state.troubles.keys).map {
                ConnectionReport(providerID: $0, capacity: state.capacity[$0] ?? 0, trouble: state.troubles[$0])
            }
        }
    }
    func submit(_ submissions: [Submission]) { state.withLock { $0.submitted += submissions } }
    /// All that was submitted still waits, so all of it comes back.
    func cancel(_ messages: Set<Int64>) {
        state.withLock { state in
            let back = state.submitted.filter { messages.contains($0.messageID) && !state.begun.contains($0.messageID) }
            state.submitted.removeAll { submission in back.contains { $0.messageID == submission.messageID } }
            state.finished += back.map {
                SubmissionResult(
                    messageID: $0.messageID, attempt: $0.attempt, providerID: $0.providerID,
                    response: .brokenConnection(detail: "recalled", handedOver: false))
            }
        }
    }
    func collect() -> [SubmissionResult] {
        state.withLock { state in
            defer { state.finished = [] }
            return state.finished
        }
    }
    func onChange(_ wake: @escaping @Sendable () -> Void) {}
    func stop(grace: Duration) {
        answerAll(.brokenConnection(detail: "stopped", handedOver: false))
        state.withLock { $0.stopped = true }
    }

    var submitted: [Submission] { state.withLock { $0.submitted } }

    func answerAll(_ answer: ProviderResponse) {
        state.withLock { state in
            state.finished += state.submitted.map {
                SubmissionResult(
                    messageID: $0.messageID, attempt: $0.attempt, providerID: $0.providerID, response: answer)
            }
            state.submitted = []
        }
    }
}

/// A provider that hands over the subject alone and reads answers plainly.
struct PlainProvider: MailProvider {
    static let kind = "plain"
    static let title = "Plain"
    static let deliveryChannels: Set<DeliveryChannel> = [.email, .sms]
    static let fields: [SettingField] = []
    static let capabilities = ProviderCapabilities()
    let fromAddress = "from@example.org"
    let maxConnections = 8
    let rates: RateLimits

    init(account: ProviderAccount) throws(InvalidSettings) {
        rates = RateLimits(
            perSecond: account.settings.double("rate"), perMinute: Int(account.settings["minute"]),
            perDay: Int(account.settings["day"]))
    }

    func transfer(for outbound: OutboundMessage) throws(MessageRefused) -> Transfer {
        if outbound.subject.contains("unsendable") { throw MessageRefused("cannot be put into words") }
        return .mail(
            MailTransfer(
                envelopeFrom: fromAddress, envelopeTo: outbound.address, needsSMTPUTF8: false,
                body: MessageBody(Array(outbound.subject.utf8))))
    }

    var server: SMTPServer {
        SMTPServer(
            host: "127.0.0.1", port: 25, security: .none, username: "", password: "", greetingName: "example.org",
            maxConnections: maxConnections, verifiesCertificate: true, caFile: "")
    }

    func outcome(of reply: SMTPResponse) -> Outcome {
        switch reply.code {
        case ..<400: .accepted(reference: "", detail: reply.text)
        case ..<500: .deferred(reason: .transient, retryAfter: nil, detail: reply.text)
        default: .refused(detail: reply.text, addressIsDead: reply.code == 550)
        }
    }
}

@Suite("The delivery loop")
struct DeliveryLoopTests {
    final class House: Sendable {
        let fixture: TemporaryStore
        let transport = ScriptedTransport()
        let loop: DeliveryLoop
        let catalog = ProviderCatalog([PlainProvider.self])
        let provider: Int64
        var store: Store { fixture.store }

        init(
            capacity: Int = 8, rate: String = "", minute: String = "", day: String = "",
            beforeCommit: (@Sendable () throws -> Void)? = nil
        ) throws {
            fixture = try TemporaryStore(catalog: catalog, beforeCommit: beforeCommit)
            provider = try fixture.store.createProvider(
                ProviderDraft(
                    deliveryChannel: .email, kind: "plain", name: "Plain", isDefault: true,
                    settings: ProviderSettings(["rate": rate, "minute": minute, "day": day]), secretNames: []),
                at: StoreFixture.noon)
            let lease = try fixture.store.beginLease(host: "here", pid: 1, at: StoreFixture.noon)
            transport.state.withLock { [provider] in $0.capacity[provider] = capacity }
            loop = Self.loop(on: fixture.store, catalog, transport, lease: lease)
        }

        private static func loop(
            on store: Store, _ catalog: ProviderCatalog, _ transport: ScriptedTransport, lease: Int64
        ) -> DeliveryLoop {
            let clock = current
            return DeliveryLoop(
                outbox: store, providers: store, catalog: catalog, transport: transport, installation: "i",
                lease: lease, digests: { $0.map { "\($0.count)" } }, clock: WallClock { clock.now },
                random: { 0.5 }, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        }

        /// The loop of the next process, after this one ended and its answers were recorded.
        func restarted() throws -> DeliveryLoop {
            let lease = try store.beginLease(host: "here", pid: 2, at: Self.current.now)
            return Self.loop(on: store, catalog, transport, lease: lease)
        }

        /// The clock of the test that makes the house.
        @TaskLocal static var current = Clockwork()
    }

    /// A clock a test can turn.
    final class Clockwork: Sendable {
        private let moment = Mutex(StoreFixture.noon)
        var now: Timestamp { moment.withLock { $0 } }
        func forward(_ delay: Duration) { moment.withLock { $0 = $0 + delay } }
    }

    private func ok(_ code: Int = 250) -> ProviderResponse {
        .smtp(SMTPResponse(command: .body, code: code, text: "words"))
    }

    @Test("claims never exceed the slots of open connections, and a slot frees when its outcome is on disk")
    func slots() throws {
        let house = try House(capacity: 8)
        let id = try StoreFixture.broadcast(in: house.store, receivers: 20)
        #expect(try house.loop.deliverOnce().claimed == 8)
        #expect(try house.loop.deliverOnce().claimed == 0)
        #expect(try house.store.books(of: id)[.sending] == 8)
        house.transport.answerAll(ok())
        // One commit records the eight and claims the next eight.
        let recorded = try house.loop.deliverOnce()
        #expect(recorded.recorded == 8)
        #expect(recorded.claimed == 8)
        for _ in 0..<6 {
            house.transport.answerAll(ok())
            _ = try house.loop.deliverOnce()
            #expect(house.transport.submitted.count <= 8)
        }
        #expect(try house.store.books(of: id)[.sent] == 20)
        try StoreFixture.expectBalance(house.store, id)
    }

    @Test("a default that is turned off leaves its messages to another provider")
    func fallbackProvider() throws {
        let house = try House()
        _ = try StoreFixture.broadcast(in: house.store, receivers: 1)
        let other = try house.store.createProvider(
            ProviderDraft(
                deliveryChannel: .email, kind: "plain", name: "Other", isDefault: false, settings: ProviderSettings(),
                secretNames: []), at: StoreFixture.noon)
        try house.store.updateProvider(
            house.provider,
            ProviderDraft(
                deliveryChannel: .email, kind: "plain", name: "Plain", isDefault: true, isEnabled: false,
                settings: ProviderSettings(), secretNames: []), at: StoreFixture.noon)
        house.transport.state.withLock { $0.capacity[other] = 4 }
        house.loop.reloadProviders()
        #expect(try house.loop.deliverOnce().claimed == 1)
        #expect(house.transport.submitted.first?.providerID == other)
    }

    @Test("a provider with many slots leaves time for the connections of another")
    func besideOthers() throws {
        let house = try House(capacity: 500)
        let other = try house.store.createProvider(
            ProviderDraft(
                deliveryChannel: .sms, kind: "plain", name: "Other", isDefault: true, settings: ProviderSettings(),
                secretNames: []), at: StoreFixture.noon)
        house.transport.state.withLock { $0.capacity[other] = 4 }
        house.loop.reloadProviders()
        for _ in 0..<3 { _ = try StoreFixture.broadcast(in: house.store, receivers: 50) }
        #expect(try house.loop.deliverOnce().claimed == 150)
        house.transport.answerAll(ok())
        for _ in 0..<3 { _ = try StoreFixture.broadcast(in: house.store, receivers: 50, channels: [.email, .sms]) }
        #expect(try house.loop.deliverOnce().claimed == DeliveryLoop.besideOthers + 4)
        // Its slots are full, and it still has work.
        #expect(try house.loop.deliverOnce().claimed == DeliveryLoop.besideOthers)
    }

    @Test("when every slot is taken and there is more to do, more connections are asked for")
    func growth() throws {
        let house = try House(capacity: 4)
        _ = try StoreFixture.broadcast(in: house.store, receivers: 20)
        _ = try house.loop.deliverOnce()
        _ = try house.loop.deliverOnce()
        #expect(house.transport.state.withLock { $0.opened[house.provider] } == 2)
    }

    @Test("without a connection nothing is claimed; one is asked for, and the reason is written to the provider")
    func noLine() throws {
        let house = try House(capacity: 0)
        let id = try StoreFixture.broadcast(in: house.store, receivers: 3)
        house.transport.state.withLock { [house] in $0.troubles[house.provider] = "Connection refused." }
        #expect(try house.loop.deliverOnce().claimed == 0)
        #expect(house.transport.state.withLock { $0.opened[house.provider] } == 1)
        #expect(try house.store.provider(house.provider)?.trouble == "Connection refused.")
        #expect(try house.store.books(of: id)[.pending] == 3)
        house.transport.state.withLock { [house] in
            $0.troubles = [:]
            $0.capacity[house.provider] = 4
        }
        #expect(try house.loop.deliverOnce().claimed == 3)
        #expect(try house.store.provider(house.provider)?.trouble == nil)
    }

    @Test(
        "each answer moves its message as the table says",
        arguments: [
            (
                ProviderResponse.smtp(SMTPResponse(command: .body, code: 250, text: "ok")), MessageStatus.sent,
                AttemptResult.accepted
            ),
            (.smtp(SMTPResponse(command: .rcpt, code: 451, text: "later")), .pending, .deferred),
            (.smtp(SMTPResponse(command: .rcpt, code: 554, text: "never")), .failed, .refused),
            (.brokenConnection(detail: "gone", handedOver: true), .unknown, .inDoubt),
            (.brokenConnection(detail: "gone", handedOver: false), .pending, .notHandedOver),
        ])
    func answers(answer: ProviderResponse, status: MessageStatus, result: AttemptResult) throws {
        let house = try House()
        let id = try StoreFixture.broadcast(in: house.store, receivers: 1)
        _ = try house.loop.deliverOnce()
        let message = try #require(house.transport.submitted.first).messageID
        house.transport.answerAll(answer)
        house.transport.state.withLock { [house] in $0.capacity[house.provider] = 0 }
        _ = try house.loop.deliverOnce()
        let details = try #require(try house.store.message(message))
        #expect(details.row.status == status)
        #expect(details.attempts.first?.result == result)
        #expect(details.attempts.first?.fromAddress == "from@example.org")
        #expect(details.attempts.first?.digest == (result == .notHandedOver ? "" : "8"))
        try StoreFixture.expectBalance(house.store, id)
    }

    @Test("a message that cannot be rendered fails with its reason and holds nobody up")
    func unsendable() throws {
        let house = try House()
        let single = SingleMessage(
            origin: .api, content: Content(deliveryChannel: .email, subject: "unsendable", text: "x"),
            receiver: StoreFixture.receiver(1))
        guard let bad = try house.store.accept(single, at: StoreFixture.noon).newID else { return }
        let id = try StoreFixture.broadcast(in: house.store, receivers: 2)
        for _ in 0..<3 {
            _ = try house.loop.deliverOnce()
            house.transport.answerAll(ok())
        }
        _ = try house.loop.deliverOnce()
        #expect(try house.store.message(bad)?.row.error == "cannot be put into words")
        #expect(try StoreFixture.status(house.store, bad) == .failed)
        #expect(try house.store.books(of: id)[.sent] == 2)
    }

    @Test("an address suppressed after the accept is skipped at the last look")
    func suppressed() throws {
        let house = try House()
        let first = try StoreFixture.broadcast(in: house.store, receivers: 1)
        _ = try house.loop.deliverOnce()
        house.transport.answerAll(ok(550))
        _ = try house.loop.deliverOnce()
        let second = try StoreFixture.broadcast(in: house.store, receivers: 1)
        _ = try house.loop.deliverOnce()
        #expect(house.transport.submitted.isEmpty)
        _ = try house.loop.deliverOnce()
        #expect(try house.store.books(of: first)[.failed] == 1)
        #expect(try house.store.books(of: second)[.skipped] == 1)
        try StoreFixture.expectBalance(house.store, second)
    }

    @Test("a store that cannot be written loses no outcome")
    func storeFails() throws {
        let isFull = Mutex(false)
        let house = try House(beforeCommit: {
            if isFull.withLock({ $0 }) { throw StoreUnavailable(isFull: true, detail: "full") }
        })
        let id = try StoreFixture.broadcast(in: house.store, receivers: 5)
        _ = try house.loop.deliverOnce()
        house.transport.answerAll(ok())
        isFull.withLock { $0 = true }
        for _ in 0..<3 { #expect(throws: StoreUnavailable.self) { try house.loop.deliverOnce() } }
        isFull.withLock { $0 = false }
        #expect(try house.loop.deliverOnce().recorded == 5)
        #expect(try house.store.books(of: id)[.sent] == 5)
        try StoreFixture.expectBalance(house.store, id)
    }

    @Test("stopping gives back what was not handed over")
    func stopping() throws {
        let house = try House()
        let id = try StoreFixture.broadcast(in: house.store, receivers: 4)
        _ = try house.loop.deliverOnce()
        house.loop.drain(grace: .zero)
        #expect(house.transport.state.withLock { $0.stopped })
        #expect(try house.store.books(of: id)[.pending] == 4)
        try StoreFixture.expectBalance(house.store, id)
    }

    @Test("a rate holds messages back as pending, not as claimed")
    func rate() throws {
        let clock = Clockwork()
        try House.$current.withValue(clock) {
            let house = try House(capacity: 8, rate: "2")
            let id = try StoreFixture.broadcast(in: house.store, receivers: 6)
            #expect(try house.loop.deliverOnce().claimed == 2)
            #expect(try house.loop.deliverOnce().claimed == 0)
            #expect(try house.store.books(of: id)[.pending] == 4)
            clock.forward(.milliseconds(500))
            #expect(try house.loop.deliverOnce().claimed == 1)
            clock.forward(.seconds(60))
            #expect(try house.loop.deliverOnce().claimed == 2)
        }
    }

    @Test("rates hold across a restart", arguments: ["second", "minute", "day"])
    func ratesAcrossRestart(window: String) throws {
        let clock = Clockwork()
        try House.$current.withValue(clock) {
            let house = try House(
                capacity: 8, rate: window == "second" ? "3" : "", minute: window == "minute" ? "3" : "",
                day: window == "day" ? "3" : "")
            _ = try StoreFixture.broadcast(in: house.store, receivers: 9)
            #expect(try house.loop.deliverOnce().claimed == 3)
            house.transport.answerAll(ok())
            #expect(try house.loop.deliverOnce().claimed == 0)
            let next = try house.restarted()
            let step = try next.deliverOnce()
            #expect(step.claimed == 0)
            #expect(step.idleFor > .zero)
            clock.forward(
                window == "second" ? .seconds(1) : window == "minute" ? .seconds(66) : .seconds(86_400 + 3600))
            #expect(try next.deliverOnce().claimed == 3)
        }
    }

    @Test("many whose time is over are swept step after step, without a rest between")
    func sweep() throws {
        let house = try House(capacity: 4)
        let count = DeliveryLoop.sweptTogether * 2 + 1
        let id = try StoreFixture.broadcast(in: house.store, receivers: count)
        _ = try house.store.engine.write(.accept) { connection in
            try connection.run("UPDATE messages SET expires_at = $1", [.time(StoreFixture.noon - .seconds(1))])
        }
        for _ in 0..<2 {
            let step = try house.loop.deliverOnce()
            #expect(step.claimed == 0)
            #expect(step.idleFor == .zero)
        }
        #expect(try house.loop.deliverOnce().idleFor > .zero)
        #expect(try house.store.books(of: id)[.cancelled] == count)
        try StoreFixture.expectBalance(house.store, id)
    }

    @Test("an urgent message goes before a broadcast that fills every slot")
    func urgent() throws {
        let house = try House(capacity: 4)
        _ = try StoreFixture.broadcast(in: house.store, receivers: 50)
        #expect(try house.loop.deliverOnce().claimed == 4)
        let single = SingleMessage(
            origin: .api, content: Content(deliveryChannel: .email, subject: "Now", html: "<p>x</p>", text: "x"),
            receiver: StoreFixture.receiver(99), priority: .urgent)
        guard let urgent = try house.store.accept(single, at: StoreFixture.noon).newID else {
            throw CancellationError()
        }
        house.transport.answerAll(ok())
        #expect(try house.loop.deliverOnce().claimed == 4)
        #expect(house.transport.submitted.contains { $0.messageID == urgent })
    }

    @Test("lanes of one priority get equal shares and take turns being first")
    func shares() {
        let queues = (1...3).map { MessageQueue(number: Int64($0), priority: .normal, deliveryChannel: .email) }
        let first = DeliveryLoop.shareForTest(9, queues, turn: 0)
        #expect(first.map(\.share) == [3, 3, 3])
        #expect(first.map(\.queue.number) == [1, 2, 3])
        #expect(DeliveryLoop.shareForTest(9, queues, turn: 1).map(\.queue.number) == [2, 3, 1])
        #expect(DeliveryLoop.shareForTest(1, queues, turn: 2).map(\.share) == [1, 1, 1])
    }
}

extension DeliveryLoop {
    fileprivate static func shareForTest(_ free: Int, _ queues: [MessageQueue], turn: Int) -> [ClaimRequest] {
        let account = ProviderAccount(
            id: 1, deliveryChannel: .email, kind: "smtp", name: "", isDefault: true, isEnabled: true,
            settings: ProviderSettings(), trouble: nil, troubleSince: nil, createdAt: StoreFixture.noon,
            updatedAt: StoreFixture.noon)
        return share(free, among: queues, turn: turn, account, fromAddress: "")
    }
}
