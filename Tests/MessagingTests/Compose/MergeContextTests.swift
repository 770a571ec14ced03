import Messaging
import Testing

@Suite("What a message can be personalised with")
struct MergeContextTests {
    static let ada = Entity(
        id: 1, kind: .member, externalID: "m-1", firstName: "Ada", lastName: "Lovelace", email: "ada@example.org",
        attributes: MergeValues(["tier": "gold", "first_name": "Augusta"]))
    static let account = Entity(
        id: 2, kind: .account, externalID: "a-1", name: "Analytical Engines",
        attributes: MergeValues(["balance": .number("12.50")]))
    static let place = Entity(id: 3, kind: .location, externalID: "l-1", name: "London")

    static func receiver(_ entity: Entity?) -> FanOutReceiver {
        FanOutReceiver(
            receiver: Receiver(
                id: 7, firstName: "Ada", lastName: "Lovelace", email: "ada@example.org", origin: .search,
                entity: entity?.reference),
            entity: entity)
    }

    @Test("a member is known by standard field and attribute, with what it links to")
    func member() {
        var receiver = Self.receiver(Self.ada)
        (receiver.account, receiver.location) = (Self.account, Self.place)
        let values = MergeContext.values(for: receiver)
        #expect(values[path: "member.first_name"] == "Ada")
        #expect(values[path: "member.tier"] == "gold")
        #expect(values[path: "account.account_name"] == "Analytical Engines")
        #expect(values[path: "account.balance"] == .number("12.50"))
        #expect(values[path: "location.name"] == "London")
        #expect(values[path: "first_name"] == "Ada")
        #expect(values[path: "transaction"] == nil)
    }

    @Test("fields that are not known are absent, so that they count as missing")
    func absent() {
        let values = MergeContext.values(for: Self.receiver(Self.ada))
        #expect(values[path: "member.mobile"] == nil)
        #expect(values[path: "mobile"] == nil)
        #expect(values[path: "account"] == nil)
    }

    @Test("somebody typed in by hand is greeted by the name that was typed")
    func typed() {
        let values = MergeContext.values(for: Self.receiver(nil))
        #expect(values[path: "member.first_name"] == "Ada")
        #expect(values[path: "member.tier"] == nil)
    }

    @Test("a location without a member does not pretend to be one")
    func location() {
        let values = MergeContext.values(for: Self.receiver(Self.place))
        #expect(values[path: "member"] == nil)
        #expect(values[path: "location.name"] == "London")
    }

    @Test("variables of a call are laid over the rest, member by member")
    func variables() {
        var receiver = Self.receiver(Self.ada)
        receiver.variables = MergeValues(["member": ["first_name": "Countess"], "code": .number("007")])
        let values = MergeContext.values(for: receiver)
        #expect(values[path: "member.first_name"] == "Countess")
        #expect(values[path: "member.last_name"] == "Lovelace")
        #expect(values[path: "code"] == .number("007"))
    }

    @Test("a transaction is written to at its member's address, else its account's")
    func snapshot() {
        let sale = Entity(id: 4, kind: .transaction, externalID: "t-1")
        let firm = Entity(
            id: 2, kind: .account, externalID: "a-1", name: "Firm", email: "f@x.org", mobile: "+27821234567")
        let receiver = Receiver(of: sale, member: Self.ada, account: firm, origin: .search)
        #expect(receiver.email == "ada@example.org")
        #expect(receiver.mobile == "+27821234567")
        #expect(receiver.name == "Ada Lovelace")
        #expect(receiver.entity?.id == 4)
        #expect(Receiver(of: sale, account: firm, origin: .search).name == "Firm")
        #expect(Receiver(of: Self.ada, account: firm, origin: .search).mobile.isEmpty)
    }
}
