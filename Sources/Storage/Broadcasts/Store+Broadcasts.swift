import Foundation
import Messaging

extension Store: BroadcastStore {
    private static let columns = broadcastColumns(composition: "b.composition")

    /// A list reads no texts: a draft may hold a megabyte of them.
    static func broadcastColumns(composition: String) -> String {
        """
        b.id, b.name, b.origin, b.status, b.paused, b.delivery_channels, \(composition), b.subject, b.type, b.priority,
        b.when_unknown, b.version, b.receiver_count, b.send_at, b.created_by, u.name, b.created_at, b.updated_at, w.name,
        b.template_id, t.name, b.expires_at
        """
    }
    static let broadcastTables = """
        broadcasts b LEFT JOIN users u ON u.id = b.created_by LEFT JOIN users w ON w.id = b.updated_by
            LEFT JOIN message_templates t ON t.id = b.template_id
        """

    static func broadcast(_ columns: inout Columns) throws -> Broadcast {
        let (id, name) = (columns.int(), columns.text())
        let (origin, status, paused) = (
            try columns.word(BroadcastOrigin.self), try columns.word(BroadcastStatus.self), columns.flag()
        )
        let (channels, text, subject) = (channels(columns.text()), columns.text(), columns.text())
        var broadcast = Broadcast(
            id: id, name: name, origin: origin, status: paused && status != .cancelled ? .paused : status,
            deliveryChannels: channels,
            composition: text.isEmpty ? Composition(emailSubject: subject) : try composition(text),
            type: MessageType(rawValue: columns.text()), priority: Priority(rawValue: columns.int()) ?? .normal,
            whenUnknown: try columns.word(), version: columns.int(), receiverCount: columns.count(),
            sendAt: columns.optionalTime(), createdBy: columns.optionalInt(), createdByName: columns.optionalText(),
            createdAt: columns.time(), updatedAt: columns.time(), updatedByName: columns.optionalText(),
            templateID: columns.optionalInt(), templateName: columns.optionalText())
        broadcast.expiresAt = columns.optionalTime()
        return broadcast
    }

    static func channels(_ text: String) -> [DeliveryChannel] {
        text.split(separator: " ").compactMap { DeliveryChannel(rawValue: String($0)) }
    }
    static func text(_ channels: [DeliveryChannel]) -> String {
        DeliveryChannel.allCases.filter(channels.contains).map(\.rawValue).joined(separator: " ")
    }
    private static func composition(_ text: String) throws -> Composition {
        try JSONDecoder().decode(Composition.self, from: Data(text.utf8))
    }
    static func text(_ composition: Composition) throws -> String {
        String(decoding: try JSONEncoder().encode(composition), as: UTF8.self)
    }

    public func createDraft(
        name: String, deliveryChannels: [DeliveryChannel], composition: Composition, by user: Int64?, at: Timestamp
    ) throws -> Int64 {
        let composed = try Self.text(composition)
        return try engine.write(.accept) { connection in
            try Self.insertBroadcast(
                on: connection, name: name, origin: .compose, status: .draft, channels: deliveryChannels,
                composition: composed, subject: composition.emailSubject, type: .manual, priority: .normal,
                receiverCount: 0, sendAt: nil, expiresAt: nil,
                by: user, at: at)
        }
    }

    static func insertBroadcast(
        on connection: any SQLConnection, name: String, origin: BroadcastOrigin, status: BroadcastStatus,
        channels: [DeliveryChannel], composition: String, subject: String = "", type: MessageType, priority: Priority,
        receiverCount: Int,
        sendAt: Timestamp?, expiresAt: Timestamp?, by user: Int64?, at: Timestamp, template: Int64? = nil,
        whenUnknown: WhenUnknown = .hold
    ) throws -> Int64 {
        try connection.insert(
            """
            INSERT INTO broadcasts (
                name, origin, status, delivery_channels, composition, subject, type, priority, when_unknown, version,
                receiver_count, send_at, expires_at, created_by, created_at, updated_at, template_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11, $12, $13, $14, $14, $15) RETURNING id
            """,
            [
                .text(name), .text(origin.rawValue), .text(status.rawValue), .text(text(channels)),
                .text(composition), .text(subject), .text(type.rawValue), .int(priority.rawValue),
                .text(whenUnknown.rawValue), .int(receiverCount), .time(sendAt), .time(expiresAt), .int(user),
                .time(at),
                .int(template),
            ])
    }

    public func broadcast(_ id: Int64) throws -> Broadcast? {
        try engine.read { try Self.broadcast(id, on: $0) }
    }

    static func broadcast(_ id: Int64, on connection: any SQLConnection) throws -> Broadcast? {
        try connection.first("SELECT \(columns) FROM \(broadcastTables) WHERE b.id = $1", [.int(id)], broadcast)
    }

    /// The draft, if it is one and `version` still stands.
    static func draft(_ id: Int64, version: Int64?, on connection: any SQLConnection) throws -> Broadcast {
        guard let broadcast = try broadcast(id, on: connection) else { throw StoreConflict.notFound }
        guard broadcast.status == .draft else { throw StoreConflict.state(broadcast.status.rawValue) }
        if let version, broadcast.version != version { throw StoreConflict.version(broadcast.version) }
        return broadcast
    }

    public func saveDraft(
        _ id: Int64, version: Int64, change: DraftChange, by user: Int64?, at: Timestamp
    ) throws -> Int64 {
        try engine.write(.accept) { connection in
            let draft = try Self.draft(id, version: version, on: connection)
            try connection.run(
                """
                UPDATE broadcasts SET name = $1, delivery_channels = $2, composition = $3, version = version + 1,
                    updated_at = $4, updated_by = $5, subject = $6, when_unknown = $7, expires_at = $8
                WHERE id = $9
                """,
                [
                    .text(change.name ?? draft.name),
                    .text(Self.text(change.deliveryChannels ?? draft.deliveryChannels)),
                    .text(try Self.text(change.composition ?? draft.composition)), .time(at), .int(user),
                    .text((change.composition ?? draft.composition).emailSubject),
                    .text((change.sending?.whenUnknown ?? draft.whenUnknown).rawValue),
                    .time(change.sending.map(\.expiresAt) ?? draft.expiresAt), .int(id),
                ])
            return draft.version + 1
        }
    }

    public func drafts(from start: PageStart, limit: Int) throws -> Page<Broadcast> {
        // Two drafts may share a millisecond, so the key is the time with the id's low bits behind it.
        let key = "(b.updated_at * 1048576 + b.id % 1048576)"
        let clause = start.clause(key, placeholder: 1)
        let rows = try engine.read { connection in
            try connection.rows(
                """
                SELECT \(Self.broadcastColumns(composition: "''")) FROM \(Self.broadcastTables)
                WHERE b.origin = 'compose' AND b.status IN ('draft', 'scheduled') AND \(clause.condition)
                ORDER BY \(clause.order) LIMIT $2
                """, [clause.value, .int(limit + 1)], Self.broadcast)
        }
        return Page.cut(rows, from: start, limit: limit) { $0.updatedAt.milliseconds * 1_048_576 + $0.id % 1_048_576 }
    }

    public func duplicateDraft(_ id: Int64, name: String, by user: Int64?, at: Timestamp) throws -> Int64 {
        try engine.write(.accept) { connection in
            guard let original = try Self.broadcast(id, on: connection) else { throw StoreConflict.notFound }
            let copy = try Self.insertBroadcast(
                on: connection, name: name, origin: .compose, status: .draft, channels: original.deliveryChannels,
                composition: try Self.text(original.composition), subject: original.composition.emailSubject,
                type: original.type, priority: original.priority,
                receiverCount: original.receiverCount, sendAt: nil, expiresAt: nil, by: user, at: at)
            try connection.run(
                """
                INSERT INTO receivers (
                    broadcast_id, identity, first_name, last_name, email, mobile, origin, entity_id, variables,
                    channel_id, subscriber_id)
                SELECT $1, identity, first_name, last_name, email, mobile, origin, entity_id, variables, channel_id,
                    subscriber_id
                FROM receivers WHERE broadcast_id = $2 ORDER BY id
                """, [.int(copy), .int(id)])
            return copy
        }
    }

    public func deleteDraft(_ id: Int64) throws {
        try engine.write(.accept) { connection in
            _ = try Self.draft(id, version: nil, on: connection)
            try connection.run("DELETE FROM broadcast_jobs WHERE broadcast_id = $1", [.int(id)])
            try connection.run("DELETE FROM receivers WHERE broadcast_id = $1", [.int(id)])
            try connection.run("DELETE FROM broadcasts WHERE id = $1", [.int(id)])
        }
    }

    public func books(of id: Int64) throws -> BroadcastCounts { try engine.read { try Self.books(of: id, on: $0) } }

    static func books(of id: Int64, on connection: any SQLConnection) throws -> BroadcastCounts {
        let names = ["planned"] + MessageStatus.outbound.map(\.rawValue)
        let sums = names.map { "COALESCE(SUM(\($0)), 0)" }.joined(separator: ", ")
        let query = "SELECT \(sums) FROM broadcast_counts WHERE broadcast_id = $1"
        return try connection.first(query, [.int(id)]) { columns in
            var books = BroadcastCounts(planned: columns.count())
            for status in MessageStatus.outbound { books.counts[status] = columns.count() }
            return books
        } ?? BroadcastCounts()
    }

    public func recount(of id: Int64) throws -> BroadcastCounts { try engine.read { try Self.recount(of: id, on: $0) } }

    static func recount(of id: Int64, on connection: any SQLConnection) throws -> BroadcastCounts {
        var books = BroadcastCounts()
        try connection.query(
            "SELECT status, COUNT(*) FROM messages WHERE broadcast_id = $1 GROUP BY status", [.int(id)]
        ) { row in
            var columns = Columns(row)
            books.counts[try columns.word()] = columns.count()
        }
        guard let broadcast = try broadcast(id, on: connection), broadcast.status != .draft else { return books }
        books.planned = broadcast.receiverCount * broadcast.deliveryChannels.count
        let written = books.counts.values.reduce(0, +)
        // What was never written when it was cancelled is counted with what was.
        books.counts[broadcast.status == .cancelled ? .cancelled : .pending, default: 0] += books.planned - written
        return books
    }
}
