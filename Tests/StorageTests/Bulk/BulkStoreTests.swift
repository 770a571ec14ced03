import Dispatch
import Messaging
import TestSupport
import Testing

@testable import Storage

@Suite("Bulk broadcasts in the store")
struct BulkStoreTests {
    static func draft(_ store: Store, channels: [DeliveryChannel] = [.email]) throws -> Int64 {
        try store.createBulk(
            BulkDraft(name: "July", templateID: nil, composition: StoreFixture.composition, deliveryChannels: channels),
            by: nil, at: StoreFixture.noon)
    }

    /// Works on all jobs to their end; returns how many chunks that took.
    @discardableResult
    static func finishJobs(_ store: Store, chunk: Int = 3) throws -> Int {
        var chunks = 0
        while let job = try store.openJobs(of: nil, limit: 1).first {
            _ = try store.work(on: job.id, limit: chunk, at: StoreFixture.noon)
            chunks += 1
            try #require(chunks < 10_000)
        }
        return chunks
    }

    static func members(_ store: Store, _ count: Int) throws {
        for number in 1...count {
            try store.upsert(
                Entity(
                    kind: .member, externalID: "m-\(number)", firstName: "Ada \(number)", lastName: "Lovelace",
                    email: "ada\(number)@example.org", mobile: "+2782\(1_000_000 + number)",
                    attributes: MergeValues(["tier": .string(number % 2 == 0 ? "gold" : "silver")])),
                at: StoreFixture.noon)
        }
    }

    static func publish(_ store: Store, _ id: Int64, channels: [DeliveryChannel] = [.email]) throws {
        let version = try #require(try store.broadcast(id)).version
        try store.publishBulk(
            id, version: version, contents: channels.map(StoreFixture.composition.content), providers: [:],
            priority: .normal,
            sendAt: nil,
            by: nil, at: StoreFixture.noon)
    }

    /// A published bulk, fanned out but for what `fanOut` leaves.
    static func published(_ store: Store, receivers: Int, fanOut: Bool = true) throws -> Int64 {
        let id = try draft(store)
        _ = try store.addReceivers((1...receivers).map { StoreFixture.receiver($0) }, to: id, at: StoreFixture.noon)
        try publish(store, id)
        if fanOut { try StoreFixture.fanOut(store) }
        return id
    }

    @Test("subscribers of a channel come in chunks, each once, with their channel", arguments: EngineUnderTest.allCases)
    func channel(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        try Self.members(store, 5)
        let channel = try store.createChannel(name: "Newsletter", description: "", at: StoreFixture.noon)
        for number in 1...5 {
            let member = try #require(try store.entity(kind: .member, externalID: "m-\(number)"))
            _ = try store.addSubscriber(Subscriber(entity: member.reference), to: channel, at: StoreFixture.noon)
        }
        _ = try store.addSubscriber(
            Subscriber(firstName: "Grace", email: "grace@example.org"), to: channel, at: StoreFixture.noon)
        let id = try Self.draft(store)
        let job = try store.addAudience(.channel(channel), to: id, by: nil, at: StoreFixture.noon)
        #expect(job.total == 6)
        // Who subscribes after the asking is not drawn in.
        _ = try store.addSubscriber(
            Subscriber(firstName: "Late", email: "late@example.org"), to: channel, at: StoreFixture.noon)
        try Self.finishJobs(store)
        _ = try store.addAudience(.channel(channel), to: id, by: nil, at: StoreFixture.noon)
        let again = try #require(try store.openJobs(of: id, limit: 1).first)
        try Self.finishJobs(store)
        #expect(try store.broadcast(id)?.receiverCount == 7)
        #expect(try store.work(on: again.id, limit: 1, at: StoreFixture.noon).merged == 6)
        let receivers = try store.receivers(of: id, from: .newest, limit: 50).items
        #expect(Set(receivers.compactMap(\.subscription?.channelName)) == ["Newsletter"])
        #expect(receivers.allSatisfy { $0.origin == .channel })
    }

    @Test("a search adds everybody it finds, and a second one merges", arguments: EngineUnderTest.allCases)
    func search(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        try Self.members(store, 11)
        let id = try Self.draft(store)
        let gold = EntitySearch(kind: .member, filters: [EntitySearch.Filter(field: "tier", value: "gold")])
        _ = try store.addAudience(.search(gold), to: id, by: nil, at: StoreFixture.noon)
        try Self.finishJobs(store)
        #expect(try store.broadcast(id)?.receiverCount == 5)
        let everybody = try store.addAudience(
            .search(EntitySearch(kind: .member)), to: id, by: nil, at: StoreFixture.noon)
        #expect(everybody.total == 11)
        try Self.finishJobs(store)
        let done = try store.work(on: everybody.id, limit: 1, at: StoreFixture.noon)
        #expect(done.done == 6)
        #expect(done.merged == 5)
        #expect(try store.receivers(of: id, from: .newest, limit: 50).items.count == 11)
    }

    @Test("a broadcast is not published while receivers are being added", arguments: EngineUnderTest.allCases)
    func adding(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        try Self.members(store, 4)
        let id = try Self.draft(store)
        _ = try store.addAudience(.search(EntitySearch(kind: .member)), to: id, by: nil, at: StoreFixture.noon)
        #expect(throws: StoreConflict.state("adding")) { try Self.publish(store, id) }
        try Self.finishJobs(store)
        try Self.publish(store, id)
        #expect(throws: StoreConflict.state("published")) {
            try store.addAudience(.search(EntitySearch(kind: .member)), to: id, by: nil, at: StoreFixture.noon)
        }
    }

    @Test("two who work on one job write each chunk once", arguments: EngineUnderTest.allCases)
    func chunkOnce(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        try Self.members(store, 30)
        let id = try Self.draft(store)
        let job = try store.addAudience(.search(EntitySearch(kind: .member)), to: id, by: nil, at: StoreFixture.noon)
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            while (try? store.work(on: job.id, limit: 2, at: StoreFixture.noon).isFinished) == false {}
        }
        let done = try store.work(on: job.id, limit: 1, at: StoreFixture.noon)
        #expect(done.done == 30)
        #expect(done.merged == 0)
        #expect(try store.broadcast(id)?.receiverCount == 30)
    }

    @Test("a duplicate has the same receivers and leaves the original alone", arguments: EngineUnderTest.allCases)
    func duplicate(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try Self.published(store, receivers: 8)
        let copy = try store.duplicateBulk(id, name: "Copy of July", by: nil, at: StoreFixture.noon)
        try Self.finishJobs(store)
        let draft = try #require(try store.broadcast(copy.broadcast))
        #expect(draft.status == .draft)
        #expect(draft.receiverCount == 8)
        #expect(draft.composition == StoreFixture.composition)
        #expect(try store.books(of: copy.broadcast).planned == 0)
        try StoreFixture.expectBalance(store, id)
    }

    @Test(
        "a paused broadcast hands out nothing, and goes on with exactly the rest", arguments: EngineUnderTest.allCases)
    func pause(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try Self.published(store, receivers: 10)
        let first = try StoreFixture.claim(store, limit: 4)
        let queues = try store.dueQueues(at: StoreFixture.noon)
        try store.pause(id, at: StoreFixture.noon)
        #expect(try store.broadcast(id)?.status == .paused)
        #expect(try store.dueQueues(at: StoreFixture.noon).isEmpty)
        // A claim that was planned before the pause finds it inside its commit.
        let claims = queues.map { ClaimRequest(queue: $0, providerID: 1, share: 4, fromAddress: "") }
        #expect(
            try store.recordAndClaim([], claims: claims, slots: [1: 4], lease: 1, at: StoreFixture.noon).claimed.isEmpty
        )
        try store.resume(id, at: StoreFixture.noon)
        let rest = try StoreFixture.claim(store, limit: 50)
        #expect(rest.count == 6)
        #expect(Set(first.map(\.id)).isDisjoint(with: rest.map(\.id)))
        try StoreFixture.expectBalance(store, id)
    }

    @Test("a paused broadcast of one receiver is held too, and others are not", arguments: EngineUnderTest.allCases)
    func pauseOne(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let one = try Self.published(store, receivers: 1)
        let other = try Self.published(store, receivers: 1)
        try store.pause(one, at: StoreFixture.noon)
        #expect(try StoreFixture.claim(store, limit: 5).map(\.broadcastID) == [other])
        try store.resume(one, at: StoreFixture.noon)
        #expect(try StoreFixture.claim(store, limit: 5).map(\.broadcastID) == [one])
    }

    @Test(
        "a cancelled broadcast sends nothing more, written or not, and its books balance at every step",
        arguments: EngineUnderTest.allCases)
    func cancel(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let receivers = Store.firstChunk * 5 + 7
        let id = try Self.published(store, receivers: receivers, fanOut: false)
        let due = try #require(try store.dueBroadcasts(at: StoreFixture.noon, limit: 1).first)
        let chunk = try store.receivers(of: id, after: due.cursor, limit: Store.firstChunk * 4)
        try store.write(
            FanOutChunk(
                broadcastID: id, fromCursor: due.cursor, toCursor: try #require(chunk.last).receiver.id, isLast: false,
                messages: MessagePlanner.plan(chunk, of: due)), at: StoreFixture.noon)
        let sending = try StoreFixture.claim(store, limit: 3)
        let job = try store.cancel(id, by: nil, at: StoreFixture.noon)
        #expect(!job.isFinished)
        #expect(try store.broadcast(id)?.status == .cancelled)
        #expect(try store.dueBroadcasts(at: StoreFixture.noon, limit: 1).isEmpty)
        #expect(try StoreFixture.claim(store, limit: 5).isEmpty)
        try StoreFixture.expectBalance(store, id)
        try Self.finishJobs(store, chunk: 20)
        let books = try store.books(of: id)
        #expect(books[.pending] == 0)
        #expect(books[.sending] == 3)
        #expect(books[.cancelled] == receivers - 3)
        try StoreFixture.expectBalance(store, id)
        // What was in the slots ends as the provider says.
        _ = try store.recordAndClaim(
            sending.map { StoreFixture.completion($0, .accepted) }, claims: [], slots: [:], lease: 1,
            at: StoreFixture.noon)
        #expect(try store.books(of: id)[.sent] == 3)
        try StoreFixture.expectBalance(store, id)
        #expect(throws: StoreConflict.state("cancelled")) { try store.resume(id, at: StoreFixture.noon) }
        // One that was to be tried later does not come back to life.
        #expect(try store.dueQueues(at: StoreFixture.noon).isEmpty)
    }

    @Test("resending touches the failed ones of this broadcast only", arguments: EngineUnderTest.allCases)
    func resend(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try Self.published(store, receivers: 9)
        let other = try Self.published(store, receivers: 9)
        for (number, message) in try StoreFixture.claim(store, limit: 50).enumerated() {
            let event: MessageEvent = [.accepted, .refused, .lostTrack][number % 3]
            _ = try store.recordAndClaim(
                [StoreFixture.completion(message, event)], claims: [], slots: [:], lease: 1, at: StoreFixture.noon)
        }
        let before = try store.books(of: id)
        let elsewhere = try store.books(of: other)
        _ = try store.decide(.resendFailed, of: id, by: nil, at: StoreFixture.noon)
        try Self.finishJobs(store)
        let after = try store.books(of: id)
        #expect(after[.pending] == before[.failed])
        #expect(after[.failed] == 0)
        #expect(after[.unknown] == before[.unknown])
        #expect(after[.sent] == before[.sent])
        #expect(try store.books(of: other) == elsewhere)
        #expect(throws: StoreConflict.state("nothing failed")) {
            try store.decide(.resendFailed, of: id, by: nil, at: StoreFixture.noon)
        }
        _ = try store.decide(.assumeSent, of: id, by: nil, at: StoreFixture.noon)
        #expect(try store.books(of: id)[.sent] == before[.sent] + before[.unknown])
        try StoreFixture.expectBalance(store, id)
        try StoreFixture.expectBalance(store, other)
    }

    @Test("a page of one outcome finds exactly those receivers, page by page", arguments: EngineUnderTest.allCases)
    func outcomes(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try Self.published(store, receivers: 20)
        for (number, message) in try StoreFixture.claim(store, limit: 12).enumerated() {
            let event: MessageEvent = number < 5 ? .refused : .accepted
            _ = try store.recordAndClaim(
                [StoreFixture.completion(message, event)], claims: [], slots: [:], lease: 1, at: StoreFixture.noon)
        }
        func all(_ filter: OutcomeFilter) throws -> [ReceiverOutcome] {
            var (found, start): ([ReceiverOutcome], PageStart) = ([], .newest)
            while true {
                let page = try store.outcomes(of: id, filter, from: start, limit: 3)
                found += page.items
                guard let next = page.next else { return found }
                start = .after(next)
            }
        }
        #expect(try all(OutcomeFilter()).count == 20)
        #expect(try all(OutcomeFilter()).allSatisfy { $0.messages.count == 1 })
        #expect(try all(OutcomeFilter(statuses: [.failed])).count == 5)
        let settled = try all(OutcomeFilter(statuses: [.failed, .sent]))
        #expect(settled.count == 12)
        #expect(Set(settled.map(\.receiver.id)).count == 12)
        #expect(try all(OutcomeFilter(statuses: [.sent], query: "ADA 6 ")).count == 1)
        #expect(try all(OutcomeFilter(query: "ada12@example")).map(\.receiver.firstName) == ["Ada 12"])
        let first = try store.outcomes(of: id, OutcomeFilter(statuses: [.sent]), from: .newest, limit: 3)
        let second = try store.outcomes(
            of: id, OutcomeFilter(statuses: [.sent]), from: .after(try #require(first.next)), limit: 3)
        let back = try store.outcomes(
            of: id, OutcomeFilter(statuses: [.sent]), from: .before(try #require(second.previous)), limit: 3)
        #expect(back.items == first.items)
    }

    @Test("the list shows bulk broadcasts with their books, by status and by name", arguments: EngineUnderTest.allCases)
    func list(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let sent = try Self.published(store, receivers: 4)
        let draft = try Self.draft(store)
        _ = try StoreFixture.broadcast(in: store, receivers: 2)
        let page = try store.bulks(BulkFilter(), from: .newest, limit: 10)
        #expect(page.items.map(\.id) == [draft, sent])
        #expect(page.items.last?.books.planned == 4)
        #expect(try store.bulks(BulkFilter(status: .draft), from: .newest, limit: 10).items.map(\.id) == [draft])
        #expect(try store.bulks(BulkFilter(query: "JUL"), from: .newest, limit: 1).next != nil)
        #expect(try store.bulks(BulkFilter(query: "august"), from: .newest, limit: 1).items.isEmpty)
    }

    @Test("a save that names an old version is refused", arguments: EngineUnderTest.allCases)
    func versions(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try Self.draft(store)
        let change = BulkDraft(name: "August", templateID: nil, deliveryChannels: [.sms], whenUnknown: .resend)
        #expect(try store.saveBulk(id, version: 1, change, by: nil, at: StoreFixture.noon) == 2)
        #expect(throws: StoreConflict.version(2)) {
            try store.saveBulk(id, version: 1, change, by: nil, at: StoreFixture.noon)
        }
        let saved = try #require(try store.broadcast(id))
        #expect(saved.name == "August")
        #expect(saved.deliveryChannels == [.sms])
        #expect(saved.whenUnknown == .resend)
    }
}
