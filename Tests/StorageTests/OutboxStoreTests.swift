import Messaging
import TestSupport
import Testing

@testable import Storage

@Suite("Claims, outcomes and receipts")
struct OutboxStoreTests {
    @Test("a claimed message is claimed once and settled once", arguments: EngineUnderTest.allCases)
    func once(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try StoreFixture.broadcast(in: store, receivers: 10)
        let first = try StoreFixture.claim(store, limit: 6)
        let second = try StoreFixture.claim(store, limit: 6, lease: 2)
        #expect(first.count == 6)
        #expect(second.count == 4)
        #expect(Set(first.map(\.id)).isDisjoint(with: second.map(\.id)))
        #expect(first.allSatisfy { $0.attempt == 1 && $0.address.hasSuffix("@example.org") })
        try StoreFixture.expectBalance(store, id)

        let settled = StoreFixture.completion(first[0], .accepted)
        #expect(
            try store.recordAndClaim([settled], claims: [], slots: [:], lease: 1, at: StoreFixture.noon).refused == 0)
        #expect(
            try store.recordAndClaim([settled], claims: [], slots: [:], lease: 1, at: StoreFixture.noon).refused == 1)
        // Another process's lease is not ours to settle.
        let foreign = StoreFixture.completion(second[0], .accepted)
        #expect(
            try store.recordAndClaim([foreign], claims: [], slots: [:], lease: 1, at: StoreFixture.noon).refused == 1)
        #expect(try StoreFixture.status(store, first[0].id) == .sent)
        #expect(try StoreFixture.status(store, second[0].id) == .sending)
        try StoreFixture.expectBalance(store, id)
    }

    @Test("what is tried later is due later, with its attempts kept", arguments: EngineUnderTest.allCases)
    func tryLater(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try StoreFixture.broadcast(in: store, receivers: 2)
        let claimed = try StoreFixture.claim(store, limit: 2)
        let later = StoreFixture.noon + .seconds(30)
        _ = try store.recordAndClaim(
            claimed.map { StoreFixture.completion($0, .tryLater, dueAt: later) }, claims: [], slots: [:], lease: 1,
            at: StoreFixture.noon)
        #expect(try StoreFixture.claim(store, limit: 9).isEmpty)
        #expect(try store.nextDue(after: StoreFixture.noon) == later)
        #expect(try StoreFixture.claim(store, limit: 9, at: later).map(\.attempt) == [2, 2])
        #expect(try store.message(claimed[0].id)?.attempts.map(\.number) == [1, 2])
        try StoreFixture.expectBalance(store, id)
    }

    @Test(
        "slots left by a short lane go to one that has more; a higher priority comes first",
        arguments: EngineUnderTest.allCases)
    func fairness(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let (short, long) = (
            try StoreFixture.broadcast(in: store, receivers: 2), try StoreFixture.broadcast(in: store, receivers: 20)
        )
        let urgent = SingleMessage(
            origin: .api, content: StoreFixture.composition.content(for: .email), receiver: StoreFixture.receiver(99),
            priority: .urgent)
        _ = try store.accept(urgent, at: StoreFixture.noon)
        let queues = try store.dueQueues(at: StoreFixture.noon)
        #expect(queues.map(\.priority) == [.urgent, .normal, .normal])
        let claims = queues.map { ClaimRequest(queue: $0, providerID: 1, share: 4, fromAddress: "") }
        try StoreFixture.begin(1, in: store)
        let claimed = try store.recordAndClaim([], claims: claims, slots: [1: 9], lease: 1, at: StoreFixture.noon)
            .claimed
        #expect(claimed.first?.recipientName == "Ada 99 Lovelace")
        #expect(claimed.filter { $0.broadcastID == short }.count == 2)
        #expect(claimed.filter { $0.broadcastID == long }.count == 6)
        #expect(claimed.count == 9)
    }

    @Test(
        "a dead process's hand-offs become unknown, or repeat where that is safe", arguments: EngineUnderTest.allCases,
        [true, false])
    func abandoned(engine: EngineUnderTest, isSafe: Bool) throws {
        let store = try engine.makeStore().store
        let id = try StoreFixture.broadcast(in: store, receivers: 5)
        let claimed = try StoreFixture.claim(store, limit: 3, lease: 1)
        let settled = try StoreFixture.settle(store, lease: 2) { _ in isSafe }
        #expect(settled == [isSafe ? .repeatSafely : .lostTrack: 3])
        #expect(try StoreFixture.status(store, claimed[0].id) == (isSafe ? .pending : .unknown))
        #expect(try store.message(claimed[0].id)?.attempts.first?.result == .inDoubt)
        // The answer of the dead process's hand-off comes too late to count.
        let late = StoreFixture.completion(claimed[0], .accepted)
        #expect(try store.recordAndClaim([late], claims: [], slots: [:], lease: 1, at: StoreFixture.noon).refused == 1)
        #expect(try StoreFixture.settle(store, lease: 2) { _ in isSafe }.isEmpty)
        try StoreFixture.expectBalance(store, id)
    }

    @Test(
        "what may have left repeats only where its key is known: not after the provider leads elsewhere",
        arguments: EngineUnderTest.allCases, ["address", "keys", "rate"])
    func movedProvider(engine: EngineUnderTest, changed: String) throws {
        let store = try engine.makeStore(catalog: ProviderCatalog([RecordedProvider.self])).store
        var draft = ProviderDraft(
            deliveryChannel: .email, kind: "recorded", name: "Keyed", isDefault: true,
            settings: ProviderSettings(["keys": "true", "address": "old"]), secretNames: [])
        let provider = try store.createProvider(draft, at: StoreFixture.noon)
        let id = try StoreFixture.broadcast(in: store, receivers: 1)
        let message = try #require(try StoreFixture.claim(store, limit: 1, lease: 1, provider: provider).first).id
        draft.settings[changed] = "false"
        try store.updateProvider(provider, draft, at: StoreFixture.noon)
        let credentialGeneration = try #require(try store.provider(provider)).credentialGeneration
        #expect(credentialGeneration == (changed == "rate" ? 0 : 1))
        _ = try StoreFixture.settle(store, lease: 2) { _ in true }
        let claims = try store.dueQueues(at: StoreFixture.noon).map {
            ClaimRequest(
                queue: $0, providerID: provider, share: 1, fromAddress: "", credentialGeneration: credentialGeneration)
        }
        try StoreFixture.begin(2, in: store)
        let claimed = try store.recordAndClaim(
            [], claims: claims, slots: [provider: 1], lease: 2, at: StoreFixture.noon)
        #expect(claimed.claimed.map(\.id) == (changed == "rate" ? [message] : []))
        #expect(try StoreFixture.status(store, message) == (changed == "rate" ? .sending : .unknown))
        try StoreFixture.expectBalance(store, id)
    }

    @Test("unknown ends by a person's word only as the table allows", arguments: EngineUnderTest.allCases)
    func unknownDecided(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try StoreFixture.broadcast(in: store, receivers: 2)
        let claimed = try StoreFixture.claim(store, limit: 2)
        _ = try StoreFixture.settle(store, lease: 9) { _ in false }
        #expect(try store.apply(.assumeSent, to: claimed[0].id, by: 7, at: StoreFixture.noon) == .sent)
        #expect(try store.apply(.retryDespiteDoubt, to: claimed[1].id, by: 7, at: StoreFixture.noon) == .pending)
        #expect(throws: StoreConflict.state("sent")) {
            try store.apply(.retry, to: claimed[0].id, by: 7, at: StoreFixture.noon)
        }
        #expect(throws: StoreConflict.notFound) { try store.apply(.retry, to: 4711, by: 7, at: StoreFixture.noon) }
        try StoreFixture.expectBalance(store, id)
    }

    @Test(
        "receipts that come early, twice or out of order end in the right state",
        arguments: [
            [Receipt.State.delivered, .opened], [.opened, .delivered], [.delivered, .delivered, .opened],
            [.failed, .opened], [.opened, .failed],
        ], [0, 1, 2])
    func receipts(states: [Receipt.State], before: Int) throws {
        let store = try EngineUnderTest.sqlite.makeStore().store
        let id = try StoreFixture.broadcast(in: store, receivers: 2)
        let message = try #require(try StoreFixture.claim(store, limit: 1).first)
        func file(_ states: ArraySlice<Receipt.State>) throws {
            for state in states {
                try store.file(
                    Receipt(providerID: 1, reference: "ref-1", state: state, at: StoreFixture.noon, detail: "\(state)"))
            }
        }
        try file(states.prefix(before))
        #expect(try StoreFixture.status(store, message.id) == .sending)
        let sent = StoreFixture.completion(message, .accepted, reference: "ref-1")
        _ = try store.recordAndClaim([sent], claims: [], slots: [:], lease: 1, at: StoreFixture.noon)
        try file(states.dropFirst(before))
        #expect(try StoreFixture.status(store, message.id) == .opened)
        #expect(try store.message(message.id)?.receipts.count == Set(states).count)
        try StoreFixture.expectBalance(store, id)
    }

    @Test("a message whose time is over is cancelled, never claimed", arguments: EngineUnderTest.allCases)
    func expiry(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let single = SingleMessage(
            origin: .api, content: StoreFixture.composition.content(for: .email), receiver: StoreFixture.receiver(1),
            expiresAt: StoreFixture.noon + .seconds(10))
        guard let id = try store.accept(single, at: StoreFixture.noon).newID else { return }
        let late = StoreFixture.noon + .seconds(10)
        #expect(try StoreFixture.claim(store, limit: 1, at: late).isEmpty)
        #expect(try store.cancelExpired(at: StoreFixture.noon, limit: 9) == 0)
        #expect(try store.cancelExpired(at: late, limit: 9) == 1)
        #expect(try StoreFixture.status(store, id) == .cancelled)
    }

    @Test(
        "a dead address is suppressed for everything, and the last look finds it", arguments: EngineUnderTest.allCases)
    func suppression(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try StoreFixture.broadcast(in: store, receivers: 1)
        let message = try #require(try StoreFixture.claim(store, limit: 1).first)
        var refused = StoreFixture.completion(message, .refused)
        refused.suppressAddress = "no such mailbox"
        #expect(try store.suppressions(of: [message]).isEmpty)
        _ = try store.recordAndClaim([refused], claims: [], slots: [:], lease: 1, at: StoreFixture.noon)
        #expect(try store.suppressions(of: [message]).mapValues(\.reason) == [message.id: "no such mailbox"])
        try StoreFixture.expectBalance(store, id)
    }

    @Test("books balance after any sequence of claims, outcomes, receipts, kills and decisions", arguments: 1...12)
    func property(seed: UInt64) throws {
        var random = Dice(seed: seed)
        let store = try EngineUnderTest.sqlite.makeStore().store
        let ids = [
            try StoreFixture.broadcast(in: store, receivers: 9, channels: [.email, .sms]),
            try StoreFixture.broadcast(in: store, receivers: 1),
            try StoreFixture.broadcast(in: store, receivers: Store.firstChunk + 5, fanOut: false),
        ]
        var lease: Int64 = 1
        var now = StoreFixture.noon
        var held: [ClaimedMessage] = []
        var accepted: [Int64: Int] = [:]
        for _ in 0..<60 {
            // Clocks go forward and back.
            now = now + .seconds(random.below(40) - 10)
            switch random.below(8) {
            case 0: try StoreFixture.fanOut(store, at: max(now, StoreFixture.noon), chunk: 2)
            case 1, 2: held += try StoreFixture.claim(store, limit: random.below(5) + 1, lease: lease, at: now)
            case 3, 4:
                guard let message = held.popLast() else { continue }
                let event = [MessageEvent.accepted, .tryLater, .refused, .suppressed, .lostTrack][random.below(5)]
                let refused = try store.recordAndClaim(
                    [StoreFixture.completion(message, event, reference: "r\(message.id)", dueAt: now)], claims: [],
                    slots: [:],
                    lease: lease, at: now
                ).refused
                #expect(refused == 0)
                if event == .accepted { accepted[message.id, default: 0] += 1 }
            case 5:
                let state = Receipt.State.allCases[random.below(4)]
                try store.file(
                    Receipt(
                        providerID: 1, reference: "r\(random.below(20) + 1)", state: state, at: now, detail: ""))
            case 6:
                lease += 1
                held = []
                _ = try StoreFixture.settle(store, lease: lease, at: now) { _ in random.below(2) == 0 }
            default:
                let event = [MessageEvent.retry, .cancel, .assumeSent, .retryDespiteDoubt][random.below(4)]
                _ = try? store.apply(event, to: Int64(random.below(20) + 1), by: nil, at: now)
            }
            for id in ids { try StoreFixture.expectBalance(store, id) }
        }
        // Only a failed receipt and a person's retry lead from accepted to a second hand-off.
        #expect(accepted.values.allSatisfy { $0 <= 2 })
    }
}

/// A small deterministic generator (SplitMix64), so that a failing seed fails again.
struct Dice {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
}
