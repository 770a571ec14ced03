import Logging
import Testing

@testable import Messaging
@testable import Storage

@Suite("A scheduled bulk and the clock")
struct ScheduledBulkTests {
    @Test("a scheduled bulk leaves at its minute and not a millisecond earlier")
    func minute() throws {
        let clock = DeliveryLoopTests.Clockwork()
        try DeliveryLoopTests.House.$current.withValue(clock) {
            let house = try DeliveryLoopTests.House(capacity: 8)
            let fanOutWorker = FanOutWorker(
                store: house.store, clock: WallClock { clock.now },
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), published: {})
            let id = try BulkStoreTests.draft(house.store)
            _ = try house.store.addReceivers((1...3).map { StoreFixture.receiver($0) }, to: id, at: clock.now)
            let version = try #require(try house.store.broadcast(id)).version
            try house.store.publishBulk(
                id, version: version, contents: [StoreFixture.composition.content(for: .email)], providers: [:],
                priority: .normal, sendAt: clock.now + .seconds(60), by: nil, at: clock.now)

            clock.forward(.milliseconds(59_999))
            #expect(try !fanOutWorker.publishOnce())
            #expect(try house.loop.deliverOnce().claimed == 0)
            #expect(try house.store.messages(MessageFilter(), from: .newest, limit: 9).items.isEmpty)
            #expect(try house.store.broadcast(id)?.status == .scheduled)

            clock.forward(.milliseconds(1))
            #expect(try fanOutWorker.publishOnce())
            #expect(try house.loop.deliverOnce().claimed == 3)
            #expect(house.transport.submitted.count == 3)
            #expect(try house.store.broadcast(id)?.status == .published)
            try StoreFixture.expectBalance(house.store, id)
        }
    }

    @Test("one receiver, whose message is written early, waits for the minute too")
    func single() throws {
        let clock = DeliveryLoopTests.Clockwork()
        try DeliveryLoopTests.House.$current.withValue(clock) {
            let house = try DeliveryLoopTests.House(capacity: 8)
            let id = try BulkStoreTests.draft(house.store)
            _ = try house.store.addReceivers([StoreFixture.receiver(1)], to: id, at: clock.now)
            let version = try #require(try house.store.broadcast(id)).version
            try house.store.publishBulk(
                id, version: version, contents: [StoreFixture.composition.content(for: .email)], providers: [:],
                priority: .normal, sendAt: clock.now + .seconds(60), by: nil, at: clock.now)
            clock.forward(.milliseconds(59_999))
            #expect(try house.loop.deliverOnce().claimed == 0)
            clock.forward(.milliseconds(1))
            #expect(try house.loop.deliverOnce().claimed == 1)
        }
    }
}
