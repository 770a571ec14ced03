import Foundation
import Messaging
import TestSupport
import Testing

@testable import Storage

@Suite("The send log, the directory and the providers")
struct LogAndDirectoryTests {
    /// Walks all pages one way and back again.
    private func walk(_ store: Store, _ filter: MessageFilter, limit: Int) throws -> [Int64] {
        var ids: [Int64] = []
        var start = PageStart.newest
        var page = try store.messages(filter, from: start, limit: limit)
        while true {
            ids += page.items.map(\.id)
            guard let next = page.next else { break }
            start = .after(next)
            page = try store.messages(filter, from: start, limit: limit)
        }
        var back = page.items.map(\.id)
        while let previous = page.previous {
            page = try store.messages(filter, from: .before(previous), limit: limit)
            back = page.items.map(\.id) + back
        }
        #expect(back == ids, "walking back finds the same rows")
        return ids
    }

    private func admits(_ filter: MessageFilter, _ row: MessageRow) -> Bool {
        (filter.statuses.isEmpty || filter.statuses.contains(row.status))
            && (filter.deliveryChannel.map { $0 == row.deliveryChannel } ?? true)
            && (filter.direction.map { $0 == row.direction } ?? true)
            && (filter.type.map { $0 == row.type } ?? true)
            && (filter.from.map { $0 <= row.createdAt } ?? true)
            && (filter.to.map { row.createdAt < $0 } ?? true)
            && (filter.broadcastID.map { $0 == row.broadcastID } ?? true)
    }

    @Test(
        "every filter and their combinations find what a plain look finds", arguments: EngineUnderTest.allCases,
        [1, 3, 50])
    func filters(engine: EngineUnderTest, limit: Int) throws {
        let store = try engine.makeStore().store
        let first = try StoreFixture.broadcast(in: store, receivers: 5, channels: [.email, .sms])
        let second = try StoreFixture.broadcast(in: store, receivers: 3, channels: [.email, .sms])
        let claimed = try StoreFixture.claim(store, limit: 7)
        _ = try store.recordAndClaim(
            claimed.enumerated().map { StoreFixture.completion($1, $0 % 2 == 0 ? .accepted : .refused) }, claims: [],
            slots: [:], lease: 1, at: StoreFixture.noon)
        let all = try store.messages(MessageFilter(), from: .newest, limit: 100).items
        #expect(all.count == 16)
        let combinations: [MessageFilter] = [
            MessageFilter(), MessageFilter(statuses: [.failed]), MessageFilter(statuses: [.sent, .pending]),
            MessageFilter(deliveryChannel: .sms), MessageFilter(statuses: [.failed], deliveryChannel: .email),
            MessageFilter(from: StoreFixture.noon, to: StoreFixture.noon + .seconds(1)),
            MessageFilter(to: StoreFixture.noon),
            MessageFilter(deliveryChannel: .email, query: "ada3@example"), MessageFilter(query: "lovelace"),
            MessageFilter(query: "ada 5"), MessageFilter(query: "82110000"), MessageFilter(query: "nobody at all"),
            MessageFilter(query: "\" OR ada1 --"), MessageFilter(type: .bulk), MessageFilter(type: .reply),
            MessageFilter(broadcastID: first), MessageFilter(broadcastID: second), MessageFilter(broadcastID: 4_242),
            MessageFilter(statuses: [.failed, .sent], deliveryChannel: .email, broadcastID: first),
            MessageFilter(deliveryChannel: .sms, from: StoreFixture.noon, broadcastID: second, query: "lovelace"),
            MessageFilter(direction: .inbound), MessageFilter(statuses: [.pending], direction: .outbound),
        ]
        for filter in combinations {
            let expected = all.filter { row in
                let words = filter.query.lowercased().split(separator: " ")
                let text = "\(row.address) \(row.recipientName)".lowercased()
                return admits(filter, row) && words.filter { $0.count > 2 }.allSatisfy(text.contains)
            }
            #expect(try walk(store, filter, limit: limit) == expected.map(\.id), "\(filter)")
        }
    }

    @Test(
        "a word is found where it stands whole, not where its parts stand apart", arguments: EngineUnderTest.allCases)
    func wholeWords(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        for name in ["abcdef", "abcd bcde cdef", "xabcdefx"] {
            try store.upsert(Entity(kind: .member, externalID: "m-" + name, firstName: name), at: StoreFixture.noon)
        }
        for query in ["abcdef", "ABCDEF", "bcde cdef"] {
            let found = try store.search(EntitySearch(kind: .member, query: query), from: .newest, limit: 10)
            let expected =
                query.contains(" ")
                ? ["m-xabcdefx", "m-abcd bcde cdef", "m-abcdef"] : ["m-xabcdefx", "m-abcdef"]
            #expect(found.items.map(\.externalID) == expected, "\(query)")
        }
        let filtered = EntitySearch(kind: .member, filters: [.init(field: "first_name", value: "abcdef")])
        #expect(try store.search(filtered, from: .newest, limit: 10).items.count == 2)

        _ = try StoreFixture.broadcast(in: store, receivers: 2)
        let texts = ["abcd bcde cdef", "xabcdefx"]
        try store.engine.write(.accept) { connection in
            let ids = try connection.rows("SELECT id FROM addresses ORDER BY id") { $0.int() }
            for (id, text) in zip(ids, texts) {
                try connection.run("UPDATE addresses SET search = $1 WHERE id = $2", [.text(text), .int(id)])
            }
        }
        #expect(try store.messages(MessageFilter(query: "abcdef"), from: .newest, limit: 10).items.count == 1)
        #expect(try store.messages(MessageFilter(query: "bcde cdef"), from: .newest, limit: 10).items.count == 2)
    }

    @Test("the oldest due message and the last days are counted", arguments: EngineUnderTest.allCases)
    func overview(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        _ = try StoreFixture.broadcast(in: store, receivers: 3)
        let claimed = try StoreFixture.claim(store, limit: 2)
        _ = try store.recordAndClaim(
            [StoreFixture.completion(claimed[0], .accepted), StoreFixture.completion(claimed[1], .refused)], claims: [],
            slots: [:],
            lease: 1, at: StoreFixture.noon)
        let overview = try store.overview(at: StoreFixture.noon)
        #expect(overview.counts[.sent] == 1)
        #expect(overview.counts[.failed] == 1)
        #expect(overview.counts[.pending] == 1)
        #expect(overview.oldestDue == StoreFixture.noon)
        #expect(overview.days.count == 14)
        #expect(overview.days.last?.sent == 1)
        #expect(overview.days.last?.failed == 1)
    }

    @Test(
        "a search finds parts of names and addresses, with filters on fields and attributes",
        arguments: EngineUnderTest.allCases)
    func search(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        for (index, name) in ["Ada Lovelace", "Grace Hopper", "Zoë Müller", "Łukasz Nowak", "An Bo"].enumerated() {
            let parts = name.split(separator: " ").map(String.init)
            try store.upsert(
                Entity(
                    kind: .member, externalID: "m-\(index)", firstName: parts[0], lastName: parts[1],
                    email: "p\(index)@example.org",
                    attributes: MergeValues(["tier": .string(index % 2 == 0 ? "gold" : "silver")])),
                at: StoreFixture.noon)
        }
        func names(_ query: String, _ filters: [EntitySearch.Filter] = [], kind: EntityKind = .member) throws
            -> [String]
        {
            try store.search(EntitySearch(kind: kind, query: query, filters: filters), from: .newest, limit: 10)
                .items.map(\.displayName)
        }
        #expect(try names("love") == ["Ada Lovelace"])
        #expect(try names("GRACE hop") == ["Grace Hopper"])
        #expect(try names("müll") == ["Zoë Müller"])
        #expect(try names("an bo") == ["An Bo"])
        #expect(try names("p1@example") == ["Grace Hopper"])
        #expect(try names("love\" OR \"grace").isEmpty)
        #expect(try names("love", kind: .account).isEmpty)
        #expect(try names("", [.init(field: "tier", value: "gold")]) == ["An Bo", "Zoë Müller", "Ada Lovelace"])
        #expect(
            try names("example", [.init(field: "tier", value: "gold"), .init(field: "last_name", value: "b")]) == [
                "An Bo"
            ])
    }

    @Test("secrets are nowhere in the files in the clear, and another key does not open them")
    func secrets() throws {
        let fixture = try EngineUnderTest.sqlite.makeStore()
        let id = try fixture.store.createProvider(
            ProviderDraft(
                deliveryChannel: .email, kind: "smtp", name: "Mail", isDefault: false,
                settings: ProviderSettings(["host": "mail.example.org", "password": "correct horse battery"]),
                secretNames: ["password"]), at: StoreFixture.noon)
        #expect(try fixture.store.provider(id)?.settings["password"] == "correct horse battery")
        #expect(try fixture.store.provider(id)?.isDefault == true)
        for file in try FileManager.default.contentsOfDirectory(atPath: fixture.folder) {
            let data = try Data(contentsOf: URL(fileURLWithPath: fixture.folder + "/" + file))
            #expect(data.range(of: Data("correct horse".utf8)) == nil, "\(file)")
        }
        let mode = try FileManager.default.attributesOfItem(atPath: fixture.folder + "/secret.key")[.posixPermissions]
        #expect(mode as? Int == 0o600)
        try Data(repeating: 7, count: 32).write(to: URL(fileURLWithPath: fixture.folder + "/secret.key"))
        let stranger = try fixture.reopened()
        let account = try #require(try stranger.provider(id))
        #expect(account.settings["password"].isEmpty)
        #expect(account.trouble?.contains("key") == true)
        #expect(account.settings["host"] == "mail.example.org")
    }

    @Test("a provider is switched without its settings", arguments: EngineUnderTest.allCases)
    func switches(engine: EngineUnderTest) throws {
        let fixture = try engine.makeStore()
        let store = fixture.store
        let draft = ProviderDraft(
            deliveryChannel: .email, kind: "smtp", name: "A", isDefault: true,
            settings: ProviderSettings(["password": "hunter2"]), secretNames: ["password"])
        let (first, second) = (
            try store.createProvider(draft, at: StoreFixture.noon),
            try store.createProvider(draft, at: StoreFixture.noon)
        )
        try store.switchProvider(first, isDefault: true, isEnabled: false, at: StoreFixture.noon)
        let account = try #require(try store.provider(first))
        #expect(account.isDefault && !account.isEnabled)
        #expect(account.settings["password"] == "hunter2")
        #expect(try store.provider(second)?.isDefault == false)
        try store.deleteProvider(first)
        #expect(throws: StoreConflict.notFound) {
            try store.switchProvider(first, isDefault: true, isEnabled: true, at: StoreFixture.noon)
        }
    }

    @Test("a delivery channel with providers always has one default", arguments: EngineUnderTest.allCases)
    func defaults(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        func draft(_ name: String, isDefault: Bool) -> ProviderDraft {
            ProviderDraft(
                deliveryChannel: .email, kind: "smtp", name: name, isDefault: isDefault,
                settings: ProviderSettings(), secretNames: [])
        }
        let first = try store.createProvider(draft("A", isDefault: false), at: StoreFixture.noon)
        let second = try store.createProvider(draft("B", isDefault: true), at: StoreFixture.noon)
        #expect(try store.providers(for: .email).filter(\.isDefault).map(\.id) == [second])
        try store.updateProvider(second, draft("B", isDefault: false), at: StoreFixture.noon)
        #expect(try store.providers(for: .email).filter(\.isDefault).map(\.id) == [first])
        try store.deleteProvider(first)
        #expect(try store.providers(for: .email).map(\.id) == [second])
        #expect(try store.provider(second)?.isDefault == true)
        #expect(try store.providers(for: .sms).isEmpty)
    }
}
