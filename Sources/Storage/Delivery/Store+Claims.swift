import Messaging

/// Outcomes go down and new work is taken in one commit.
extension Store {
    public func recordAndClaim(
        _ completions: [AttemptCompletion], claims: [ClaimRequest], slots: [Int64: Int], metered: Set<Int64>,
        lease: Int64,
        at: Timestamp
    ) throws -> (claimed: [ClaimedMessage], refused: Int) {
        if completions.isEmpty, claims.isEmpty { return ([], 0) }
        return try engine.write(.delivery) { connection in
            if !claims.isEmpty { try Self.hold(lease, on: connection, at: at) }
            var delta = CountDelta()
            var refused = 0
            for completion in completions {
                if try !Self.settle(completion, lease: lease, delta: &delta, on: connection, at: at) { refused += 1 }
            }
            var slots = slots
            var claimed: [ClaimedMessage] = []
            // Looked at again inside the commit: whoever paused or cancelled has their answer already.
            let held = claims.isEmpty ? [] : try Self.heldBroadcasts(on: connection)
            let claims = held.isEmpty ? claims : claims.filter { !$0.queue.isHeld(by: held) }
            for (_, group) in Dictionary(grouping: claims, by: \.queue.priority).sorted(by: {
                $0.key.rawValue > $1.key.rawValue
            }) {
                claimed += try self.claim(group, slots: &slots, lease: lease, delta: &delta, on: connection, at: at)
            }
            try delta.write(on: connection)
            for provider in metered {
                let used = claimed.count { $0.providerID == provider }
                if used > 0 { try Self.addUsage(used, of: provider, on: connection, at: at) }
            }
            return (claimed, refused)
        }
    }

    /// Claims for queues of one priority: each its share first, then what is left for those that may have more.
    private func claim(
        _ group: [ClaimRequest], slots: inout [Int64: Int], lease: Int64, delta: inout CountDelta,
        on connection: any SQLConnection, at: Timestamp
    ) throws -> [ClaimedMessage] {
        var claimed: [ClaimedMessage] = []
        var hungry: [ClaimRequest] = []
        for claim in group {
            let limit = min(claim.share, slots[claim.providerID] ?? 0)
            guard limit > 0 else { continue }
            let taken = try self.claim(claim, limit: limit, lease: lease, delta: &delta, on: connection, at: at)
            slots[claim.providerID, default: 0] -= taken.count
            claimed += taken
            if taken.count == limit { hungry.append(claim) }
        }
        for claim in hungry {
            guard let limit = slots[claim.providerID], limit > 0 else { continue }
            let taken = try self.claim(claim, limit: limit, lease: lease, delta: &delta, on: connection, at: at)
            slots[claim.providerID, default: 0] -= taken.count
            claimed += taken
        }
        return claimed
    }

    private func claim(
        _ claim: ClaimRequest, limit: Int, lease: Int64, delta: inout CountDelta, on connection: any SQLConnection,
        at: Timestamp
    ) throws -> [ClaimedMessage] {
        let rows = try connection.rows(
            """
            UPDATE messages SET status = 'sending', lease = $1, provider_id = $2, attempts = attempts + 1, error = NULL
            WHERE status = 'pending' AND id IN (
                SELECT id FROM messages
                WHERE status = 'pending' AND priority = $3 AND lane = $4 AND due_at <= $5
                    AND (expires_at IS NULL OR expires_at > $6)
                ORDER BY due_at, id LIMIT $7 \(engine.dialect.skipLocked))
            RETURNING id, attempts, broadcast_id, receiver_id, address_id, recipient, content_id, merge, type, created_at
            """,
            [
                .int(lease), .int(claim.providerID), .int(claim.queue.priority.rawValue), .int(claim.queue.number),
                .time(at), .time(at), .int(limit),
            ], ClaimedRow.init)
        var known = ClaimLookup()
        let receivers = try Self.receivers(of: rows, on: connection)
        var claimed: [ClaimedMessage] = []
        claimed.reserveCapacity(rows.count)
        for row in rows {
            let receiver = row.receiverID.flatMap { receivers[$0] } ?? ("", nil)
            let broadcast = try known.broadcast(row.broadcastID, on: connection)
            let mayHaveLeft = try row.attempt > 1 && Self.mayHaveLeft(row.id, on: connection)
            if mayHaveLeft, broadcast.whenUnknown == .hold,
                let binding = try Self.binding(of: row.id, on: connection), !binding.holds(for: claim)
            {
                try Self.leaveInDoubt(row, binding, on: connection, at: at)
                delta.move(from: .pending, to: .unknown, broadcast: row.broadcastID, at: at)
                _ = try Self.applyWaitingReceipts(to: row.id, delta: &delta, on: connection)
                continue
            }
            delta.move(from: .pending, to: .sending, broadcast: row.broadcastID, at: at)
            claimed.append(
                ClaimedMessage(
                    id: row.id, attempt: row.attempt, providerID: claim.providerID, broadcastID: row.broadcastID,
                    deliveryChannel: claim.queue.deliveryChannel, addressID: row.addressID,
                    address: try Self.address(of: row, receiver.email, claim.queue.deliveryChannel, on: connection),
                    recipientName: row.recipient, contentID: row.contentID, merge: row.merge,
                    type: MessageType(rawValue: row.type), createdAt: row.createdAt,
                    whenUnknown: broadcast.whenUnknown,
                    consent: Consent(
                        origin: broadcast.origin, type: MessageType(rawValue: row.type),
                        receivers: broadcast.receivers, channelID: receiver.channelID),
                    channelName: try known.channelName(receiver.channelID, on: connection), mayHaveLeft: mayHaveLeft))
        }
        try Self.begin(claimed, by: claim, lease: lease, on: connection, at: at)
        return claimed
    }

    private static let attempts = ManyRowInsert(
        "INSERT INTO attempts (provider_id, lease, started_at, from_address, edition, message_id, number)",
        row: "$1, $2, $3, $4, $5, ?, ?", shared: 5, together: 16)

    /// Writes down that the hand-offs of one provider begin.
    private static func begin(
        _ claimed: [ClaimedMessage], by claim: ClaimRequest, lease: Int64, on connection: any SQLConnection,
        at: Timestamp
    ) throws {
        let shared: [SQLValue] = [
            .int(claim.providerID), .int(lease), .time(at), .text(claim.fromAddress),
            .int(Int64(claim.credentialGeneration)),
        ]
        try attempts.run(claimed, shared: shared, on: connection) { message, values in
            values.append(.int(message.id))
            values.append(.int(message.attempt))
        }
    }

    /// Takes a claim back: another provider would hand over anew what this one may have sent.
    private static func leaveInDoubt(
        _ row: ClaimedRow, _ binding: ProviderBinding, on connection: any SQLConnection, at: Timestamp
    ) throws {
        try connection.run(
            """
            UPDATE messages SET status = $1, lease = NULL, attempts = attempts - 1, provider_id = $2, error = $3,
                settled_at = $4
            WHERE id = $5
            """,
            [
                .text(MessageStatus.unknown.rawValue), .int(binding.provider),
                .text(
                    OutcomePolicy.inDoubt(
                        because: "The provider it was handed to, or its account there, is not the one for it any more,"
                            + " and another could send it a second time.")),
                .time(at), .int(row.id),
            ])
    }

    private struct ClaimedRow {
        var (id, attempt, broadcastID): (Int64, Int, Int64)
        var receiverID: Int64?
        var addressID: Int64
        var recipient: String
        var contentID: Int64
        var (merge, type): (String, String)
        var createdAt: Timestamp

        init(_ columns: inout Columns) {
            (id, attempt, broadcastID) = (columns.int(), columns.count(), columns.int())
            (receiverID, addressID) = (columns.optionalInt(), columns.int())
            (recipient, contentID) = (columns.text(), columns.int())
            (merge, type, createdAt) = (columns.text(), columns.text(), columns.time())
        }
    }

    private static func receivers(
        of rows: [ClaimedRow], on connection: any SQLConnection
    ) throws -> [Int64: (email: String, channelID: Int64?)] {
        var found: [Int64: (email: String, channelID: Int64?)] = [:]
        for batch in padded(rows.compactMap(\.receiverID)) {
            let places = (1...batch.count).map { "$\($0)" }.joined(separator: ", ")
            try connection.query(
                "SELECT id, email, channel_id FROM receivers WHERE id IN (\(places))", batch.map { .int($0) }
            ) { row in
                var columns = Columns(row)
                found[columns.int()] = (columns.text(), columns.optionalInt())
            }
        }
        return found
    }

    /// A mailbox is written as the person wrote it; a number always in E.164.
    private static func address(
        of row: ClaimedRow, _ typed: String, _ channel: DeliveryChannel, on connection: any SQLConnection
    ) throws -> String {
        if channel == .email, !typed.isEmpty { return typed }
        return try connection.first("SELECT value FROM addresses WHERE id = $1", [.int(row.addressID)], { $0.text() })
            ?? ""
    }

    /// What claimed messages of one broadcast or channel have in common, looked up once a commit.
    private struct ClaimLookup {
        struct Broadcast {
            var whenUnknown: WhenUnknown
            var origin: BroadcastOrigin
            var receivers: Int
        }

        private var broadcasts: [Int64: Broadcast] = [:]
        private var channels: [Int64: String] = [:]

        mutating func broadcast(_ id: Int64, on connection: any SQLConnection) throws -> Broadcast {
            if let known = broadcasts[id] { return known }
            let found =
                try connection.first(
                    "SELECT when_unknown, origin, receiver_count FROM broadcasts WHERE id = $1", [.int(id)],
                    { Broadcast(whenUnknown: try $0.word(), origin: try $0.word(), receivers: $0.count()) })
                ?? Broadcast(whenUnknown: .hold, origin: .direct, receivers: 1)
            broadcasts[id] = found
            return found
        }

        mutating func channelName(_ id: Int64?, on connection: any SQLConnection) throws -> String {
            guard let id else { return "" }
            if let known = channels[id] { return known }
            let name = try connection.first("SELECT name FROM channels WHERE id = $1", [.int(id)], { $0.text() }) ?? ""
            channels[id] = name
            return name
        }
    }
}
