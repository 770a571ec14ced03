import Crypto
import Messaging

extension Store {
    public func accept(_ single: SingleMessage, at: Timestamp) throws -> Accepted {
        try engine.write(.accept) { connection in
            connection.notify(.delivery)
            if let key = single.idempotency, let known = try Self.accepted(key, on: connection) { return known }
            let channel = single.content.deliveryChannel
            let broadcast = try Self.insertBroadcast(
                on: connection, name: "", origin: single.origin, status: .publishing, channels: [channel],
                composition: "", type: single.type, priority: single.priority, receiverCount: 1,
                sendAt: single.sendAt ?? at, expiresAt: single.expiresAt, by: single.sentBy, at: at)
            let contentID = try Self.contentID(of: single.content, on: connection)
            try Self.freeze(contentID, provider: single.providerID, for: channel, of: broadcast, on: connection)
            let message = try Self.write(single, contentID: contentID, as: broadcast, on: connection, at: at)
            if let key = single.idempotency {
                try connection.run(
                    "INSERT INTO caller_keys (name, body_hash, message_id) VALUES ($1, $2, $3)",
                    [.text(key.key), .text(key.bodyHash), .int(message.id)])
            }
            if var entry = single.audit {
                if entry.subject.isEmpty { entry.subject = "message \(message.id)" }
                try Self.record(entry, on: connection)
            }
            return .new(message)
        }
    }

    /// The only message of a broadcast that was just written: nothing is asked of the store that is at hand.
    private static func write(
        _ single: SingleMessage, contentID: Int64, as broadcast: Int64, on connection: any SQLConnection, at: Timestamp
    ) throws -> AcceptedMessage {
        let variables = single.variables.isEmpty ? nil : single.variables
        guard let id = try insert(single.receiver, variables: variables, into: broadcast, on: connection)
        else { throw StoreConflict.duplicate("receiver") }
        let channel = single.content.deliveryChannel
        let planned = MessagePlanner.plan(
            try receivers(of: single, as: id, broadcast: broadcast, on: connection),
            of: DueBroadcast(
                id: broadcast, cursor: 0, contents: [channel: (contentID, single.content)], receiverCount: 1))
        var delta = CountDelta()
        delta.plan(1, broadcast: broadcast)
        let sending = Sending(
            broadcastID: broadcast, type: single.type.rawValue, priority: single.priority.rawValue,
            dueAt: single.sendAt ?? at, expiresAt: single.expiresAt, receivers: 1, sentBy: single.sentBy,
            origin: single.origin, chosen: single.providerID.map { [channel: $0] } ?? [:])
        let chunk = FanOutChunk(broadcastID: broadcast, fromCursor: 0, toCursor: id, isLast: true, messages: planned)
        let written = try write(chunk, of: sending, delta: &delta, on: connection, at: at)
        guard let message = planned.first, let outcome = written.first else { throw StoreConflict.notFound }
        return AcceptedMessage(
            row: MessageRow(
                id: outcome.id, direction: .outbound, deliveryChannel: channel, type: single.type,
                status: outcome.skip == nil ? .pending : .skipped, recipientName: message.recipientName,
                address: message.address?.value ?? "", subject: message.summary, entity: single.receiver.entity,
                broadcastID: broadcast, providerID: nil, providerName: nil, isSandbox: false, error: outcome.skip,
                attempts: 0, createdAt: at, dueAt: sending.dueAt, sentAt: nil, deliveredAt: nil,
                settledAt: outcome.skip == nil ? nil : at),
            merge: message.merge)
    }

    /// The one receiver. What a record says beside its addresses is the store's to know.
    private static func receivers(
        of single: SingleMessage, as id: Int64, broadcast: Int64, on connection: any SQLConnection
    ) throws -> [FanOutReceiver] {
        guard single.receiver.entity == nil else {
            return try fanOutReceivers(of: broadcast, on: connection, where: "r.id = $1", [.int(id)])
        }
        var receiver = single.receiver
        receiver.id = id
        return [FanOutReceiver(receiver: receiver, variables: single.variables)]
    }

    public func accepted(key: String, bodyHash: String) throws -> Accepted? {
        try engine.read { try Self.accepted((key, bodyHash), on: $0) }
    }

    private static func accepted(
        _ key: (key: String, bodyHash: String), on connection: any SQLConnection
    ) throws -> Accepted? {
        try connection.first("SELECT body_hash, message_id FROM caller_keys WHERE name = $1", [.text(key.key)]) {
            $0.text() == key.bodyHash ? .repeated(messageID: $0.int()) : .keyReused
        }
    }

    /// What a broadcast sends by one delivery channel, and the provider chosen for it.
    static func freeze(
        _ contentID: Int64, provider: Int64?, for channel: DeliveryChannel, of broadcast: Int64,
        on connection: any SQLConnection
    ) throws {
        try connection.run(
            """
            INSERT INTO broadcast_contents (broadcast_id, delivery_channel, content_id, provider_id)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (broadcast_id, delivery_channel)
                DO UPDATE SET content_id = excluded.content_id, provider_id = excluded.provider_id
            """, [.int(broadcast), .text(channel.rawValue), .int(contentID), .int(provider)])
    }

    /// Contents are shared: the same text is stored once, by its hash.
    static func contentID(of content: Content, on connection: any SQLConnection) throws -> Int64 {
        var hash = SHA256()
        for part in [content.deliveryChannel.rawValue, content.subject, content.html, content.text] {
            var part = part + "\0"
            part.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        }
        // Contents without extras keep the hash they had before there were any.
        let extras = content.extras.json
        if !extras.isEmpty { hash.update(data: Array(extras.utf8)) }
        let digest = Hexadecimal.text(Array(hash.finalize()))
        if let known = try connection.first("SELECT id FROM contents WHERE hash = $1", [.text(digest)], { $0.int() }) {
            return known
        }
        return try connection.insert(
            """
            INSERT INTO contents (hash, delivery_channel, subject, html, body, extras) VALUES ($1, $2, $3, $4, $5, $6)
            RETURNING id
            """,
            [
                .text(digest), .text(content.deliveryChannel.rawValue), .text(content.subject), .text(content.html),
                .text(content.text), .text(extras),
            ])
    }

    static func content(_ columns: inout Columns) throws -> Content {
        Content(
            deliveryChannel: try columns.word(), subject: columns.text(), html: columns.text(), text: columns.text(),
            extras: try ContentExtras(json: columns.text()))
    }
}
