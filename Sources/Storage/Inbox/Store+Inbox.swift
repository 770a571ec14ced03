import Foundation
import Messaging

extension Store: InboxStore {
    @discardableResult
    public func keep(_ event: InboxEvent) throws -> Bool {
        let headers = try String(
            decoding: JSONEncoder().encode(event.request.headers.map { [$0.name, $0.value] }), as: UTF8.self)
        return try engine.write(.accept) { connection in
            let isNew =
                try connection.run(
                    """
                    INSERT INTO inbox_events (provider_id, kind, external_id, headers, body, received_at, query)
                    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (provider_id, kind, external_id) DO NOTHING
                    """,
                    [
                        .int(event.providerID), .text(event.request.kind.rawValue), .text(event.externalID),
                        .text(headers), .bytes(event.request.body), .time(event.request.receivedAt),
                        .text(event.request.query),
                    ]) == 1
            if isNew { connection.notify(.inbox) }
            return isNew
        }
    }

    private static let eventColumns = """
        id, provider_id, kind, external_id, headers, query, body, received_at, attempts
        """

    private static func event(_ columns: inout Columns) throws -> InboxEvent {
        let (id, provider) = (columns.int(), columns.int())
        let kind = try columns.word(WebhookKind.self)
        let externalID = columns.text()
        let headers = try JSONDecoder().decode([[String]].self, from: Data(columns.text().utf8))
        let request = WebhookRequest(
            kind: kind, headers: headers.map { HTTPHeader($0[0], $0[1]) }, query: columns.text(),
            body: columns.bytes(), receivedAt: columns.time())
        return InboxEvent(
            id: id, providerID: provider, externalID: externalID, request: request, attempts: columns.count())
    }

    private static func waiting(_ limit: Int, on connection: any SQLConnection) throws -> [InboxEvent] {
        try connection.rows(
            "SELECT \(eventColumns) FROM inbox_events WHERE state = 'waiting' ORDER BY attempts, id LIMIT $1",
            [.int(limit)], event)
    }

    public func waitingEvents(limit: Int) throws -> [InboxEvent] {
        try engine.read { try Self.waiting(limit, on: $0) }
    }

    public func takeEvents(limit: Int) throws -> [InboxEvent] {
        // Asked every few seconds, mostly in vain: only what is there costs a commit.
        guard try !waitingEvents(limit: 1).isEmpty else { return [] }
        return try engine.write(.delivery) { connection in
            let waiting = try Self.waiting(limit, on: connection)
            var taken = waiting.filter { $0.attempts == 0 }
            if taken.isEmpty { taken = Array(waiting.prefix(1)) }
            for index in taken.indices {
                try connection.run(
                    "UPDATE inbox_events SET attempts = attempts + 1 WHERE id = $1", [.int(taken[index].id)])
                taken[index].attempts += 1
            }
            return taken
        }
    }

    public func putBack(_ eventIDs: [Int64]) throws {
        try engine.write(.delivery) { connection in
            for id in eventIDs {
                try connection.run(
                    "UPDATE inbox_events SET attempts = attempts - 1 WHERE id = $1 AND state = 'waiting'", [.int(id)])
            }
        }
    }

    /// An event as it stands, for tests and for whoever looks into a refused one.
    package func inboxEvent(_ providerID: Int64, _ kind: WebhookKind, externalID: String) throws -> InboxEvent? {
        try engine.read { connection in
            try connection.first(
                """
                SELECT \(Self.eventColumns), state, reason FROM inbox_events
                WHERE provider_id = $1 AND kind = $2 AND external_id = $3
                """, [.int(providerID), .text(kind.rawValue), .text(externalID)]
            ) { columns in
                var event = try Self.event(&columns)
                event.state = try columns.word()
                event.reason = columns.text()
                return event
            }
        }
    }

    @discardableResult
    public func end(_ eventID: Int64, _ state: InboxEvent.State, reason: String, at: Timestamp) throws -> Bool {
        try engine.write(.delivery) { connection in
            try connection.run(
                """
                UPDATE inbox_events SET state = $1, reason = $2, ended_at = $3 WHERE id = $4 AND state = 'waiting'
                """, [.text(state.rawValue), .text(reason), .time(at), .int(eventID)]) == 1
        }
    }
}
