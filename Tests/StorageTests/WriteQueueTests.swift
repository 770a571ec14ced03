import Foundation
import Messaging
import Synchronization
import TestSupport
import Testing

@testable import Storage

@Suite("Commits")
struct WriteQueueTests {
    private struct Refused: Error {}

    @Test("many writers at once all land, and one that fails takes only itself back")
    func together() throws {
        let store = try EngineUnderTest.sqlite.makeStore().store
        let failures = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 64) { index in
            do {
                try store.engine.write(.accept) { connection in
                    try connection.run(
                        "INSERT INTO settings (name, value) VALUES ($1, 'x')", [.text("k\(index)")])
                    if index % 8 == 0 { throw Refused() }
                }
            } catch {
                failures.withLock { $0 += 1 }
            }
        }
        let kept = try store.engine.read { connection in
            try connection.first("SELECT COUNT(*) FROM settings WHERE name LIKE 'k%'", [], { $0.count() })
        }
        #expect(failures.withLock { $0 } == 8)
        #expect(kept == 56)
    }

    /// Background work and two accepts come while another accept is written. Which of them are written together, in order.
    private func turns(patience: Duration) -> [[String]] {
        let queue = WriteQueue(patience: patience)
        let names = ["first", "background", "second", "third"]
        nonisolated(unsafe) let jobs = names.map { _ in WriteQueue.Job { _ in } }
        let turns = Mutex<[[String]]>([])
        let ended = DispatchGroup()
        @Sendable func perform(_ place: Int, _ urgency: WriteUrgency) {
            queue.perform(jobs[place], urgency) { batch in
                turns.withLock { turns in
                    turns.append(batch.compactMap { job in jobs.firstIndex { $0 === job }.map { names[$0] } }.sorted())
                }
                guard batch.contains(where: { $0 === jobs[0] }) else { return }
                let waiting: [(place: Int, urgency: WriteUrgency)] = [(1, .background), (2, .accept), (3, .accept)]
                for (place, urgency) in waiting {
                    ended.enter()
                    Thread {
                        perform(place, urgency)
                        ended.leave()
                    }.start()
                }
                while queue.waiting(.background) < 1 || queue.waiting(.accept) < 2 { sched_yield() }
                let since = ContinuousClock.now
                while patience < .seconds(1), ContinuousClock.now - since < patience { sched_yield() }
            }
        }
        perform(0, .accept)
        ended.wait()
        return turns.withLock { $0 }
    }

    @Test("background work gives way to accepts, and has its turn once it was passed over for long enough")
    func passedOver() {
        #expect(turns(patience: .seconds(1000)) == [["first"], ["second", "third"], ["background"]])
        #expect(turns(patience: .milliseconds(2)) == [["first"], ["background"], ["second", "third"]])
    }

    @Test("a commit the disk refuses changes nothing, says so, and the next one works")
    func fullDisk() throws {
        let isFull = Mutex(false)
        let fixture = try EngineUnderTest.sqlite.makeStore(beforeCommit: {
            if isFull.withLock({ $0 }) { throw StoreUnavailable(isFull: true, detail: "the disk is full") }
        })
        let single = SingleMessage(
            origin: .api, content: StoreFixture.composition.content(for: .email), receiver: StoreFixture.receiver(1))
        isFull.withLock { $0 = true }
        #expect(throws: StoreUnavailable.self) { try fixture.store.accept(single, at: StoreFixture.noon) }
        #expect(!fixture.store.isWritable())
        isFull.withLock { $0 = false }
        #expect(try fixture.store.messages(MessageFilter(), from: .newest, limit: 9).items.isEmpty)
        #expect(try fixture.store.unbalancedBroadcasts().isEmpty)
        _ = try fixture.store.accept(single, at: StoreFixture.noon)
        #expect(try fixture.store.messages(MessageFilter(), from: .newest, limit: 9).items.count == 1)
    }

    @Test("a store opened again has everything, and a newer one is refused")
    func reopen() throws {
        let fixture = try EngineUnderTest.sqlite.makeStore()
        let id = try StoreFixture.broadcast(in: fixture.store, receivers: 3)
        let again = try fixture.reopened()
        #expect(again.installationID == fixture.store.installationID)
        #expect(try again.books(of: id)[.pending] == 3)
        try again.engine.write(.accept) {
            try $0.run("INSERT INTO migrations (number, name, applied_at) VALUES (99, 'later', 0)")
        }
        #expect(throws: NewerSchema.self) { try fixture.reopened() }
    }
}
