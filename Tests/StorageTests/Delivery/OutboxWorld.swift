import Logging
import TestSupport
import Testing

@testable import Messaging
@testable import Storage

/// A house where anything may happen at any time, and a model of what must come of it.
final class OutboxWorld {
    let store: Store
    let fixture: TemporaryStore
    let disk = FillingDisk()
    let catalog = ProviderCatalog([RecordedProvider.self])
    let clock = DeliveryLoopTests.Clockwork()
    var transport = ScriptedTransport()
    var loop: DeliveryLoop
    /// The defaults, by which everything goes.
    var providers: [DeliveryChannel: Int64] = [:]
    /// Recognise keys. One of them is the default.
    var keyed: [Int64] = []
    /// How often a provider was made to lead elsewhere.
    var addresses: [Int64: Int] = [:]
    private var rate = 0
    var dice: Chance

    var messages: [Int64: ModelMessage] = [:]
    var broadcasts: [Int64] = []
    var callers: [String: Int64] = [:]
    var paused: Set<Int64> = []
    var cancelled: Set<Int64> = []
    var suppressed: Set<String> = []
    /// Handed over and not answered.
    var inFlight: [Int64: Submission] = [:]
    /// Answered and not on disk.
    var answered: [Int64: ProviderResponse] = [:]
    /// Receipts that came and were not applied, by reference.
    var inbox: [String: Set<Receipt.State>] = [:]
    var filed: Set<String> = []
    private(set) var kills = 0
    private(set) var problems: [String] = []

    var now: Timestamp { clock.now }

    init(seed: UInt64) throws {
        dice = Chance(seed)
        let disk = disk
        fixture = try TemporaryStore(catalog: catalog) { try disk.check() }
        store = fixture.store
        for channel in [DeliveryChannel.email, .sms, .sms] {
            let id = try store.createProvider(Self.draft(channel, isDefault: true), at: StoreFixture.noon)
            providers[channel] = id
            if channel == .sms { keyed.append(id) }
        }
        loop = try Self.process(store, transport, catalog, clock, providers, keyed: keyed)
    }

    private static func draft(
        _ channel: DeliveryChannel, isDefault: Bool, address: Int = 0, rate: Int = 0
    ) -> ProviderDraft {
        ProviderDraft(
            deliveryChannel: channel, kind: "recorded", name: channel.title, isDefault: isDefault,
            settings: ProviderSettings([
                "keys": channel == .sms ? "true" : "false", "address": "\(address)", "rate": "\(rate)",
            ]), secretNames: [])
    }

    /// A process begins: a lease, what the one before left, a loop.
    private static func process(
        _ store: Store, _ transport: ScriptedTransport, _ catalog: ProviderCatalog,
        _ clock: DeliveryLoopTests.Clockwork,
        _ providers: [DeliveryChannel: Int64], keyed: [Int64]
    ) throws -> DeliveryLoop {
        let lease = try store.beginLease(host: "here", pid: 1, at: clock.now)
        _ = try StoreFixture.settle(store, lease: lease, at: clock.now) { keyed.contains($0) }
        transport.state.withLock { state in for id in keyed + providers.values { state.capacity[id] = 6 } }
        return DeliveryLoop(
            outbox: store, providers: store, catalog: catalog, transport: transport, installation: "i", lease: lease,
            digests: { $0.map { "\($0.count)" } }, clock: WallClock { clock.now }, random: { 0.5 },
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    func complain(_ words: String) { problems.append(words) }

    // MARK: What may happen

    func step() throws {
        switch dice.next(100) {
        case 0..<7: try acceptSingle()
        case 7..<10: try acceptBroadcast()
        case 10..<45: try deliver(onFullDisk: dice.next(12) == 0)
        case 45..<75: answerSome()
        case 75..<81: moveClock()
        case 81..<84: try kill()
        case 84..<89: try pauseOrResume()
        case 89..<91: try cancel()
        case 91..<94: try personDecides()
        case 94: try changeProvider()
        case 95: try changeSettings()
        default: try fileReceipt()
        }
    }

    private func acceptSingle() throws {
        let channel: DeliveryChannel = dice.next(2) == 0 ? .email : .sms
        var single = SingleMessage(
            origin: .api, content: StoreFixture.composition.content(for: channel),
            receiver: StoreFixture.receiver(dice.next(40)),
            priority: dice.next(4) == 0 ? .urgent : .normal)
        if dice.next(4) == 0 { single.sendAt = now + .seconds(60) }
        if dice.next(5) == 0 { single.expiresAt = now + .seconds(300) }
        let key = dice.next(3) == 0 ? "k\(dice.next(20))" : nil
        if let key { single.idempotency = (key, "hash") }
        let accepted = try store.accept(single, at: now)
        switch (accepted, key.flatMap { callers[$0] }) {
        case (.new(let message), nil):
            if let key { callers[key] = message.id }
            let written = try #require(try store.message(message.id))
            if AcceptedMessage(row: written.row, merge: written.merge) != message {
                complain("\(message) was answered, \(written) was written")
            }
            try add(written.row, expiresAt: single.expiresAt)
        case (.repeated(let id), let known?) where id == known: break
        default: complain("\(accepted) for the key \(key ?? "-")")
        }
    }

    private func acceptBroadcast() throws {
        let count = 1 + dice.next(9)
        let channels: [DeliveryChannel] = dice.next(2) == 0 ? [.email] : [.email, .sms]
        let id = try StoreFixture.broadcast(in: store, receivers: count, channels: channels)
        broadcasts.append(id)
        let rows = try store.messages(MessageFilter(broadcastID: id), from: .newest, limit: 200).items
        if rows.count != count * channels.count { complain("\(rows.count) messages for \(count) × \(channels.count)") }
        for row in rows { try add(row, expiresAt: nil) }
    }

    private func add(_ row: MessageRow, expiresAt: Timestamp?) throws {
        // A broadcast passes over those who must not be written to when it is fanned out already.
        let isPassedOver = row.status == .skipped && suppressed.contains(row.address)
        if row.status != .pending, !isPassedOver { complain("\(row.id) begins as \(row.status)") }
        messages[row.id] = ModelMessage(
            status: row.status, broadcast: row.broadcastID ?? 0, address: row.address,
            isKeyed: row.deliveryChannel == .sms,
            dueAt: row.dueAt, expiresAt: expiresAt)
    }

    func deliver(onFullDisk isFull: Bool = false) throws {
        disk.isFull.withLock { $0 = isFull }
        defer { disk.isFull.withLock { $0 = false } }
        do {
            try loop.deliverOnce()
        } catch is StoreUnavailable where isFull {
            return
        }
        for (id, answer) in answered { try settle(id, answer) }
        answered = [:]
        for submission in transport.submitted where inFlight[submission.messageID]?.attempt != submission.attempt {
            note(submission)
        }
        // Called back before it left: the last look will find it suppressed.
        for id in transport.state.withLock({ $0.finished.map(\.messageID) }) where inFlight[id] != nil {
            inFlight[id] = nil
            messages[id]?.status = .pending
        }
    }

    private func note(_ submission: Submission) {
        guard var message = messages[submission.messageID] else {
            return complain("\(submission.messageID) was never accepted")
        }
        message.attempts += 1
        if message.status != .pending { complain("\(submission.messageID) handed over while \(message.status)") }
        if message.attempts != submission.attempt {
            complain("\(submission.messageID) at attempt \(submission.attempt)")
        }
        if message.dueAt > now { complain("\(submission.messageID) handed over before its time") }
        if let end = message.expiresAt, end <= now { complain("\(submission.messageID) handed over after its time") }
        if paused.contains(message.broadcast) { complain("\(submission.messageID) handed over while paused") }
        if cancelled.contains(message.broadcast) { complain("\(submission.messageID) handed over after the cancel") }
        if suppressed.contains(message.address) { complain("\(submission.messageID) handed over though suppressed") }
        if submission.providerID != providers[message.isKeyed ? .sms : .email] { complain("the wrong provider") }
        message.status = .sending
        (message.at, message.place) = (submission.providerID, submission.place)
        messages[submission.messageID] = message
        inFlight[submission.messageID] = submission
    }

    func answerSome(all: Bool = false) {
        for (id, submission) in inFlight.sorted(by: { $0.key < $1.key }) where all || dice.next(2) == 0 {
            let answer = all ? accepted(submission) : answer(submission)
            inFlight[id] = nil
            answered[id] = answer
            transport.state.withLock { state in
                state.submitted.removeAll { $0.messageID == id }
                state.finished.append(
                    SubmissionResult(
                        messageID: id, attempt: submission.attempt, providerID: submission.providerID, response: answer)
                )
            }
            switch answer {
            case .http(let reply) where reply.status == 202: act(id, submission)
            case .brokenConnection(_, true): if dice.next(2) == 0 { act(id, submission) }
            default: break
            }
        }
    }

    private func accepted(_ submission: Submission) -> ProviderResponse {
        .http(HTTPResponse(status: 202, reason: "r\(submission.messageID)-\(submission.attempt)", at: now))
    }

    private func answer(_ submission: Submission) -> ProviderResponse {
        switch dice.next(20) {
        case 0..<11: accepted(submission)
        case 11: .http(HTTPResponse(status: 410, at: now))
        case 12: .http(HTTPResponse(status: 400, at: now))
        case 13: .http(HTTPResponse(status: 401, at: now))
        case 14: .http(HTTPResponse(status: 429, at: now))
        case 15, 16: .http(HTTPResponse(status: 500, at: now))
        case 17: .brokenConnection(detail: "before", handedOver: false)
        default: .brokenConnection(detail: "after", handedOver: true)
        }
    }

    /// The provider does what it was asked to. One that recognises keys does it once.
    func act(_ id: Int64, _ submission: Submission) {
        let isNew = messages[id]?.takers.insert(submission.place).inserted ?? false
        if messages[id]?.isKeyed == false || isNew { messages[id]?.taken += 1 }
    }

    private func moveClock() {
        switch dice.next(8) {
        case 0: clock.forward(.seconds(-3600))
        case 1: clock.forward(.seconds(3600))
        case 2...4: clock.forward(.seconds(45))
        default: clock.forward(.milliseconds(900))
        }
    }

    /// Another of those that recognise keys becomes the default. Neither knows the keys of the other.
    private func changeProvider() throws {
        guard let other = keyed.first(where: { $0 != providers[.sms] }) else { return }
        try store.updateProvider(
            other, Self.draft(.sms, isDefault: true, address: addresses[other, default: 0]), at: now)
        providers[.sms] = other
        noteNewPlace()
    }

    /// The default of those that recognise keys leads elsewhere from now on, or is only made slower or faster.
    private func changeSettings() throws {
        guard let id = providers[.sms] else { return }
        let isMoved = dice.next(2) == 0
        if isMoved { addresses[id, default: 0] += 1 }
        rate += 1
        try store.updateProvider(
            id, Self.draft(.sms, isDefault: true, address: addresses[id, default: 0], rate: rate), at: now)
        if isMoved { noteNewPlace() } else { loop.reloadProviders() }
    }

    private func noteNewPlace() {
        loop.reloadProviders()
        for (id, message) in messages where message.status == .pending && message.binding != nil {
            messages[id]?.mayBeOutOfPlace = true
        }
    }

    private func kill() throws {
        kills += 1
        for (id, submission) in inFlight.sorted(by: { $0.key < $1.key }) where dice.next(2) == 0 { act(id, submission) }
        (inFlight, answered) = ([:], [:])
        transport = ScriptedTransport()
        loop = try Self.process(store, transport, catalog, clock, providers, keyed: keyed)
        for (id, message) in messages where message.status == .sending { try settleDoubt(id, message) }
    }

    private func pauseOrResume() throws {
        guard let id = dice.pick(broadcasts), !cancelled.contains(id) else { return }
        do {
            if paused.contains(id) {
                try store.resume(id, at: now)
                paused.remove(id)
            } else {
                try store.pause(id, at: now)
                paused.insert(id)
            }
        } catch is StoreConflict {
            if messages.values.contains(where: {
                $0.broadcast == id && $0.status == .pending && !isLost($0) && !$0.mayBeOutOfPlace
            }) {
                complain("\(id) cannot be paused or resumed")
            }
        }
    }

    private func cancel() throws {
        guard let id = dice.pick(broadcasts), !cancelled.contains(id) else { return }
        do {
            var job = try store.cancel(id, by: nil, at: now)
            while !job.isFinished { job = try store.work(on: job.id, limit: 3, at: now) }
        } catch is StoreConflict {
            return
        }
        cancelled.insert(id)
        paused.remove(id)
        for (number, message) in messages where message.broadcast == id && !isLost(message) {
            messages[number]?.move(.cancel)
        }
    }

    private func personDecides() throws {
        let open = messages.filter { [MessageStatus.failed, .unknown].contains($0.value.status) }
        guard let id = dice.pick(open.keys.sorted()), let message = messages[id], !cancelled.contains(message.broadcast)
        else { return }
        let event: MessageEvent =
            message.status == .failed ? .retry : dice.next(2) == 0 ? .assumeSent : .retryDespiteDoubt
        guard try store.apply(event, to: id, by: 7, at: now) == message.status.after(event) else {
            return complain("\(id) does not \(event)")
        }
        messages[id]?.move(event)
        if event != .assumeSent { messages[id]?.binding = nil }
        if event == .assumeSent { messages[id]?.assumedSent = true } else { messages[id]?.allowance += 1 }
        messages[id]?.dueAt = now
    }

    private func fileReceipt() throws {
        var references = messages.compactMap { id, message in message.reference.map { (id, $0) } }
        for (id, answer) in answered {
            if case .http(let reply) = answer, reply.status == 202 { references.append((id, reply.reason)) }
        }
        references.sort { $0 < $1 }
        guard let (id, reference) = dice.pick(references), let message = messages[id],
            let provider = message.at,
            let state = dice.pick([Receipt.State.delivered, .delivered, .opened, .read, .failed])
        else { return }
        let isNew = try store.file(
            Receipt(providerID: provider, reference: reference, state: state, at: now, detail: "so it is"))
        if isNew != filed.insert("\(reference) \(state)").inserted { complain("\(reference) \(state) filed twice") }
        guard isNew else { return }
        inbox[reference, default: []].insert(state)
        applyReceipts(to: id, reference)
    }

    func applyReceipts(to id: Int64, _ reference: String) {
        guard messages[id]?.reference == reference else { return }
        for state in [Receipt.State.failed, .delivered, .opened, .read] where inbox[reference]?.contains(state) == true
        {
            messages[id]?.move(state.event)
        }
        inbox[reference] = nil
    }
}

extension Submission {
    /// Where the recorded provider was told to go.
    fileprivate var place: String {
        guard case .http(let request) = transfer else { return "" }
        return request.url
    }
}
