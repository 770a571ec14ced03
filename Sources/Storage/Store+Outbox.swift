import Messaging

extension Store: OutboxStore {
    public func beginLease(host: String, pid: Int32, at: Timestamp) throws -> Int64 {
        try engine.write(.delivery) { connection in
            try connection.insert(
                "INSERT INTO leases (host, pid, started_at, seen_at) VALUES ($1, $2, $3, $3) RETURNING id",
                [.text(host), .int(Int64(pid)), .time(at)])
        }
    }

    /// How many abandoned hand-offs are settled in one commit.
    private static let abandonedBatch = 500

    public func settleAbandoned(
        lease: Int64, at: Timestamp, repeatsSafely: (Int64) -> Bool
    ) throws -> [MessageEvent: Int] {
        var totals: [MessageEvent: Int] = [:]
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
            WHERE m.status = 'sending' AND m.lease <> $1 LIMIT $2
            """, [.int(lease), .int(abandonedBatch)]
        ) { columns in
            (
                id: columns.int(), attempt: columns.count(), broadcast: columns.int(), provider: columns.int(),
                policy: try columns.word(WhenUnknown.self)
            )
        }
        var totals: [MessageEvent: Int] = [:]
        var ledger = Ledger()
        for message in left {
            let safe = repeatsSafely(message.provider)
            let detail =
                safe
                ? "The program ended before the answer came; handed over again under the same key."
                : "The program ended after the hand-off began and before the answer came."
            let settlement = Settlement(
                messageID: message.id, attempt: message.attempt, broadcastID: message.broadcast,
                providerID: message.provider, event: safe ? .repeatSafely : .lostTrack, result: .inDoubt,
                detail: detail, dueAt: safe ? at : nil, error: safe ? nil : detail,
                resends: !safe && message.policy == .resend)
            _ = try settle(settlement, lease: nil, ledger: &ledger, on: connection, at: at)
            totals[settlement.event, default: 0] += 1
        }
        try ledger.write(on: connection)
        return totals
    }

    public func dueLanes(at: Timestamp) throws -> [Lane] {
        try engine.read { connection in
            var lanes: [Lane] = []
            for priority in Priority.allCases.reversed() {
                lanes += try Self.dueLanes(priority, at: at, on: connection)
            }
            guard lanes.contains(where: { $0.broadcast != nil }) else { return lanes }
            let held = try Self.heldBroadcasts(on: connection)
            return try lanes.filter { !$0.isHeld(by: held) }.map { try chosen($0, on: connection) }
        }
    }

    /// A broadcast's lane with the provider chosen for it. What was frozen does not change while its messages wait, so
    /// each lane is looked up once.
    private func chosen(_ lane: Lane, on connection: any SQLConnection) throws -> Lane {
        guard let broadcast = Lane.broadcast(ofNumber: lane.number) else { return lane }
        var lane = lane
        if let known = chosenProviders.known(lane.number) {
            lane.chosenProvider = known
            return lane
        }
        lane.chosenProvider =
            try connection.first(
                "SELECT provider_id FROM broadcast_contents WHERE broadcast_id = $1 AND delivery_channel = $2",
                [.int(broadcast), .text(lane.deliveryChannel.rawValue)], { $0.optionalInt() }) ?? nil
        chosenProviders.note(lane.chosenProvider, of: lane.number)
        return lane
    }

    /// Paused, or cancelled with rows still to be swept. Few at a time, in an index of their own.
    static func heldBroadcasts(on connection: any SQLConnection) throws -> Set<Int64> {
        Set(try connection.rows("SELECT id FROM broadcasts WHERE paused = 1") { $0.int() })
    }

    /// Hops from lane to lane over the index of pending messages: a few seeks, however many messages wait.
    static func dueLanes(
        _ priority: Priority, at: Timestamp, on connection: any SQLConnection
    ) throws -> [Lane] {
        var lanes: [Lane] = []
        var last: Int64 = -1
        while let next = try connection.first(
            """
            SELECT lane, due_at FROM messages WHERE status = 'pending' AND priority = $1 AND lane > $2
            ORDER BY lane, due_at, id LIMIT 1
            """, [.int(priority.rawValue), .int(last)], { (lane: $0.int(), dueAt: $0.time()) })
        {
            last = next.lane
            guard next.dueAt <= at, let channel = Lane.channel(ofNumber: next.lane) else { continue }
            lanes.append(
                Lane(
                    number: next.lane, priority: priority, deliveryChannel: channel,
                    chosenProvider: Lane.provider(ofNumber: next.lane)))
        }
        return lanes
    }

    public func nextDue(after: Timestamp) throws -> Timestamp? {
        try engine.read { connection in
            var earliest: Timestamp?
            for priority in Priority.allCases {
                var last: Int64 = -1
                while let lane = try connection.first(
                    """
                    SELECT lane FROM messages WHERE status = 'pending' AND priority = $1 AND lane > $2
                    ORDER BY lane LIMIT 1
                    """, [.int(priority.rawValue), .int(last)], { $0.int() })
                {
                    last = lane
                    let due = try connection.first(
                        """
                        SELECT due_at FROM messages
                        WHERE status = 'pending' AND priority = $1 AND lane = $2 AND due_at > $3
                        ORDER BY due_at, id LIMIT 1
                        """, [.int(priority.rawValue), .int(lane), .time(after)], { $0.time() })
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
            var ledger = Ledger()
            var cancelled = 0
            for id in expired {
                let moved = try Self.move(
                    id, by: .expire, error: "Its time was over before it could leave.", ledger: &ledger,
                    on: connection, at: at)
                if moved != nil { cancelled += 1 }
            }
            try ledger.write(on: connection)
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
