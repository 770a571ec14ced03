import Messaging

extension Store: FanOutStore {
    public func publish(
        _ id: Int64, version: Int64, receivers: Int, _ frozen: FrozenBroadcast, sendAt: Timestamp?, by user: Int64?,
        at: Timestamp
    ) throws {
        try engine.write(.accept) { connection in
            connection.notify(.delivery)
            let draft = try Self.draft(id, version: version, on: connection)
            guard receivers == draft.receiverCount else { throw StoreConflict.version(draft.version) }
            guard try Self.openJobs(of: id, limit: 1, on: connection).isEmpty else {
                throw StoreConflict.state(BroadcastJob.adding)
            }
            for content in frozen.contents {
                let contentID = try Self.contentID(of: content, on: connection)
                let channel = content.deliveryChannel
                try Self.freeze(contentID, provider: frozen.providers[channel], for: channel, of: id, on: connection)
            }
            let channels = frozen.contents.map(\.deliveryChannel)
            let status: BroadcastStatus = sendAt == nil ? .publishing : .scheduled
            try connection.run(
                """
                UPDATE broadcasts SET status = $1, delivery_channels = $2, send_at = $3, version = version + 1,
                    updated_at = $4, priority = $5, updated_by = $6 WHERE id = $7
                """,
                [
                    .text(status.rawValue), .text(Self.text(channels)), .time(sendAt ?? at), .time(at),
                    .int(frozen.priority.rawValue), .int(user), .int(id),
                ])
            var delta = CountDelta()
            delta.plan(draft.receiverCount * channels.count, broadcast: id)
            try delta.write(on: connection)
            chosenProviders.forget(broadcast: id)
            if sendAt == nil || draft.receiverCount == 1 { try Self.fanOutFirst(id, on: connection, at: at) }
        }
    }

    /// Receivers that become messages inside the accept: one page of the log, so that whoever sends sees it at once.
    static let firstChunk = 50

    /// A broadcast with one receiver, or the first receivers of a larger one, become messages inside the accept.
    static func fanOutFirst(_ id: Int64, on connection: any SQLConnection, at: Timestamp) throws {
        guard let due = try dueBroadcast(id, cursor: 0, receiverCount: 1, on: connection) else { return }
        let receivers = try fanOutReceivers(
            of: id, on: connection, where: "r.broadcast_id = $1 ORDER BY r.id LIMIT $2",
            [.int(id), .int(firstChunk)])
        let chunk = FanOutChunk(
            broadcastID: id, fromCursor: 0, toCursor: receivers.last?.receiver.id ?? 0,
            isLast: receivers.count < firstChunk,
            messages: MessagePlanner.plan(receivers, of: due))
        try write(chunk, on: connection, at: at)
    }

    public func unschedule(_ id: Int64, at: Timestamp) throws {
        try engine.write(.accept) { connection in
            connection.notify(.delivery)
            guard let broadcast = try Self.broadcast(id, on: connection) else { throw StoreConflict.notFound }
            guard broadcast.status == .scheduled else { throw StoreConflict.state(broadcast.status.rawValue) }
            try Self.withdraw(id, on: connection)
            try connection.run(
                """
                UPDATE broadcasts SET status = 'draft', send_at = NULL, cursor = 0, version = version + 1,
                    updated_at = $1, paused = 0, first_message_id = NULL, last_message_id = NULL WHERE id = $2
                """, [.time(at), .int(id)])
        }
    }

    /// Takes back the messages of a scheduled broadcast, none of which has left, together with their place in the books.
    private static func withdraw(_ id: Int64, on connection: any SQLConnection) throws {
        var delta = CountDelta()
        try connection.query(
            "SELECT status, COUNT(*) FROM messages WHERE broadcast_id = $1 GROUP BY status", [.int(id)]
        ) { row in
            var columns = Columns(row)
            let status = try columns.word(MessageStatus.self)
            guard status == .pending || status == .skipped else { throw StoreConflict.state(status.rawValue) }
            delta.add(status, -columns.count(), broadcast: 0)
        }
        // What was not fanned out yet counts as pending in the totals too.
        if let unwritten = try connection.first(
            """
            SELECT SUM(pending) - (SELECT COUNT(*) FROM messages WHERE broadcast_id = $1 AND status = 'pending')
            FROM broadcast_counts WHERE broadcast_id = $1
            """, [.int(id)], { $0.count() }), unwritten > 0
        {
            delta.add(.pending, -unwritten, broadcast: 0)
        }
        try connection.run(
            """
            DELETE FROM message_keys WHERE receiver_id IN (SELECT id FROM receivers WHERE broadcast_id = $1)
            """, [.int(id)])
        try connection.run("DELETE FROM messages WHERE broadcast_id = $1", [.int(id)])
        try connection.run("DELETE FROM broadcast_counts WHERE broadcast_id = $1", [.int(id)])
        try delta.write(on: connection)
    }

    public func dueBroadcasts(at: Timestamp, limit: Int) throws -> [DueBroadcast] {
        try engine.read { connection in
            let found = try connection.rows(
                """
                SELECT id, cursor, receiver_count FROM broadcasts
                WHERE status IN ('scheduled', 'publishing') AND send_at <= $1 AND paused = 0
                ORDER BY priority DESC, send_at, id LIMIT $2
                """, [.time(at), .int(limit)]
            ) { (id: $0.int(), cursor: $0.int(), receivers: $0.count()) }
            return try found.compactMap {
                try Self.dueBroadcast($0.id, cursor: $0.cursor, receiverCount: $0.receivers, on: connection)
            }
        }
    }

    private static func dueBroadcast(
        _ id: Int64, cursor: Int64, receiverCount: Int, on connection: any SQLConnection
    ) throws -> DueBroadcast? {
        var due = DueBroadcast(id: id, cursor: cursor, contents: [:], receiverCount: receiverCount)
        try connection.query(
            """
            SELECT c.id, c.delivery_channel, c.subject, c.html, c.body, c.extras
            FROM broadcast_contents b JOIN contents c ON c.id = b.content_id WHERE b.broadcast_id = $1
            """, [.int(id)]
        ) { row in
            var columns = Columns(row)
            let contentID = columns.int()
            let content = try content(&columns)
            due.contents[content.deliveryChannel] = (contentID, content)
        }
        return due
    }

    public func nextBroadcastDue(after: Timestamp) throws -> Timestamp? {
        try engine.read { connection in
            try connection.first(
                """
                SELECT MIN(send_at) FROM broadcasts
                WHERE status IN ('scheduled', 'publishing') AND send_at > $1 AND paused = 0
                """, [.time(after)]
            ) { $0.optionalTime() } ?? nil
        }
    }

    public func receivers(of broadcastID: Int64, after cursor: Int64, limit: Int) throws -> [FanOutReceiver] {
        try engine.read { connection in
            try Self.fanOutReceivers(
                of: broadcastID, on: connection,
                where: "r.broadcast_id = $1 AND r.id > $2 ORDER BY r.id LIMIT $3",
                [.int(broadcastID), .int(cursor), .int(limit)])
        }
    }

    @discardableResult
    public func write(_ chunk: FanOutChunk, at: Timestamp) throws -> Bool {
        try engine.write(.background) { try Self.write(chunk, on: $0, at: at) }
    }

    /// Writes a chunk's messages and moves the cursor, or does nothing when the cursor has moved already.
    @discardableResult
    private static func write(
        _ chunk: FanOutChunk, on connection: any SQLConnection, at: Timestamp
    ) throws -> Bool {
        guard
            var broadcast = try connection.first(
                """
                SELECT type, priority, send_at, expires_at, receiver_count, created_by, origin FROM broadcasts
                WHERE id = $1 AND cursor = $2 AND status IN ('scheduled', 'publishing')
                """, [.int(chunk.broadcastID), .int(chunk.fromCursor)],
                {
                    Sending(
                        broadcastID: chunk.broadcastID, type: $0.text(), priority: $0.int(), dueAt: $0.time(),
                        expiresAt: $0.optionalTime(), receivers: $0.count(), sentBy: $0.optionalInt(),
                        origin: try $0.word())
                })
        else { return false }
        if broadcast.isSingle { broadcast.chosen = try frozenProviders(of: chunk.broadcastID, on: connection) }
        var delta = CountDelta()
        try write(chunk, of: broadcast, delta: &delta, on: connection, at: at)
        return true
    }

    /// Writes a chunk's messages, the delta with them, and how far the broadcast has come. What became of each message
    /// that was not there before.
    @discardableResult
    static func write(
        _ chunk: FanOutChunk, of sending: Sending, delta: inout CountDelta, on connection: any SQLConnection,
        at: Timestamp
    ) throws -> [ChunkWriter.Written] {
        // Whoever is written to later may have come back by then; the last look decides about them.
        let looksAtSuppressions = try sending.dueAt <= at && suppressesAnything(on: connection)
        let written = try ChunkWriter(sending, looksAtSuppressions, on: connection, at: at)
            .write(chunk.messages, delta: &delta)
        try delta.write(on: connection)
        // A scheduled broadcast of one receiver is written early and stays scheduled until its hour.
        let status = chunk.isLast && sending.dueAt <= at ? "published" : chunk.isLast ? "scheduled" : "publishing"
        try connection.run(
            """
            UPDATE broadcasts SET cursor = $1, status = $2, updated_at = $3,
                first_message_id = COALESCE(first_message_id, $4), last_message_id = COALESCE($5, last_message_id)
            WHERE id = $6
            """,
            [
                .int(chunk.toCursor), .text(status), .time(at), .int(written.first?.id), .int(written.last?.id),
                .int(chunk.broadcastID),
            ])
        return written
    }

    /// What the messages of one broadcast have in common.
    struct Sending {
        var broadcastID: Int64
        var type: String
        var priority: Int64
        var dueAt: Timestamp
        var expiresAt: Timestamp?
        var receivers: Int
        var sentBy: Int64?
        var origin: BroadcastOrigin
        /// Of a single message; a broadcast's queue is looked up.
        var chosen: [DeliveryChannel: Int64] = [:]

        var isSingle: Bool { receivers == 1 }

        func consent(channelID: Int64?) -> Consent {
            Consent(origin: origin, type: MessageType(rawValue: type), receivers: receivers, channelID: channelID)
        }

        /// Single messages share a queue with those of the same provider, so that the queues stay few.
        func queue(_ channel: DeliveryChannel) -> Int64 {
            guard isSingle else { return MessageQueue.number(broadcast: broadcastID, channel: channel) }
            if let provider = chosen[channel] { return MessageQueue.number(provider: provider, channel: channel) }
            return MessageQueue.number(broadcast: 0, channel: channel)
        }
    }

    private static func frozenProviders(
        of broadcast: Int64, on connection: any SQLConnection
    ) throws -> [DeliveryChannel: Int64] {
        var chosen: [DeliveryChannel: Int64] = [:]
        try connection.query(
            "SELECT delivery_channel, provider_id FROM broadcast_contents WHERE broadcast_id = $1", [.int(broadcast)]
        ) { row in
            var columns = Columns(row)
            chosen[try columns.word()] = columns.optionalInt()
        }
        return chosen
    }
}
