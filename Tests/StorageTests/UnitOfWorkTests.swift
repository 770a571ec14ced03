import Foundation
import Messaging
import Synchronization
import TestSupport
import Testing

@testable import Storage

@Suite("One commit of several calls")
struct UnitOfWorkTests {
    private struct Refused: Error {}

    private static let entry = AuditEntry(
        at: StoreFixture.noon, userID: nil, actor: "ada@example.org", action: "create channel", subject: "channel 1",
        remoteAddress: "")

    private static func onAnotherThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) throws -> Value
    {
        let result = Mutex<Result<Value, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let answer = Result { try body() }
            result.withLock { $0 = answer }
            done.signal()
        }
        done.wait()
        return try #require(result.withLock { $0 }).get()
    }

    private func counts(_ store: Store) throws -> [Int] {
        [
            try store.channels(matching: "", from: .newest, limit: 10).items.count,
            try store.audit(AuditFilter(), from: .newest, limit: 10).items.count,
        ]
    }

    @Test(
        "what the calls write is there together, and each sees what those before it wrote",
        arguments: EngineUnderTest.allCases)
    func together(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let (name, seenByOthers) = try store.commit {
            let id = try store.createChannel(name: "News", description: "", at: StoreFixture.noon)
            try store.record(Self.entry)
            return (try store.channel(id)?.name, try Self.onAnotherThread { try counts(store) })
        }
        #expect(name == "News")
        #expect(seenByOthers == [0, 0])
        #expect(try counts(store) == [1, 1])
    }

    @Test("nothing is there when the body throws after its calls", arguments: EngineUnderTest.allCases)
    func bodyThrows(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        #expect(throws: Refused.self) {
            try store.commit {
                _ = try store.createChannel(name: "News", description: "", at: StoreFixture.noon)
                try store.record(Self.entry)
                throw Refused()
            }
        }
        #expect(try counts(store) == [0, 0])
    }

    @Test("a call that throws takes all back, even where the body goes on", arguments: EngineUnderTest.allCases)
    func callThrows(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        #expect(throws: StoreConflict.notFound) {
            try store.commit {
                _ = try store.createChannel(name: "News", description: "", at: StoreFixture.noon)
                try? store.deleteChannel(99)
                try store.record(Self.entry)
            }
        }
        #expect(try counts(store) == [0, 0])
    }

    @Test("a commit inside a commit is the same one", arguments: EngineUnderTest.allCases)
    func nested(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        #expect(throws: Refused.self) {
            try store.commit {
                try store.commit { try store.record(Self.entry) }
                throw Refused()
            }
        }
        #expect(try counts(store) == [0, 0])
    }

    @Test("another store is not drawn in", arguments: EngineUnderTest.allCases)
    func apart(_ engine: EngineUnderTest) throws {
        let (store, other) = (try engine.makeStore().store, try engine.makeStore().store)
        #expect(throws: Refused.self) {
            try store.commit {
                try other.record(Self.entry)
                throw Refused()
            }
        }
        #expect(try counts(other) == [0, 1])
    }

    @Test("work is told of once it is on disk, and not when it was taken back", arguments: EngineUnderTest.allCases)
    func signals(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let heard = Mutex<[WorkSignal]>([])
        store.listen { signal in heard.withLock { $0.append(signal) } }
        let address = try Address("ada@example.org", for: .email)
        let suppression = NewSuppression(address: address, scope: .everything, reason: "asked", source: .person)
        try store.commit {
            try store.suppress([suppression], at: StoreFixture.noon)
            #expect(heard.withLock { $0.isEmpty })
        }
        #expect(heard.withLock { $0 } == [.delivery])
        #expect(throws: Refused.self) {
            try store.commit {
                try store.suppress([suppression], at: StoreFixture.noon)
                throw Refused()
            }
        }
        #expect(heard.withLock { $0 } == [.delivery])
    }
}
