import Messaging

extension Store: OutboxStore {
    public func beginLease(host: String, pid: Int32, at: Timestamp) throws -> Int64 {
        try engine.write(.delivery) { connection in
            try connection.insert(
                "INSERT INTO leases (host, pid, started_at, seen_at) VALUES ($1, $2, $3, $3) RETURNING id",
                [.text(host), .int(Int64(pid)), .time(at)])
        }
    }

    public func renewLease(_ lease: Int64, at: Timestamp) throws {
        try engine.write(.delivery) { try Self.hold(lease, on: $0, at: at) }
    }

    /// Makes sure within a commit that the lease is still its process's own, and renews it when that is due.
    static func hold(_ lease: Int64, on connection: any SQLConnection, at: Timestamp) throws {
        let seen = try connection.first("SELECT seen_at FROM leases WHERE id = $1", [.int(lease)], { $0.time() })
        guard let seen else { throw LeaseLost(lease: lease) }
        guard LeaseTerms.isDue(seen: seen, at: at) else { return }
        try connection.run("UPDATE leases SET seen_at = $1 WHERE id = $2", [.time(at), .int(lease)])
    }

    public func endLeases(except lease: Int64) throws {
        try engine.write(.delivery) { try $0.run("DELETE FROM leases WHERE id <> $1", [.int(lease)]) }
    }

    /// How many abandoned hand-offs are settled in one commit.
    private static let abandonedBatch = 500

    public func settleAbandoned(
        lease: Int64, at: Timestamp, repeatsSafely: (Int64) -> Bool
    ) throws -> [MessageEvent: Int] {
        var totals: [MessageEvent: Int] = [:]
        // Ended in a commit before, so that its process claims nothing more while what it left is settled in pieces.
        try engine.write(.delivery) { connection in
            try connection.run(
                "DELETE FROM leases WHERE id <> $1 AND seen_at < $2",
                [.int(lease), .time(LeaseTerms.mustBeSeen(since: at))])
        }
        while true {
            let settled = try engine.write(.delivery) { connection in
                try Self.settleAbandonedBatch(
                    lease: lease, at: at, repeatsSafely: repeatsSafely, on: connection)
            }
            if settled.isEmpty { return totals }
            totals.merge(settled, uniquingKeysWith: +)
        }
    }

    private static func settleAbandonedBatch(
        lease: Int64, at: Timestamp, repeatsSafely: (Int64) -> Bool, on connection: any SQLConnection
    ) throws -> [MessageEvent: Int] {
        let left = try connection.rows(
            """
            SELECT m.id, m.attempts, m.broadcast_id, m.provider_id, b.when_unknown
            FROM messages m JOIN broadcasts b ON b.id = m.broadcast_id
            WHERE m.status = 'sending' AND m.lease <> $1 AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.id = m.lease)
            LIMIT $2
            """, [.int(lease), .int(abandonedBatch)]
        ) { columns in
            (
                id: columns.int(), attempt: columns.count(), broadcast: columns.int(), provider: columns.int(),
                policy: try columns.word(WhenUnknown.self)
            )
        }
        var totals: [MessageEvent: Int] = [:]
        var delta = CountDelta()
        for message in left {
            let safe = repeatsSafely(message.provider)
            let detail =
                safe
                ? "The program ended before the answer came; handed over again under the same key."
                : "The program ended after the hand-off began and before the answer came."
            let completion = AttemptCompletion(
                messageID: message.id, attempt: message.attempt, broadcastID: message.broadcast,
                providerID: message.provider, event: safe ? .repeatSafely : .lostTrack, result: .inDoubt,
                detail: detail, dueAt: safe ? at : nil, error: safe ? nil : detail, expectsReceipts: true,
                resends: !safe && message.policy == .resend)
            _ = try settle(completion, lease: nil, delta: &delta, on: connection, at: at)
            totals[completion.event, default: 0] += 1
        }
        try delta.write(on: connection)
        return totals
    }

    public func dueQueues(at: Timestamp) throws -> [MessageQueue] {
        try engine.read { connection in
            var queues: [MessageQueue] = []
            for priority in Priority.allCases.reversed() {
                queues += try Self.dueQueues(priority, at: at, on: connection)
            }
            guard queues.contains(where: { $0.broadcast != nil }) else { return queues }
            let held = try Self.heldBroadcasts(on: connection)
            return try queues.filter { !$0.isHeld(by: held) }.map { try chosen($0, on: connection) }
        }
    }

    /// A broadcast's queue with the provider chosen for it. What was frozen does not change while its messages wait, so
    /// each queue is looked up once.
    private func chosen(_ queue: MessageQueue, on connection: any SQLConnection) throws -> MessageQueue {
        guard let broadcast = MessageQueue.broadcast(ofNumber: queue.number) else { return queue }
        var queue = queue
        if let known = chosenProviders.known(queue.number) {
            queue.chosenProvider = known
            return queue
        }
        queue.chosenProvider =
            try connection.first(
                "SELECT provider_id FROM broadcast_contents WHERE broadcast_id = $1 AND delivery_channel = $2",
                [.int(broadcast), .text(queue.deliveryChannel.rawValue)], { $0.optionalInt() }) ?? nil
        chosenProviders.note(queue.chosenProvider, of: queue.number)
        return queue
    }

    /// Paused, or cancelled with rows still to be swept. Few at a time, in an index of their own.
    static func heldBroadcasts(on connection: any SQLConnection) throws -> Set<Int64> {
        Set(try connection.rows("SELECT id FROM broadcasts WHERE paused = 1") { $0.int() })
    }

    /// Hops from queue to queue over the index of pending messages: a few seeks, however many messages wait.
    static func dueQueues(
        _ priority: Priority, at: Timestamp, on connection: any SQLConnection
    ) throws -> [MessageQueue] {
        var queues: [MessageQueue] = []
        var last: Int64 = -1
        while let next = try connection.first(
            """
            SELECT lane, due_at FROM messages WHERE status = 'pending' AND priority = $1 AND lane > $2
            ORDER BY lane, due_at, id LIMIT 1
            """, [.int(priority.rawValue), .int(last)], { (queue: $0.int(), dueAt: $0.time()) })
        {
            last = next.queue
            guard next.dueAt <= at, let channel = MessageQueue.channel(ofNumber: next.queue) else { continue }
            queues.append(
                MessageQueue(
                    number: next.queue, priority: priority, deliveryChannel: channel,
                    chosenProvider: MessageQueue.provider(ofNumber: next.queue)))
        }
        return queues
    }

    public func nextDue(after: Timestamp) throws -> Timestamp? {
        try engine.read { connection in
            var earliest: Timestamp?
            for priority in Priority.allCases {
                var last: Int64 = -1
                while let queue = try connection.first(
                    """
                    SELECT lane FROM messages WHERE status = 'pending' AND priority = $1 AND lane > $2
                    ORDER BY lane LIMIT 1
                    """, [.int(priority.rawValue), .int(last)], { $0.int() })
                {
                    last = queue
                    let due = try connection.first(
                        """
                        SELECT due_at FROM messages
                        WHERE status = 'pending' AND priority = $1 AND lane = $2 AND due_at > $3
                        ORDER BY due_at, id LIMIT 1
                        """, [.int(priority.rawValue), .int(queue), .time(after)], { $0.time() })
                    if let due { earliest = min(earliest ?? due, due) }
                }
            }
            return earliest
        }
    }

    public func content(_ id: Int64) throws -> Content? {
        try engine.read { connection in
            try connection.first(
                "SELECT delivery_channel, subject, html, body, extras FROM contents WHERE id = $1", [.int(id)],
                Self.content)
        }
    }

    static let expired = """
        SELECT id FROM messages WHERE status = 'pending' AND expires_at IS NOT NULL AND expires_at <= $1 LIMIT $2
        """

    public func cancelExpired(at: Timestamp, limit: Int) throws -> Int {
        let expired = try engine.read { connection in
            try connection.rows(Self.expired, [.time(at), .int(limit)]) { $0.int() }
        }
        if expired.isEmpty { return 0 }
        return try engine.write(.delivery) { connection in
            var delta = CountDelta()
            var cancelled = 0
            for id in expired {
                let moved = try Self.move(
                    id, by: .expire, error: "Its time was over before it could leave.", delta: &delta,
                    on: connection, at: at)
                if moved != nil { cancelled += 1 }
            }
            try delta.write(on: connection)
            return cancelled
        }
    }

    public func noteTrouble(_ trouble: String?, providerID: Int64, at: Timestamp) throws {
        try engine.write(.delivery) { connection in
            try connection.run(
                """
                UPDATE providers SET trouble = $1,
                    trouble_since = CASE WHEN $1 IS NULL THEN NULL ELSE COALESCE(trouble_since, $2) END
                WHERE id = $3
                """, [.text(trouble), .time(at), .int(providerID)])
        }
    }
}
