import TestSupport
import Testing

@testable import Messaging
@testable import Storage

@Suite("The provider a template chose")
struct ChosenProviderTests {
    private typealias House = DeliveryLoopTests.House

    /// A house with a second mail server beside the default one, and lines open to both.
    private static func house(isEnabled: Bool = true) throws -> (House, other: Int64) {
        let house = try House()
        let other = try add("Other", to: house, isEnabled: isEnabled)
        house.transport.state.withLock { $0.capacity[other] = 8 }
        return (house, other)
    }

    private static func draft(_ name: String, _ channel: DeliveryChannel, isEnabled: Bool = true) -> ProviderDraft {
        ProviderDraft(
            deliveryChannel: channel, kind: "plain", name: name, isDefault: false, isEnabled: isEnabled,
            settings: ProviderSettings(), secretNames: [])
    }

    private static func add(
        _ name: String, to house: House, _ channel: DeliveryChannel = .email, isEnabled: Bool = true
    ) throws -> Int64 {
        try house.store.createProvider(draft(name, channel, isEnabled: isEnabled), at: StoreFixture.noon)
    }

    private static func broadcast(in store: Store, choosing provider: Int64?, receivers: Int = 3) throws -> Int64 {
        var composition = StoreFixture.composition
        composition[provider: .email] = provider
        let id = try store.createDraft(
            name: "Chosen", deliveryChannels: [.email], composition: composition, by: nil, at: StoreFixture.noon)
        _ = try store.addReceivers((1...receivers).map { StoreFixture.receiver($0) }, to: id, at: StoreFixture.noon)
        try store.publish(
            id, version: nil, receivers: nil, contents: [composition.content(for: .email)], sendAt: nil, by: nil,
            at: StoreFixture.noon)
        try StoreFixture.fanOut(store)
        return id
    }

    private static func single(_ number: Int, choosing provider: Int64?) -> SingleMessage {
        SingleMessage(
            origin: .api, content: Content(deliveryChannel: .email, subject: "One", text: "x"),
            receiver: StoreFixture.receiver(number), providerID: provider)
    }

    @Test("a broadcast leaves through the provider it chose, another through the default")
    func broadcasts() throws {
        let (house, other) = try Self.house()
        _ = try Self.broadcast(in: house.store, choosing: other)
        _ = try Self.broadcast(in: house.store, choosing: nil)
        #expect(try house.loop.deliverOnce().claimed == 6)
        let used = Dictionary(grouping: house.transport.submitted, by: \.providerID).mapValues(\.count)
        #expect(used == [other: 3, house.provider: 3])
    }

    @Test("single messages keep to the provider each chose, and those of one provider share a lane")
    func singles() throws {
        let (house, other) = try Self.house()
        for number in 1...4 {
            _ = try house.store.accept(
                Self.single(number, choosing: number.isMultiple(of: 2) ? other : nil), at: StoreFixture.noon)
        }
        let queues = try house.store.dueQueues(at: StoreFixture.noon)
        #expect(queues.map(\.chosenProvider) == [nil, other])
        #expect(queues.map { MessageQueue.broadcast(ofNumber: $0.number) } == [nil, nil])
        #expect(try house.loop.deliverOnce().claimed == 4)
        let used = Dictionary(grouping: house.transport.submitted, by: \.providerID).mapValues(\.count)
        #expect(used == [other: 2, house.provider: 2])
    }

    @Test("a broadcast of one receiver shares the lane of the provider it chose")
    func broadcastOfOne() throws {
        let (house, other) = try Self.house()
        _ = try Self.broadcast(in: house.store, choosing: other, receivers: 1)
        #expect(
            try house.store.dueQueues(at: StoreFixture.noon).map(\.number) == [
                MessageQueue.number(provider: other, channel: .email)
            ])
        _ = try house.loop.deliverOnce()
        #expect(house.transport.submitted.map(\.providerID) == [other])
    }

    @Test("when the default has no slot left, what chose another still leaves")
    func fullDefault() throws {
        let (house, other) = try Self.house()
        _ = try StoreFixture.broadcast(in: house.store, receivers: 20)
        #expect(try house.loop.deliverOnce().claimed == 8)
        _ = try house.store.accept(Self.single(1, choosing: other), at: StoreFixture.noon)
        #expect(try house.loop.deliverOnce().claimed == 1)
        #expect(house.transport.submitted.last?.providerID == other)
    }

    @Test(
        "what chose a provider that is off, gone or of another delivery channel leaves through the default, and says so",
        arguments: ["off", "gone", "sms"])
    func passedOver(what: String) throws {
        let (house, other) = try Self.house(isEnabled: what != "off")
        let chosen = what == "sms" ? try Self.add("Texts", to: house, .sms) : other
        house.transport.state.withLock { $0.capacity[chosen] = 8 }
        guard let id = try house.store.accept(Self.single(1, choosing: chosen), at: StoreFixture.noon).newID else {
            return
        }
        if what == "gone" { try house.store.deleteProvider(other) }
        house.loop.reloadProviders()
        #expect(try house.loop.deliverOnce().claimed == 1)
        #expect(house.transport.submitted.map(\.providerID) == [house.provider])
        let details = try #require(try house.store.message(id))
        #expect(details.chosenProvider == .init(id: chosen, name: what == "sms" ? "Texts" : "Other"))
        #expect(details.row.providerID == house.provider)
    }

    @Test("a broadcast that went back to draft leaves through the provider of its second publication")
    func republished() throws {
        let (house, other) = try Self.house()
        var composition = StoreFixture.composition
        composition[provider: .email] = other
        let store = house.store
        let id = try store.createDraft(
            name: "Twice", deliveryChannels: [.email], composition: composition, by: nil, at: StoreFixture.noon)
        _ = try store.addReceivers([StoreFixture.receiver(1), StoreFixture.receiver(2)], to: id, at: StoreFixture.noon)
        let contents = [composition.content(for: .email)]
        let later = StoreFixture.noon + .seconds(60)
        try store.publish(
            id, version: nil, receivers: nil, contents: contents, sendAt: later, by: nil, at: StoreFixture.noon)
        #expect(try store.dueQueues(at: later).isEmpty)
        try store.unschedule(id, at: StoreFixture.noon)
        composition[provider: .email] = nil
        let version = try store.saveDraft(
            id, version: 4, change: DraftChange(composition: composition), by: nil, at: StoreFixture.noon)
        try store.publish(
            id, version: version, receivers: nil, contents: contents, sendAt: nil, by: nil, at: StoreFixture.noon)
        try StoreFixture.fanOut(store)
        #expect(try store.dueQueues(at: later).map(\.chosenProvider) == [nil])
    }

    @Test("a provider that an active template or an unsent draft names is not deleted")
    func uses() throws {
        let (house, other) = try Self.house()
        let store = house.store
        var template = MessageTemplateDraft(name: "Renewal")
        template.email = .init(subject: "s", html: "<p>h</p>", providerID: other)
        let id = try store.createTemplate(template, by: nil, at: StoreFixture.noon)
        var composition = StoreFixture.composition
        composition[provider: .email] = other
        let draft = try store.createDraft(
            name: "July", deliveryChannels: [.email], composition: composition, by: nil, at: StoreFixture.noon)
        #expect(
            try store.uses(ofProvider: other) == [.template(id: id, name: "Renewal"), .draft(id: draft, name: "July")])
        #expect(try store.uses(ofProvider: house.provider).isEmpty)
        #expect(throws: StoreConflict.state("used")) { try store.deleteProvider(other) }
        template.isActive = false
        try store.saveTemplate(id, version: 1, template, by: nil, at: StoreFixture.noon)
        try store.deleteDraft(draft)
        try store.deleteProvider(other)
        #expect(try store.provider(other) == nil)
    }
}
