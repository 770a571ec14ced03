import Messaging
import Synchronization
import TestSupport
import Testing

@testable import Storage

@Suite("Suppressions in the store")
struct SuppressionStoreTests {
    static func ada(_ number: Int) -> Address { Address(kind: .email, value: "ada\(number)@example.org") }

    @discardableResult
    static func suppress(
        _ store: Store, _ number: Int, _ scope: SuppressionScope, by source: SuppressionSource = .person,
        reason: String = "Unsubscribed.", at: Timestamp = StoreFixture.noon
    ) throws -> Int {
        try store.suppress(
            [NewSuppression(address: ada(number), scope: scope, reason: reason, source: source)], at: at)
    }

    /// A channel of that many subscribers.
    static func channel(_ store: Store, _ name: String, subscribers: Int) throws -> Int64 {
        let id = try store.createChannel(name: name, description: "", at: StoreFixture.noon)
        _ = try store.addSubscribers(
            (1...subscribers).map { Subscriber(firstName: "Ada \($0)", email: "Ada\($0)@Example.org") }, to: id,
            at: StoreFixture.noon)
        return id
    }

    /// A bulk broadcast to these channels, published and not fanned out beyond the accept.
    static func broadcast(_ store: Store, to channels: [Int64]) throws -> Int64 {
        let id = try BulkStoreTests.draft(store)
        for channel in channels { _ = try store.addAudience(.channel(channel), to: id, by: nil, at: StoreFixture.noon) }
        try BulkStoreTests.finishJobs(store)
        try BulkStoreTests.publish(store, id)
        return id
    }

    static func single(_ number: Int, type: MessageType = .manual) -> SingleMessage {
        SingleMessage(
            origin: .api, content: StoreFixture.composition.content(for: .email),
            receiver: StoreFixture.receiver(number), type: type)
    }

    @Test(
        "delivery is told of rows that suppress somebody, and not of rows that say nothing new",
        arguments: EngineUnderTest.allCases)
    func importWakes(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let heard = Mutex<[WorkSignal]>([])
        store.listen { signal in heard.withLock { $0.append(signal) } }
        let row = NewSuppression(address: Self.ada(1), scope: .everything, reason: "Old list", source: .import)
        #expect(try store.takeSuppressions([[row]], at: StoreFixture.noon) == [.created])
        #expect(heard.withLock { $0 } == [.delivery])
        #expect(try store.takeSuppressions([[row]], at: StoreFixture.noon) == [.unchanged])
        #expect(heard.withLock { $0 } == [.delivery])
    }

    @Test("the last look knows every scope", arguments: EngineUnderTest.allCases)
    func scopes(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let (news, offers) = (
            try Self.channel(store, "News", subscribers: 4), try Self.channel(store, "Offers", subscribers: 4)
        )
        _ = try Self.broadcast(store, to: [news])
        for number in 1...4 { _ = try store.accept(Self.single(number), at: StoreFixture.noon) }
        _ = try store.accept(Self.single(3, type: .bulk), at: StoreFixture.noon)
        let claimed = try StoreFixture.claim(store, limit: 50)
        #expect(claimed.count == 9)
        try Self.suppress(store, 1, .everything)
        try Self.suppress(store, 2, .channel(news))
        try Self.suppress(store, 3, .broadcasts)
        try Self.suppress(store, 4, .channel(offers))
        let stops = try store.suppressions(of: claimed)
        let stopped = Set(
            claimed.filter { stops[$0.id] != nil }.map { "\($0.address.lowercased()) \($0.type.rawValue)" })
        #expect(
            stopped == [
                "ada1@example.org bulk", "ada1@example.org manual", "ada2@example.org bulk", "ada3@example.org bulk",
            ])
        // The single message of type bulk and the broadcast's.
        #expect(stops.count == 5)
        #expect(stops.values.contains { $0.words.contains("for the channel News since") })
    }

    @Test(
        "an invoice leaves although its receiver left everything but the invoices", arguments: EngineUnderTest.allCases)
    func invoice(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        try Self.suppress(store, 1, .broadcasts)
        let invoice = Self.single(1, type: MessageType(rawValue: "invoice"))
        guard let id = try store.accept(invoice, at: StoreFixture.noon).newID else { return }
        let claimed = try StoreFixture.claim(store, limit: 5)
        #expect(claimed.map(\.id) == [id])
        #expect(try store.suppressions(of: claimed).isEmpty)
    }

    @Test("who is suppressed when the fan-out comes is skipped at once, with the reason, and the books balance")
    func fanOut() throws {
        let store = try EngineUnderTest.sqlite.makeStore().store
        let news = try Self.channel(store, "News", subscribers: 90)
        try Self.suppress(store, 2, .channel(news))
        try Self.suppress(store, 80, .everything, by: .provider, reason: "550 5.1.1 no such mailbox")
        let id = try Self.broadcast(store, to: [news])
        try StoreFixture.fanOut(store)
        let books = try store.books(of: id)
        #expect(books[.skipped] == 2)
        #expect(books[.pending] == 88)
        try StoreFixture.expectBalance(store, id)
        let skipped = try store.messages(MessageFilter(statuses: [.skipped]), from: .newest, limit: 5).items
        #expect(
            skipped.map(\.error) == [
                "suppressed for everything since 18 Nov 2026: 550 5.1.1 no such mailbox",
                "suppressed for the channel News since 18 Nov 2026: Unsubscribed.",
            ])
    }

    @Test("a message for later is not skipped when it is accepted: its receiver may come back")
    func later() throws {
        let store = try EngineUnderTest.sqlite.makeStore().store
        try Self.suppress(store, 1, .everything)
        var single = Self.single(1)
        single.sendAt = StoreFixture.noon + .seconds(3600)
        guard let id = try store.accept(single, at: StoreFixture.noon).newID else { return }
        #expect(try StoreFixture.status(store, id) == .pending)
        guard let now = try store.accept(Self.single(1), at: StoreFixture.noon).newID else { return }
        #expect(try StoreFixture.status(store, now) == .skipped)
    }

    @Test("each word keeps a row of its own, and lifting one leaves the others", arguments: EngineUnderTest.allCases)
    func words(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        #expect(try Self.suppress(store, 1, .everything, by: .user, reason: "Asked on the telephone.") == 1)
        #expect(try Self.suppress(store, 1, .everything, by: .user, reason: "Once more.") == 0)
        #expect(try Self.suppress(store, 1, .everything, by: .person) == 1)
        #expect(try Self.suppress(store, 1, .broadcasts, by: .person) == 1)
        let standing = try #require(try store.suppressions(of: [Self.ada(1)])[Self.ada(1)])
        #expect(standing.map(\.reason) == ["Asked on the telephone.", "Unsubscribed.", "Unsubscribed."])
        // The person takes back only her own.
        #expect(try store.liftOwn(.everything, of: Self.ada(1), before: nil).map(\.source) == [.person])
        #expect(try store.liftOwn(.everything, of: Self.ada(1), before: nil).isEmpty)
        #expect(try store.suppressions(of: [Self.ada(1)])[Self.ada(1)]?.count == 2)
        #expect(try store.lift(standing[0].id).reason == "Asked on the telephone.")
        #expect(throws: StoreConflict.notFound) { try store.lift(standing[0].id) }
        #expect(try store.suppressions(of: [Self.ada(1), Self.ada(2)]).keys.map(\.value) == ["ada1@example.org"])
    }

    @Test("the list is walked by key, searched and filtered", arguments: EngineUnderTest.allCases)
    func list(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let news = try Self.channel(store, "News", subscribers: 1)
        for number in 1...25 {
            try Self.suppress(
                store, number, number % 2 == 0 ? .broadcasts : .channel(news), by: number % 5 == 0 ? .provider : .person
            )
        }
        func all(_ filter: SuppressionFilter) throws -> [String] {
            var (start, found): (PageStart?, [String]) = (.newest, [])
            while let from = start {
                let page = try store.suppressions(filter, from: from, limit: 4)
                found += page.items.map(\.address.value)
                start = page.next.map(PageStart.after)
            }
            return found
        }
        #expect(try all(SuppressionFilter()) == (1...25).reversed().map { "ada\($0)@example.org" })
        #expect(try all(SuppressionFilter(query: "ADA2")).count == 7)
        #expect(try all(SuppressionFilter(scope: .broadcasts)).count == 12)
        #expect(try all(SuppressionFilter(scope: .channel, source: .provider)).count == 3)
        #expect(try all(SuppressionFilter(channelID: news)).count == 13)
        #expect(try all(SuppressionFilter(query: "nobody")).isEmpty)
        let older = try store.suppressions(SuppressionFilter(), from: .newest, limit: 4)
        let back = try store.suppressions(
            SuppressionFilter(), from: .before(try #require(older.items.last).id), limit: 4)
        #expect(back.items.map(\.address.value) == ["ada25@example.org", "ada24@example.org", "ada23@example.org"])
    }

    @Test("no import, no second adding and no new channel of the same name lifts one")
    func importing() throws {
        let store = try EngineUnderTest.sqlite.makeStore().store
        let news = try Self.channel(store, "News", subscribers: 2)
        try Self.suppress(store, 1, .channel(news))
        let subscriber = try #require(try store.subscribers(of: news, from: .newest, limit: 9).items.last)
        try store.removeSubscriber(subscriber.id, from: news, at: StoreFixture.noon)
        _ = try store.addSubscriber(
            Subscriber(firstName: "Ada", email: "ADA1@example.org"), to: news, at: StoreFixture.noon)
        let id = try Self.broadcast(store, to: [news])
        #expect(try store.books(of: id)[.skipped] == 1)
        // Duplicated, the receivers keep the channel they came from.
        let copy = try store.duplicateBulk(id, name: "Again", by: nil, at: StoreFixture.noon).broadcast
        try BulkStoreTests.finishJobs(store)
        try BulkStoreTests.publish(store, copy)
        #expect(try store.books(of: copy)[.skipped] == 1)
        try store.deleteChannel(news)
        let again = try Self.channel(store, "News", subscribers: 2)
        #expect(again != news)
        #expect(
            try store.suppressions(of: [Self.ada(1)])[Self.ada(1)]?.map(\.scopeWords) == ["a channel that was deleted"])
    }

    @Test("a token leads to its message and nowhere else")
    func tokens() throws {
        let house = try EngineUnderTest.sqlite.makeStore()
        let store = house.store
        let numbers = [1, 41, 255, 256, Int64.max]
        let tokens = numbers.map(store.token)
        #expect(zip(numbers, tokens).allSatisfy { store.message(ofToken: $1) == $0 })
        #expect(tokens.allSatisfy { $0.utf8.count == 32 })
        // The same after a restart, and worthless in another house.
        #expect(try house.reopened().message(ofToken: tokens[1]) == 41)
        #expect(try EngineUnderTest.sqlite.makeStore().store.message(ofToken: tokens[1]) == nil)
        for index in tokens[1].indices {
            for letter in ["A", "B", "-", "_", "é", " "] {
                var forged = tokens[1]
                forged.replaceSubrange(index...index, with: letter)
                #expect(forged == tokens[1] || store.message(ofToken: forged) == nil)
            }
        }
        for bad in ["", "x", tokens[1] + "A", String(tokens[1].dropLast()), String(repeating: "=", count: 32)] {
            #expect(store.message(ofToken: bad) == nil)
        }
    }

    @Test("preferences say who, by which list, and what stands")
    func preferences() throws {
        let store = try EngineUnderTest.sqlite.makeStore().store
        let news = try Self.channel(store, "News", subscribers: 2)
        _ = try Self.broadcast(store, to: [news])
        let message = try #require(try StoreFixture.claim(store, limit: 1).first)
        let preferences = try #require(try store.preferences(ofMessage: message.id))
        #expect(preferences.address == Self.ada(1))
        #expect(preferences.consent == Consent(isBroadcast: true, channelID: news))
        #expect(preferences.consent.oneClickScope == .channel(news))
        #expect(preferences.channelName == "News")
        #expect(preferences.suppressions.isEmpty)
        #expect(try store.preferences(ofMessage: 4711) == nil)
        #expect(message.channelName == "News")
    }
}
