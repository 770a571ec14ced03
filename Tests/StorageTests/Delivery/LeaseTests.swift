import Logging
import Messaging
import TestSupport
import Testing

@testable import Storage

@Suite("Leases")
struct LeaseTests {
    private let noon = StoreFixture.noon

    private func seen(_ lease: Int64, in store: Store) throws -> Timestamp? {
        try store.engine.read { connection in
            try connection.first("SELECT seen_at FROM leases WHERE id = $1", [.int(lease)], { $0.time() })
        }
    }

    @Test(
        "a process that was seen lately keeps its messages, one that was not loses them",
        arguments: EngineUnderTest.allCases)
    func takenOver(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try StoreFixture.broadcast(in: store, receivers: 3)
        let mine = try store.beginLease(host: "here", pid: 1, at: noon)
        let other = try store.beginLease(host: "there", pid: 2, at: noon)
        _ = try StoreFixture.claim(store, limit: 3, lease: mine)
        for (age, taken) in [(0, 0), (16, 0), (17, 0), (18, 3)] {
            let settled = try store.settleAbandoned(lease: other, at: noon + .seconds(age)) { _ in false }
            #expect(settled[.lostTrack] ?? 0 == taken, "after \(age) seconds")
        }
        #expect(throws: LeaseLost(lease: mine)) { try store.renewLease(mine, at: noon + .seconds(18)) }
        try StoreFixture.expectBalance(store, id)
    }

    @Test("what is renewed in time is never taken", arguments: EngineUnderTest.allCases)
    func renewed(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        _ = try StoreFixture.broadcast(in: store, receivers: 1)
        let mine = try store.beginLease(host: "here", pid: 1, at: noon)
        let other = try store.beginLease(host: "there", pid: 2, at: noon)
        _ = try StoreFixture.claim(store, limit: 1, lease: mine)
        for minute in 1...10 {
            let now = noon + .seconds(15 * minute)
            try store.renewLease(mine, at: now)
            #expect(try seen(mine, in: store) == now)
            #expect(try store.settleAbandoned(lease: other, at: now + .seconds(14)) { _ in false }.isEmpty)
        }
    }

    @Test(
        "a claim renews the lease when that is due, and is refused when it is lost", arguments: EngineUnderTest.allCases
    )
    func claims(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try StoreFixture.broadcast(in: store, receivers: 9)
        let mine = try store.beginLease(host: "here", pid: 1, at: noon)
        let claims = try store.dueQueues(at: noon).map {
            ClaimRequest(queue: $0, providerID: 1, share: 1, fromAddress: "from@example.org")
        }
        for (age, since) in [(4, 0), (5, 5), (9, 5), (60, 60), (-10, -10)] {
            let at = noon + .seconds(age)
            let claimed = try store.recordAndClaim([], claims: claims, slots: [1: 1], lease: mine, at: at).claimed
            #expect(claimed.count == (age < 0 ? 0 : 1))
            #expect(try seen(mine, in: store) == noon + .seconds(since))
        }
        try store.endLeases(except: try store.beginLease(host: "there", pid: 2, at: noon))
        #expect(throws: LeaseLost(lease: mine)) {
            try store.recordAndClaim([], claims: claims, slots: [1: 1], lease: mine, at: noon)
        }
        try StoreFixture.expectBalance(store, id)
    }

    @Test("whoever is alone by a lock need not wait", arguments: EngineUnderTest.allCases)
    func alone(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        _ = try StoreFixture.broadcast(in: store, receivers: 2)
        _ = try StoreFixture.claim(store, limit: 2, lease: try store.beginLease(host: "here", pid: 1, at: noon))
        let next = try store.beginLease(host: "here", pid: 2, at: noon)
        #expect(try StoreFixture.settle(store, lease: next) { _ in false } == [.lostTrack: 2])
        #expect(try seen(next, in: store) == noon)
    }

    // MARK: The loop

    private let clock = DeliveryLoopTests.Clockwork()

    private func house() throws -> DeliveryLoopTests.House {
        try DeliveryLoopTests.House.$current.withValue(clock) { try DeliveryLoopTests.House(capacity: 4) }
    }

    @Test("the loop renews its lease while it waits for answers, and leaves it when it holds nothing")
    func whileWaiting() throws {
        let house = try house()
        _ = try StoreFixture.broadcast(in: house.store, receivers: 4)
        #expect(try house.loop.deliverOnce().claimed == 4)
        let other = try house.store.beginLease(host: "there", pid: 2, at: clock.now + .seconds(3600))
        for _ in 0..<12 {
            clock.forward(.seconds(5))
            _ = try house.loop.deliverOnce()
            #expect(try seen(1, in: house.store) == clock.now)
            #expect(try house.store.settleAbandoned(lease: other, at: clock.now) { _ in false }.isEmpty)
        }
        house.transport.answerAll(.smtp(SMTPResponse(command: .body, code: 250, text: "words")))
        _ = try house.loop.deliverOnce()
        let last = try seen(1, in: house.store)
        clock.forward(.seconds(60))
        _ = try house.loop.deliverOnce()
        #expect(try seen(1, in: house.store) == last)
    }

    @Test("a loop that was stopped for too long goes on with a new lease, and nothing leaves twice")
    func stopped() throws {
        let house = try house()
        let id = try StoreFixture.broadcast(in: house.store, receivers: 6)
        #expect(try house.loop.deliverOnce().claimed == 4)
        var all = house.transport.submitted.map(\.messageID)
        clock.forward(.seconds(18))
        let other = try house.store.beginLease(host: "there", pid: 2, at: clock.now)
        #expect(try house.store.settleAbandoned(lease: other, at: clock.now) { _ in false } == [.lostTrack: 4])
        // Its slots come free when the answers do; what they say is refused, and the next messages go by a new lease.
        house.transport.answerAll(.smtp(SMTPResponse(command: .body, code: 250, text: "words")))
        _ = try house.loop.deliverOnce()
        #expect(try house.store.books(of: id)[.unknown] == 4)
        _ = try house.loop.deliverOnce()
        all += house.transport.submitted.map(\.messageID)
        house.transport.answerAll(.smtp(SMTPResponse(command: .body, code: 250, text: "words")))
        _ = try house.loop.deliverOnce()
        #expect(try house.store.books(of: id)[.sent] == 2)
        #expect(all.count == 6 && Set(all).count == 6)
        #expect(try seen(3, in: house.store) != nil)
        try StoreFixture.expectBalance(house.store, id)
    }

    @Test("the table of a lease's age")
    func terms() {
        for (age, isDue, mayHandOver) in [
            (0, false, true), (4, false, true), (5, true, true), (6, true, true), (7, true, false), (20, true, false),
            (-1, true, false),
        ] {
            let now = noon + .seconds(age)
            #expect(LeaseTerms.isDue(seen: noon, at: now) == isDue, "\(age)")
            #expect(LeaseTerms.mayHandOver(seen: noon, at: now) == mayHandOver, "\(age)")
        }
        #expect(LeaseTerms.mustBeSeen(since: noon) == noon - .seconds(17))
    }
}
