import Foundation
import Messaging

extension Store: InboxStore {
    @discardableResult
    public func keep(_ event: InboxEvent) throws -> Bool {
        let headers = try String(
            decoding: JSONEncoder().encode(event.request.headers.map { [$0.name, $0.value] }), as: UTF8.self)
        return try engine.write(.accept) { connection in
            connection.notify(.inbox)
            return try connection.run(
                """
                INSERT INTO inbox_events (provider_id, kind, external_id, headers, body, received_at)
                VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (provider_id, kind, external_id) DO NOTHING
                """,
                [
                    .int(event.providerID), .text(event.request.kind.rawValue), .text(event.externalID),
                    .text(headers), .bytes(event.request.body), .time(event.request.receivedAt),
                ]) == 1
        }
    }

    public func waitingEvents(limit: Int) throws -> [InboxEvent] {
        try engine.read { connection in
            try connection.rows(
                """
                SELECT id, provider_id, kind, external_id, headers, body, received_at FROM inbox_events
                WHERE state = 'waiting' ORDER BY id LIMIT $1
                """, [.int(limit)]
            ) { columns in
                let (id, provider) = (columns.int(), columns.int())
                let kind = try columns.word(WebhookKind.self)
                let externalID = columns.text()
                let headers = try JSONDecoder().decode([[String]].self, from: Data(columns.text().utf8))
                return InboxEvent(
                    id: id, providerID: provider, externalID: externalID,
                    request: WebhookRequest(
                        kind: kind, headers: headers.map { HTTPHeader($0[0], $0[1]) }, body: columns.bytes(),
                        receivedAt: columns.time()))
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

    public func messageID(providerID: Int64, reference: String) throws -> Int64? {
        try engine.read { connection in
            try connection.first(
                "SELECT id FROM messages WHERE provider_id = $1 AND provider_ref = $2 AND provider_ref IS NOT NULL",
                [.int(providerID), .text(reference)], { $0.int() })
        }
    }

    @discardableResult
    public func file(_ receipt: Receipt) throws -> Bool {
        try engine.write(.accept) { try Self.file(receipt, on: $0) }
    }

    @discardableResult
    public func fileInbound(_ message: InboundMessage) throws -> Int64? {
        let address = try Address(message.from, for: message.deliveryChannel)
        return try engine.write(.accept) { connection in
            let known = try connection.first(
                "SELECT id FROM messages WHERE provider_id = $1 AND provider_ref = $2 AND provider_ref IS NOT NULL",
                [.int(message.providerID), .text(message.reference)], { $0.int() })
            if known != nil { return nil }
            let answered = try message.inReplyTo.flatMap { id in
                try connection.first(
                    "SELECT recipient, entity_id FROM messages WHERE id = $1", [.int(id)],
                    { (name: $0.text(), entity: $0.optionalInt()) })
            }
            let name = answered?.name ?? ""
            let addressID = try Self.addressID(of: address, name: name, entityID: answered?.entity, on: connection)
            let linked =
                try connection.first(
                    "SELECT entity_id FROM addresses WHERE id = $1", [.int(addressID)], { $0.optionalInt() }) ?? nil
            var delta = CountDelta()
            delta.add(.received, 1, broadcast: 0)
            try delta.write(on: connection)
            return try connection.insert(
                """
                INSERT INTO messages (
                    direction, delivery_channel, type, status, lane, priority, address_id, recipient, summary,
                    entity_id, merge, due_at, provider_id, provider_ref, in_reply_to, unread, created_at, settled_at)
                VALUES ('inbound', $1, 'reply', 'received', 0, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $7, $7)
                RETURNING id
                """,
                [
                    .text(message.deliveryChannel.rawValue), .int(addressID), .text(name),
                    .text(String(message.text.prefix(200))), .int(linked),
                    .text(MergeValues(["text": .string(message.text)]).json), .time(message.at),
                    .int(message.providerID), .text(message.reference), .int(message.inReplyTo),
                ])
        }
    }
}
