import TestSupport
import Testing

@testable import Messaging
@testable import Storage

/// Invariant 4: whoever had left when the loop last looked is not written to, in whatever step their message was.
@Suite("Consent holds at the instant of sending")
struct ConsentPropertyTests {
    /// A house with three channels, and a model of who left what.
    private final class World {
        let house: DeliveryLoopTests.House
        var dice: Dice
        let channels: [Int64]
        let people = 1...9
        /// What a broadcast's messages are: of many, and from which channel.
        var kinds: [Int64: (isBroadcast: Bool, channel: Int64?)] = [:]
        /// By address; `seen`: it stood when the loop last began a step.
        var left: [String: [(scope: SuppressionScope, source: SuppressionSource, seen: Bool)]] = [:]
        var onWire: Set<Int64> = []
        var store: Store { house.store }

        init(seed: UInt64) throws {
            house = try DeliveryLoopTests.House(capacity: 6)
            dice = Dice(seed: seed)
            let store = house.store
            channels = try ["News", "Offers", "Club"].map {
                try SuppressionStoreTests.channel(store, $0, subscribers: 9)
            }
        }

        func sendOne() throws {
            let types = ["manual", "invoice", "reply", "bulk", "own_kind"]
            let type = MessageType(rawValue: types[dice.below(types.count)])
            let number = dice.below(9) + 1
            guard
                let id = try store.accept(SuppressionStoreTests.single(number, type: type), at: StoreFixture.noon).newID
            else { return }
            let broadcast = try #require(try store.message(id)?.row.broadcastID)
            kinds[broadcast] = (type == .bulk, nil)
        }

        func sendMany() throws {
            let channel = channels[dice.below(channels.count)]
            kinds[try SuppressionStoreTests.broadcast(store, to: [channel])] = (true, channel)
        }

        func leave() throws {
            let number = dice.below(9) + 1
            let scopes = [.everything, .broadcasts] + channels.map(SuppressionScope.channel)
            // Leaving everything would soon leave nobody to write to.
            let scope = dice.below(4) == 0 ? scopes[0] : scopes[dice.below(scopes.count - 1) + 1]
            let source = SuppressionSource.allCases[dice.below(SuppressionSource.allCases.count)]
            let address = SuppressionStoreTests.ada(number).value
            let isNew = try SuppressionStoreTests.suppress(store, number, scope, by: source) == 1
            let isKnown = left[address, default: []].contains { $0.scope == scope && $0.source == source }
            #expect(isNew != isKnown)
            if isNew { left[address, default: []].append((scope, source, false)) }
        }

        func comeBack() throws {
            let number = dice.below(9) + 1
            let address = SuppressionStoreTests.ada(number)
            guard let own = left[address.value]?.filter({ $0.source == .person }), let first = own.first else { return }
            #expect(try store.liftOwn(first.scope, of: address, before: nil).count == 1)
            left[address.value]?.removeAll { $0.scope == first.scope && $0.source == .person }
        }

        func addAgain() throws {
            let channel = channels[dice.below(channels.count)]
            let all = try store.subscribers(of: channel, from: .newest, limit: 20).items
            let one = all[dice.below(all.count)]
            try store.removeSubscriber(one.id, from: channel, at: StoreFixture.noon)
            _ = try store.addSubscriber(
                Subscriber(firstName: "Ada", email: one.email), to: channel, at: StoreFixture.noon)
        }

        func step() throws {
            for address in left.keys { for index in left[address]!.indices { left[address]![index].seen = true } }
            _ = try house.loop.deliverOnce()
        }

        /// A line begins to write some of what waits: from here on nothing can be called back.
        func begin() throws {
            let waiting = house.transport.submitted.filter { !onWire.contains($0.messageID) }
            guard !waiting.isEmpty else { return }
            let submission = waiting[dice.below(waiting.count)]
            try expectConsent(submission.messageID)
            onWire.insert(submission.messageID)
            house.transport.state.withLock { _ = $0.begun.insert(submission.messageID) }
        }

        func expectConsent(_ id: Int64) throws {
            let row = try #require(try store.message(id)).row
            let kind = try #require(row.broadcastID.flatMap { kinds[$0] })
            for standing in left[row.address] ?? [] where standing.seen {
                let stops =
                    switch standing.scope {
                    case .everything: true
                    case .broadcasts: kind.isBroadcast
                    case .channel(let channel): channel == kind.channel
                    }
                #expect(!stops, "message \(id) to \(row.address) left in spite of \(standing.scope)")
            }
        }

        func answer() {
            let codes = [250, 250, 250, 451]
            let code = codes[dice.below(codes.count)]
            house.transport.state.withLock { state in
                let begun = state.submitted.filter { state.begun.contains($0.messageID) }
                state.submitted.removeAll { state.begun.contains($0.messageID) }
                state.begun = []
                state.finished += begun.map {
                    SubmissionResult(
                        messageID: $0.messageID, attempt: $0.attempt, providerID: $0.providerID,
                        response: .smtp(SMTPResponse(command: .body, code: code, text: "words")))
                }
            }
            onWire = []
        }
    }

    @Test("whatever is left, re-added, imported or taken back in between, and whenever", arguments: 1...16)
    func property(seed: UInt64) throws {
        let world = try World(seed: seed)
        for _ in 0..<140 {
            switch world.dice.below(14) {
            case 0: try world.sendOne()
            case 1: try world.sendMany()
            case 2: try StoreFixture.fanOut(world.store, chunk: 3)
            case 3, 4: try world.leave()
            case 5: try world.comeBack()
            case 6: try world.addAgain()
            case 7, 8, 9: try world.step()
            case 10, 11, 12: try world.begin()
            default: world.answer()
            }
        }
        for id in world.kinds.keys { try StoreFixture.expectBalance(world.store, id) }
        // Nobody was skipped without a reason that names what they left.
        let skipped = try world.store.messages(MessageFilter(statuses: [.skipped]), from: .newest, limit: 500).items
        #expect(skipped.allSatisfy { $0.error?.hasPrefix("suppressed for ") == true })
        // And some were, or this showed nothing.
        #expect(!skipped.isEmpty)
        // What stands is what the model says, no more and no less.
        let addresses = world.people.map(SuppressionStoreTests.ada)
        let standing = try world.store.suppressions(of: addresses)
        for address in addresses {
            #expect(standing[address]?.count ?? 0 == world.left[address.value]?.count ?? 0)
        }
    }
}

@Suite("Messages behind a connection")
struct CancellationTests {
    private func ok() -> ProviderResponse { .smtp(SMTPResponse(command: .body, code: 250, text: "ok")) }

    @Test("who leaves while their message waits at a connection is skipped; a half-written one is not called back")
    func waiting() throws {
        let house = try DeliveryLoopTests.House(capacity: 4)
        let id = try StoreFixture.broadcast(in: house.store, receivers: 4)
        _ = try house.loop.deliverOnce()
        let first = try #require(house.transport.submitted.first)
        house.transport.state.withLock { _ = $0.begun.insert(first.messageID) }
        for number in 1...3 { try SuppressionStoreTests.suppress(house.store, number, .broadcasts) }
        _ = try house.loop.deliverOnce()
        // The one on the wire and the one who stayed.
        #expect(house.transport.submitted.count == 2)
        house.transport.answerAll(ok())
        _ = try house.loop.deliverOnce()
        let books = try house.store.books(of: id)
        #expect(books[.sent] == 2)
        #expect(books[.skipped] == 2)
        try StoreFixture.expectBalance(house.store, id)
        let attempts = try house.store.messages(MessageFilter(statuses: [.skipped]), from: .newest, limit: 9).items.map
        {
            try house.store.message($0.id)?.attempts.map(\.result)
        }
        #expect(attempts == [[.skipped], [.skipped]])
    }

    @Test("a refusal of one message stops the next to the same address that already waits")
    func bounce() throws {
        let house = try DeliveryLoopTests.House(capacity: 4)
        for _ in 0..<2 { _ = try house.store.accept(SuppressionStoreTests.single(1), at: StoreFixture.noon) }
        _ = try house.loop.deliverOnce()
        let (first, second) = (house.transport.submitted[0], house.transport.submitted[1])
        house.transport.state.withLock { state in
            state.submitted.removeAll { $0.messageID == first.messageID }
            state.finished.append(
                SubmissionResult(
                    messageID: first.messageID, attempt: 1, providerID: first.providerID,
                    response: .smtp(SMTPResponse(command: .rcpt, code: 550, text: "5.1.1 no such user"))))
        }
        // One step records the refusal and calls the other back; the next records that.
        for _ in 0..<2 { _ = try house.loop.deliverOnce() }
        #expect(try StoreFixture.status(house.store, first.messageID) == .failed)
        #expect(try StoreFixture.status(house.store, second.messageID) == .skipped)
        let standing = try #require(
            try house.store.suppressions(SuppressionFilter(), from: .newest, limit: 5).items.first)
        #expect(standing.source == .provider)
        #expect(standing.scope == .everything)
        #expect(standing.messageID == first.messageID)
        #expect(standing.reason.contains("5.1.1 no such user"))
    }
}
