import Messaging

/// Writes the messages of one chunk, already counted as pending, by few statements: a statement a row cost more than the
/// rows.
struct ChunkWriter {
    /// A message, its id, and what it is written with.
    private struct Row {
        var id: Int64
        var message: PlannedMessage
        var addressID: Int64?
        var skip: String?
    }

    /// What became of a planned message.
    struct Written {
        var id: Int64
        /// Why it is not to be sent.
        var skip: String?
    }

    private let sending: Store.Sending
    private let looksAtSuppressions: Bool
    private let connection: any SQLConnection
    private let at: Timestamp

    init(
        _ sending: Store.Sending, _ looksAtSuppressions: Bool, on connection: any SQLConnection, at: Timestamp
    ) {
        self.sending = sending
        self.looksAtSuppressions = looksAtSuppressions
        self.connection = connection
        self.at = at
    }

    /// The messages written, in their order; those whose key is there already are passed over.
    func write(_ planned: [PlannedMessage], delta: inout CountDelta) throws -> [Written] {
        guard !planned.isEmpty else { return [] }
        let first = try IDSequence.messages.take(planned.count, on: connection)
        var rows = planned.enumerated().map { Row(id: first + Int64($0), message: $1, skip: $1.skip) }
        rows = try takeKeys(rows)
        let addresses = try AddressBatch(rows.compactMap { Self.mention($0.message) }, on: connection)
        for index in rows.indices { rows[index].addressID = rows[index].message.address.flatMap { addresses.ids[$0] } }
        if !sending.isSingle { try skipRepeated(&rows, known: addresses.known) }
        if looksAtSuppressions { try skipSuppressed(&rows, known: addresses.known) }
        try insert(rows)
        let skipped = rows.count { $0.skip != nil }
        if skipped > 0 {
            delta.move(skipped, from: .pending, to: .skipped, broadcast: sending.broadcastID, at: at)
        }
        return rows.map { Written(id: $0.id, skip: $0.skip) }
    }

    private static func mention(_ message: PlannedMessage) -> AddressBatch.Mention? {
        message.address.map { .init(address: $0, name: message.recipientName, entityID: message.entityID) }
    }

    // MARK: Keys

    /// Those whose key was free. The store refuses a second message for a key, whatever the cursor said.
    private func takeKeys(_ rows: [Row]) throws -> [Row] {
        let written = try Self.keys.run(rows, on: connection) { row, values in
            values.append(.int(row.message.receiverID))
            values.append(.text(row.message.deliveryChannel.rawValue))
            values.append(.int(row.id))
        }
        if written == rows.count { return rows }
        return try rows.filter { row in
            try connection.first(
                "SELECT message_id FROM message_keys WHERE receiver_id = $1 AND delivery_channel = $2 AND step = 0",
                [.int(row.message.receiverID), .text(row.message.deliveryChannel.rawValue)], { $0.int() }) == row.id
        }
    }

    // MARK: Who is passed over

    /// An address that two receivers share gets one message.
    private func skipRepeated(_ rows: inout [Row], known: Set<Int64>) throws {
        for channel in DeliveryChannel.allCases {
            let ids = rows.filter { $0.message.deliveryChannel == channel }.compactMap(\.addressID)
            var first: [Int64: Int64] = [:]
            // Nobody was written to at an address that is new.
            for batch in Store.padded(Array(Set(ids).intersection(known)).sorted()) {
                let places = (3..<(3 + batch.count)).map { "$\($0)" }.joined(separator: ", ")
                try connection.query(
                    """
                    SELECT address_id, MIN(id) FROM messages
                    WHERE broadcast_id = $1 AND delivery_channel = $2 AND address_id IN (\(places)) GROUP BY address_id
                    """, [.int(sending.broadcastID), .text(channel.rawValue)] + batch.map { .int($0) }
                ) { row in first[row.integer(0) ?? 0] = row.integer(1) }
            }
            for index in rows.indices where rows[index].message.deliveryChannel == channel {
                guard let address = rows[index].addressID else { continue }
                if let other = first[address] {
                    if rows[index].skip == nil {
                        rows[index].skip = "the same address as message \(other) of this broadcast"
                    }
                } else {
                    first[address] = rows[index].id
                }
            }
        }
    }

    private func skipSuppressed(_ rows: inout [Row], known: Set<Int64>) throws {
        let ids = Set(rows.lazy.filter { $0.skip == nil }.compactMap(\.addressID)).intersection(known)
        let standing = try Store.suppressions(ofAddresses: ids.sorted(), on: connection)
        guard !standing.isEmpty else { return }
        for index in rows.indices where rows[index].skip == nil {
            guard let address = rows[index].addressID, let found = standing[address] else { continue }
            rows[index].skip = sending.consent(channelID: rows[index].message.channelID).stop(among: found)?.words
        }
    }

    // MARK: Messages

    private func insert(_ rows: [Row]) throws {
        let shared: [SQLValue] = [
            .text(sending.type), .int(sending.broadcastID), .int(sending.priority), .time(sending.dueAt),
            .time(sending.expiresAt), .time(at),
        ]
        try Self.messages.run(rows, shared: shared, on: connection) { row, values in
            let message = row.message
            values.append(.int(row.id))
            values.append(.text(message.deliveryChannel.rawValue))
            values.append(.text((row.skip == nil ? MessageStatus.pending : .skipped).rawValue))
            values.append(.int(message.receiverID))
            values.append(.int(sending.queue(message.deliveryChannel)))
            values.append(.int(row.addressID))
            values.append(.text(message.recipientName))
            values.append(.text(message.summary))
            values.append(.int(message.entityID))
            values.append(.int(message.contentID))
            values.append(.text(message.mergeJSON))
            values.append(.text(row.skip))
            values.append(row.skip == nil ? .null : .time(at))
        }
    }

    // MARK: Statements

    private static let keys = ManyRowInsert(
        "INSERT INTO message_keys (receiver_id, delivery_channel, step, message_id)", row: "?, ?, 0, ?",
        tail: "ON CONFLICT (receiver_id, delivery_channel, step) DO NOTHING")

    private static let messages = ManyRowInsert(
        """
        INSERT INTO messages (
            direction, type, broadcast_id, priority, due_at, expires_at, created_at, id, delivery_channel, status,
            receiver_id, lane, address_id, recipient, summary, entity_id, content_id, merge, error, settled_at)
        """, row: "'outbound', $1, $2, $3, $4, $5, $6, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?", shared: 6)
}
