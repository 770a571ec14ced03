import Foundation
import Messaging
import TestSupport
import Testing

@testable import Storage

/// A second engine adds its name here, and every suite runs on it too.
enum EngineUnderTest: String, CaseIterable, CustomTestStringConvertible {
    case sqlite
    var testDescription: String { rawValue }

    func makeStore(
        catalog: ProviderCatalog = ProviderCatalog([]), beforeCommit: (@Sendable () throws -> Void)? = nil
    ) throws -> TemporaryStore {
        switch self {
        case .sqlite:
            let temporary = try TemporaryStore(catalog: catalog, beforeCommit: beforeCommit)
            // Opening merges the text indexes in commits of its own, which a test that counts commits must not see.
            (temporary.store.engine as? SQLiteEngine)?.merger.waitForRest()
            return temporary
        }
    }
}

/// People and moments the suites share.
enum StoreFixture {
    static let noon = Timestamp(milliseconds: 1_795_000_000_000)

    static func receiver(_ number: Int, email: String? = nil) -> Receiver {
        Receiver(
            firstName: "Ada \(number)", lastName: "Lovelace", email: email ?? "ada\(number)@example.org",
            mobile: "+27821\(100_000 + number)", origin: .manual)
    }

    static let composition = Composition(
        emailSubject: "Hi {{first_name}}", emailHTML: "<p>Dear {{first_name}}</p>", smsText: "Hi {{first_name}}")

    /// A published broadcast to that many people, fanned out in chunks of 7.
    static func broadcast(
        in store: Store, receivers: Int, channels: [DeliveryChannel] = [.email], fanOut: Bool = true
    ) throws -> Int64 {
        let id = try store.createDraft(
            name: "Spring news", deliveryChannels: channels, composition: composition, by: nil, at: noon)
        _ = try store.addReceivers((1...receivers).map { receiver($0) }, to: id, at: noon)
        try store.publish(
            id, version: nil, receivers: nil, contents: channels.map(composition.content), sendAt: nil, by: nil,
            at: noon)
        if fanOut { try self.fanOut(store) }
        return id
    }

    static func fanOut(_ store: Store, at: Timestamp = noon, chunk: Int = 7) throws {
        while let due = try store.dueBroadcasts(at: at, limit: 1).first {
            let receivers = try store.receivers(of: due.id, after: due.cursor, limit: chunk)
            try store.write(
                FanOutChunk(
                    broadcastID: due.id, fromCursor: due.cursor, toCursor: receivers.last?.receiver.id ?? due.cursor,
                    isLast: receivers.count < chunk, messages: MessagePlanner.plan(receivers, of: due)), at: at)
        }
    }

    static func claim(
        _ store: Store, limit: Int, lease: Int64 = 1, provider: Int64 = 1, at: Timestamp = noon
    ) throws -> [ClaimedMessage] {
        let queues = try store.dueQueues(at: at)
        let claims = queues.map {
            ClaimRequest(queue: $0, providerID: provider, share: limit, fromAddress: "from@example.org")
        }
        try begin(lease, in: store, at: at)
        return try store.recordAndClaim([], claims: claims, slots: [provider: limit], lease: lease, at: at).claimed
    }

    /// The lease of that number, as a process has it; one that has begun already stays as it is.
    static func begin(_ lease: Int64, in store: Store, at: Timestamp = noon) throws {
        try store.engine.write(.delivery) { connection in
            try connection.run(
                """
                INSERT INTO leases (id, host, pid, started_at, seen_at) VALUES ($1, 'here', 1, $2, $2)
                ON CONFLICT (id) DO NOTHING
                """, [.int(lease), .time(at)])
        }
    }

    /// What the program does when it begins: the lock says that it is alone.
    static func settle(
        _ store: Store, lease: Int64, at: Timestamp = noon, repeatsSafely: (Int64) -> Bool
    ) throws -> [MessageEvent: Int] {
        try store.endLeases(except: lease)
        return try store.settleAbandoned(lease: lease, at: at, repeatsSafely: repeatsSafely)
    }

    static func completion(
        _ message: ClaimedMessage, _ event: MessageEvent, reference: String = "", dueAt: Timestamp? = nil
    ) -> AttemptCompletion {
        AttemptCompletion(
            messageID: message.id, attempt: message.attempt, broadcastID: message.broadcastID,
            providerID: message.providerID, event: event, result: .accepted, detail: "250 OK", reference: reference,
            dueAt: dueAt, expectsReceipts: !reference.isEmpty)
    }

    static func status(_ store: Store, _ id: Int64) throws -> MessageStatus {
        try #require(try store.message(id)).row.status
    }

    /// Invariant 3: what the counters say is what a recount finds, and it adds up.
    static func expectBalance(_ store: Store, _ id: Int64, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let (kept, counted) = (try store.books(of: id), try store.recount(of: id))
        #expect(kept.balance, sourceLocation: sourceLocation)
        #expect(kept.planned == counted.planned, sourceLocation: sourceLocation)
        for status in MessageStatus.outbound {
            #expect(kept[status] == counted[status], "\(status)", sourceLocation: sourceLocation)
        }
    }
}
