import Testing

@testable import Messaging
@testable import Storage

/// Somebody, or something, sets the computer's clock while delivery is under way.
@Suite("A clock that jumps")
struct ClockTests {
    typealias House = DeliveryLoopTests.House

    private let clock = DeliveryLoopTests.Clockwork()

    private func house(_ capacity: Int = 4) throws -> House {
        try House.$current.withValue(clock) { try House(capacity: capacity) }
    }

    private func ok(_ code: Int = 250) -> ProviderResponse {
        .smtp(SMTPResponse(command: .body, code: code, text: "words"))
    }

    /// Delivers until nothing more is claimed; everything handed over, in order.
    private func deliverAll(_ house: House) throws -> [Int64] {
        var ids: [Int64] = []
        for _ in 0..<50 {
            let step = try house.loop.deliverOnce()
            ids += house.transport.submitted.map(\.messageID)
            if step.claimed == 0, step.recorded == 0 { break }
            house.transport.answerAll(ok())
        }
        return ids
    }

    @Test("back by an hour: what is on its way ends, the rest waits, and nobody spins")
    func back() throws {
        let house = try house()
        let id = try StoreFixture.broadcast(in: house.store, receivers: 10)
        #expect(try house.loop.deliverOnce().claimed == 4)
        let first = house.transport.submitted.map(\.messageID)
        clock.forward(.seconds(-3600))
        house.transport.answerAll(ok())
        #expect(try house.loop.deliverOnce() == DeliveryLoop.Step(claimed: 0, recorded: 4, idleFor: .seconds(5)))
        #expect(try house.loop.deliverOnce() == DeliveryLoop.Step(claimed: 0, recorded: 0, idleFor: .seconds(5)))
        #expect(try house.store.books(of: id)[.sent] == 4)
        #expect(try house.store.books(of: id)[.pending] == 6)
        // What is accepted now leaves now.
        let single = SingleMessage(
            origin: .api, content: StoreFixture.composition.content(for: .email), receiver: StoreFixture.receiver(77))
        _ = try house.store.accept(single, at: clock.now)
        #expect(try deliverAll(house).count == 1)
        clock.forward(.seconds(3600))
        let rest = try deliverAll(house)
        #expect(Set(first + rest).count == 10 && first.count + rest.count == 10)
        #expect(try house.store.books(of: id)[.sent] == 10)
        try StoreFixture.expectBalance(house.store, id)
    }

    @Test("forward by an hour: what was put off leaves early, once, and what is on its way is not taken for lost")
    func forward() throws {
        let house = try house()
        let id = try StoreFixture.broadcast(in: house.store, receivers: 6)
        #expect(try house.loop.deliverOnce().claimed == 4)
        house.transport.answerAll(ok(451))
        #expect(try house.loop.deliverOnce().claimed == 2)
        let onTheirWay = house.transport.submitted.map(\.messageID)
        clock.forward(.seconds(3600))
        let step = try house.loop.deliverOnce()
        #expect(step.claimed == 2)
        let all = house.transport.submitted.map(\.messageID)
        #expect(Set(all).count == all.count)
        #expect(try house.store.books(of: id)[.sending] == 4)
        for message in onTheirWay { #expect(try StoreFixture.status(house.store, message) == .sending) }
        house.transport.answerAll(ok())
        _ = try deliverAll(house)
        #expect(try house.store.books(of: id)[.sent] == 6)
        try StoreFixture.expectBalance(house.store, id)
    }

    @Test("back and forth again: a message is due when it said, not earlier and not never")
    func backAndForth() throws {
        let house = try house(1)
        let id = try StoreFixture.broadcast(in: house.store, receivers: 1)
        _ = try house.loop.deliverOnce()
        house.transport.answerAll(ok(451))
        _ = try house.loop.deliverOnce()
        clock.forward(.seconds(-3600))
        #expect(try house.loop.deliverOnce().claimed == 0)
        clock.forward(.seconds(3600 + 29))
        #expect(try house.loop.deliverOnce().claimed == 0)
        clock.forward(.seconds(1))
        #expect(try house.loop.deliverOnce().claimed == 1)
        house.transport.answerAll(ok())
        _ = try house.loop.deliverOnce()
        #expect(try house.store.books(of: id)[.sent] == 1)
        let message = try #require(try firstMessage(house, id))
        #expect(try house.store.message(message)?.attempts.count == 2)
    }

    private func firstMessage(_ house: House, _ id: Int64) throws -> Int64? {
        try house.store.messages(MessageFilter(broadcastID: id), from: .newest, limit: 1).items.first?.id
    }

    @Test("a process that begins after the clock went back settles what the one before left")
    func leases() throws {
        let house = try house()
        let id = try StoreFixture.broadcast(in: house.store, receivers: 4)
        #expect(try house.loop.deliverOnce().claimed == 4)
        clock.forward(.seconds(-3600))
        let lease = try house.store.beginLease(host: "here", pid: 1, at: clock.now)
        #expect(try StoreFixture.settle(house.store, lease: lease, at: clock.now) { _ in false } == [.lostTrack: 4])
        #expect(try house.store.books(of: id)[.unknown] == 4)
        try StoreFixture.expectBalance(house.store, id)
    }

    @Test("a rate goes on from where the clock was set to")
    func rates() {
        var bucket = RateBucket(rate: 2, at: StoreFixture.noon)
        bucket.take(2)
        let past = StoreFixture.noon - .seconds(3600)
        #expect(bucket.available(at: past) == 0)
        #expect(bucket.available(at: past + .milliseconds(500)) == 1)
        #expect(bucket.available(at: StoreFixture.noon + .seconds(3600)) == 2)
    }

    @Test("a cancelled broadcast's message that comes back does not leave again")
    func cancelled() throws {
        let house = try house()
        let id = try StoreFixture.broadcast(in: house.store, receivers: 6)
        #expect(try house.loop.deliverOnce().claimed == 4)
        #expect(try house.store.cancel(id, by: nil, at: clock.now).isFinished)
        house.transport.answerAll(ok(451))
        _ = try house.loop.deliverOnce()
        clock.forward(.seconds(3600))
        #expect(try house.loop.deliverOnce().claimed == 0)
        #expect(try house.store.books(of: id)[.cancelled] == 6)
        try StoreFixture.expectBalance(house.store, id)
    }
}
