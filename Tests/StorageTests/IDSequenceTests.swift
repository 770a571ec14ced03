import Messaging
import Testing

@testable import Storage

@Suite("Ids that are given before their rows")
struct IDSequenceTests {
    private func messages(of broadcast: Int64, in store: Store) throws -> [Int64] {
        try store.engine.read { connection in
            try connection.rows(
                "SELECT id FROM messages WHERE broadcast_id = $1 ORDER BY id", [.int(broadcast)]
            ) { $0.int() }
        }
    }

    @Test("follow each other, and one that is deleted never comes back", arguments: EngineUnderTest.allCases)
    func neverAgain(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let first = try messages(of: try StoreFixture.broadcast(in: store, receivers: 10), in: store)
        #expect(first == Array(1...10))
        try store.engine.write(.accept) { connection in
            try connection.run("DELETE FROM messages WHERE id > 5")
            try connection.run("DELETE FROM addresses")
        }
        let second = try messages(of: try StoreFixture.broadcast(in: store, receivers: 3), in: store)
        #expect(second == [11, 12, 13])
        let addresses = try store.engine.read { try $0.rows("SELECT id FROM addresses ORDER BY id") { $0.int() } }
        #expect(addresses == [11, 12, 13])
    }

    @Test("are shared by messages that leave and those that come", arguments: EngineUnderTest.allCases)
    func bothWays(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let out = try messages(of: try StoreFixture.broadcast(in: store, receivers: 2), in: store)
        let filed = try store.file(
            InboundMessage(
                deliveryChannel: .email, from: "eve@example.org", text: "Yes", providerID: 1, reference: "r-1",
                inReplyTo: nil, at: StoreFixture.noon),
            fromOneOf: [Address(kind: .email, value: "eve@example.org")], at: StoreFixture.noon)
        #expect(out == [1, 2] && filed?.id == 3)
        #expect(try messages(of: try StoreFixture.broadcast(in: store, receivers: 1), in: store) == [4])
    }

    @Test("of a commit that fails are given again", arguments: EngineUnderTest.allCases)
    func rolledBack(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        #expect(throws: CancellationError.self) {
            try store.engine.write(.accept) { connection in
                _ = try IDSequence.messages.take(100, on: connection)
                throw CancellationError()
            }
        }
        #expect(try store.engine.write(.accept) { try IDSequence.messages.take(on: $0) } == 1)
    }
}
