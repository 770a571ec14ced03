import Messaging
import TestSupport
import Testing

@testable import Storage

@Suite("Devices in the store")
struct DeviceStoreTests {
    private func member(_ store: Store, _ id: String = "m-1") throws -> Int64 {
        try store.upsert(Entity(kind: .member, externalID: id, firstName: "Ada", lastName: id), at: StoreFixture.noon)
    }

    @discardableResult
    private func register(
        _ store: Store, _ token: String, of entity: Int64, name: String = "", after: Int64 = 0
    ) throws -> DeviceRegistered {
        let at = StoreFixture.noon + .seconds(after)
        return try store.register(
            Device(token: token, platform: .ios, name: name, registeredAt: at, lastSeenAt: at), of: entity, at: at)
    }

    @Test(
        "a device seen again stays one, keeps when it came and says what changed", arguments: EngineUnderTest.allCases)
    func seenAgain(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let ada = try member(store)
        #expect(try register(store, "t-1", of: ada).change == .registered)
        #expect(try register(store, "t-1", of: ada, after: 60).change == .seen)
        #expect(try register(store, "t-1", of: ada, name: "Phone", after: 120).change == .renamed)
        let device = try #require(try store.devices(of: ada).first)
        #expect(try store.devices(of: ada).count == 1)
        #expect(device.name == "Phone")
        #expect(device.registeredAt == StoreFixture.noon)
        #expect(device.lastSeenAt == StoreFixture.noon + .seconds(120))
    }

    @Test("the most recently seen comes first and is where push goes", arguments: EngineUnderTest.allCases)
    func latest(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let ada = try member(store)
        try register(store, "old", of: ada, after: 10)
        try register(store, "new", of: ada, after: 20)
        #expect(try store.devices(of: ada).map(\.token) == ["new", "old"])
        #expect(try store.latestDevice(of: ada)?.token == "new")
        try register(store, "old", of: ada, after: 30)
        #expect(try store.latestDevice(of: ada)?.token == "old")
        #expect(try store.removeDevice(token: "old", of: ada))
        #expect(try store.removeDevice(token: "old", of: ada) == false)
        #expect(try store.latestDevice(of: ada)?.token == "new")
    }

    @Test("a token that moves to another record moves", arguments: EngineUnderTest.allCases)
    func moves(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let (ada, grace) = (try member(store), try member(store, "m-2"))
        try register(store, "t-1", of: ada)
        #expect(try register(store, "t-1", of: grace, after: 60).change == .moved)
        #expect(try store.devices(of: ada).isEmpty)
        #expect(try store.devices(of: grace).first?.registeredAt == StoreFixture.noon + .seconds(60))
        #expect(try store.removeDevice(token: "t-1", of: ada) == false)
        #expect(try store.devices(of: grace).count == 1)
    }

    @Test("a record has a bounded number; a gone one has none", arguments: EngineUnderTest.allCases)
    func bounds(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let ada = try member(store)
        for number in 1...DeviceToken.mostOfARecord { try register(store, "t-\(number)", of: ada) }
        #expect(throws: StoreConflict.state("full")) { try register(store, "one more", of: ada) }
        #expect(try register(store, "t-1", of: ada, after: 60).change == .seen)
        #expect(throws: StoreConflict.notFound) { try register(store, "t", of: 999) }
        try store.deleteEntity(ada)
        #expect(try store.devices(of: ada).isEmpty)
        let grace = try member(store, "m-2")
        #expect(try register(store, "t-1", of: grace).change == .registered)
    }

    @Test("a transaction is reached at its member's device, else its account's", arguments: EngineUnderTest.allCases)
    func transactions(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let ada = try member(store)
        let account = try store.upsert(
            Entity(kind: .account, externalID: "a-1", name: "Engines"), at: StoreFixture.noon)
        let sale = try store.upsert(
            Entity(kind: .transaction, externalID: "t-1", memberID: ada, accountID: account), at: StoreFixture.noon)
        let other = try store.upsert(
            Entity(kind: .transaction, externalID: "t-2", accountID: account), at: StoreFixture.noon)
        try register(store, "of-account", of: account)
        #expect(try store.latestDevice(of: sale) == nil)
        #expect(try store.latestDevice(of: other)?.token == "of-account")
        try register(store, "of-ada", of: ada)
        #expect(try store.latestDevice(of: sale)?.token == "of-ada")
    }

    // MARK: Fan-out

    private func composition() -> Composition {
        var composition = Composition()
        composition.push = .init(title: "Hi {{first_name}}", body: "New hours", actionURL: "https://example.org/")
        composition.inApp = .init(body: "New hours")
        return composition
    }

    private func broadcast(_ store: Store, to receivers: [Receiver]) throws -> Int64 {
        let channels: [DeliveryChannel] = [.push, .inApp]
        let id = try store.createDraft(
            name: "Hours", deliveryChannels: channels, composition: composition(), by: nil, at: StoreFixture.noon)
        _ = try store.addReceivers(receivers, to: id, at: StoreFixture.noon)
        try store.publish(
            id, version: nil, receivers: nil, contents: composition().contents(for: channels), sendAt: nil, by: nil,
            at: StoreFixture.noon)
        try StoreFixture.fanOut(store)
        return id
    }

    @Test(
        "the device is the one seen last when the message is made, not when the receiver was added",
        arguments: EngineUnderTest.allCases)
    func takenAtFanOut(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let member = try member(store)
        let ada = try #require(try store.entity(member))
        try register(store, "first", of: ada.id)
        let id = try store.createDraft(
            name: "Hours", deliveryChannels: [.push], composition: composition(), by: nil, at: StoreFixture.noon)
        _ = try store.addReceivers([Receiver(of: ada, origin: .search)], to: id, at: StoreFixture.noon)
        #expect(try store.receivers(of: id, from: .newest, limit: 5).items.map(\.device) == ["first"])
        try register(store, "second", of: ada.id, after: 60)
        #expect(try store.receivers(of: id, from: .newest, limit: 5).items.map(\.device) == ["second"])
        try store.publish(
            id, version: nil, receivers: nil, contents: composition().contents(for: [.push]), sendAt: nil, by: nil,
            at: StoreFixture.noon)
        let row = try #require(try store.messages(MessageFilter(), from: .newest, limit: 5).items.first)
        #expect(row.address == "second")
        #expect(row.status == .pending)
        #expect(row.subject == "Hi Ada")
    }

    @Test(
        "whom a delivery channel does not reach is skipped, and the books balance", arguments: EngineUnderTest.allCases)
    func skipped(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let (ada, grace) = (try member(store), try member(store, "m-2"))
        try register(store, "t-1", of: ada)
        let records = try [ada, grace].compactMap { try store.entity($0) }.map { Receiver(of: $0, origin: .search) }
        let typed = Receiver(firstName: "Alan", email: "alan@example.org", origin: .manual)
        let id = try broadcast(store, to: records + [typed])
        let rows = try store.messages(MessageFilter(), from: .newest, limit: 20).items.sorted { $0.id < $1.id }
        func words(_ channel: DeliveryChannel) -> [String] {
            rows.filter { $0.deliveryChannel == channel }.map { $0.error ?? $0.address }
        }
        #expect(words(.push) == ["t-1", "no device is registered", "no device is registered"])
        #expect(words(.inApp) == ["member:m-1", "member:m-2", "not linked to a record"])
        #expect(rows.count { $0.status == .skipped } == 3)
        try StoreFixture.expectBalance(store, id)
    }

    @Test("two receivers who share a device get one message on it", arguments: EngineUnderTest.allCases)
    func shared(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        var alan = Receiver(firstName: "Alan", origin: .api)
        alan.device = "shared"
        let member = try member(store)
        let ada = try #require(try store.entity(member))
        try register(store, "shared", of: ada.id)
        let id = try broadcast(store, to: [alan, Receiver(of: ada, origin: .search)])
        let push = try store.messages(
            MessageFilter(deliveryChannel: .push), from: .newest, limit: 5
        ).items
        #expect(push.map(\.status) == [.skipped, .pending])
        #expect(push[0].error?.hasPrefix("the same address as message") == true)
        try StoreFixture.expectBalance(store, id)
    }

    @Test("a token that was given stays the receiver's; two of the same are one", arguments: EngineUnderTest.allCases)
    func given(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try store.createDraft(
            name: "", deliveryChannels: [.push], composition: composition(), by: nil, at: StoreFixture.noon)
        var receiver = Receiver(firstName: "Alan", origin: .api)
        receiver.device = "typed"
        #expect(try store.addReceivers([receiver], to: id, at: StoreFixture.noon).added == 1)
        #expect(try store.addReceivers([receiver], to: id, at: StoreFixture.noon).merged == ["Alan"])
        #expect(try store.receivers(of: id, from: .newest, limit: 5).items.map(\.device) == ["typed"])
    }
}
