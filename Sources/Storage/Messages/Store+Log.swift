import Messaging

extension Store: MessageStore {
    private static let columns = """
        m.id, m.direction, m.delivery_channel, m.type, m.status, m.recipient, a.value, m.summary, e.id, e.kind,
        e.external_id, e.name, e.first_name, e.last_name, m.broadcast_id, m.provider_id, p.name, p.is_sandbox, m.error,
        m.attempts, m.created_at, m.due_at, m.sent_at, m.delivered_at, m.settled_at
        """
    private static let tables = """
        messages m LEFT JOIN addresses a ON a.id = m.address_id LEFT JOIN entities e ON e.id = m.entity_id
            LEFT JOIN providers p ON p.id = m.provider_id
        """

    private static func row(_ columns: inout Columns) throws -> MessageRow {
        let (id, direction) = (columns.int(), try columns.word(MessageDirection.self))
        let (channel, type) = (try columns.word(DeliveryChannel.self), columns.text())
        let status = try columns.word(MessageStatus.self)
        let (recipient, address, summary) = (columns.text(), columns.text(), columns.text())
        let entityID = columns.optionalInt()
        let (kind, externalID, name, first, last) = (
            columns.text(), columns.text(), columns.text(), columns.text(), columns.text()
        )
        let entity = entityID.flatMap { id in
            EntityKind(rawValue: kind).map {
                Entity(id: id, kind: $0, externalID: externalID, name: name, firstName: first, lastName: last).reference
            }
        }
        return MessageRow(
            id: id, direction: direction, deliveryChannel: channel, type: MessageType(rawValue: type), status: status,
            recipientName: recipient, address: address, subject: summary, entity: entity,
            broadcastID: columns.optionalInt(), providerID: columns.optionalInt(),
            providerName: columns.optionalText(), isSandbox: columns.flag(), error: columns.optionalText(),
            attempts: columns.count(), createdAt: columns.time(), dueAt: columns.time(),
            sentAt: columns.optionalTime(), deliveredAt: columns.optionalTime(), settledAt: columns.optionalTime())
    }

    private static func row(_ id: Int64, on connection: any SQLConnection) throws -> MessageRow? {
        try connection.first("SELECT \(columns) FROM \(tables) WHERE m.id = $1", [.int(id)], row)
    }

    public func messages(_ filter: MessageFilter, from start: PageStart, limit: Int) throws -> Page<MessageRow> {
        try engine.read { connection in
            guard let walk = try LogWalk(filter, from: start, dialect: engine.dialect, on: connection) else {
                return Page(items: [])
            }
            return try Self.page(of: walk, from: start, limit: limit, on: connection)
        }
    }

    private static func page(
        of walk: LogWalk, from start: PageStart, limit: Int, on connection: any SQLConnection
    ) throws -> Page<MessageRow> {
        let scan = BudgetedScan(from: start, limit: limit, budget: LogWalk.budget)
        let ids: Page<Int64> = try scan.page(walk.sql, walk.values, on: connection) { line in
            line.integer(1) == 1 ? line.integer(0) : nil
        }
        return try ids.map { try row($0, on: connection) }
    }

    public func messages(ofThread id: Int64, from start: PageStart, limit: Int) throws -> Page<MessageRow> {
        let clause = start.clause("m.id", placeholder: 2)
        let rows = try engine.read { connection in
            try connection.rows(
                """
                SELECT \(Self.columns) FROM \(Self.tables)
                WHERE m.thread_id = $1 AND \(clause.condition) ORDER BY \(clause.order) LIMIT $3
                """, [.int(id), clause.value, .int(limit + 1)], Self.row)
        }
        return Page.cut(rows, from: start, limit: limit, key: \.id)
    }

    public func inDoubt() throws -> Int {
        try engine.read { connection in
            try connection.first(
                "SELECT COALESCE(SUM(total), 0) FROM status_counts WHERE status = 'unknown'", [], { $0.count() }) ?? 0
        }
    }

    public func labels(of broadcasts: Set<Int64>) throws -> [Int64: BroadcastLabel] {
        try engine.read { connection in
            var found: [Int64: BroadcastLabel] = [:]
            for id in broadcasts {
                found[id] = try connection.first(
                    """
                    SELECT b.id, b.name, u.name FROM broadcasts b LEFT JOIN users u ON u.id = b.created_by
                    WHERE b.id = $1
                    """, [.int(id)], Self.label)
            }
            return found
        }
    }

    /// Broadcasts looked at for the latest that a person named; those of the API, one a message, are passed over.
    private static let latestBroadcasts = 200

    public func latestBroadcasts(limit: Int) throws -> [BroadcastLabel] {
        try engine.read { connection in
            try connection.rows(
                """
                SELECT id, name, NULL FROM (
                    SELECT id, name, origin, status FROM broadcasts ORDER BY id DESC LIMIT $1) b
                WHERE origin IN ('compose', 'bulk') AND status NOT IN ('draft', 'scheduled') AND name <> ''
                ORDER BY id DESC LIMIT $2
                """, [.int(Self.latestBroadcasts), .int(limit)], Self.label)
        }
    }

    private static func label(_ columns: inout Columns) -> BroadcastLabel {
        BroadcastLabel(id: columns.int(), name: columns.text(), sentBy: columns.optionalText())
    }

    public func message(_ id: Int64) throws -> MessageDetails? {
        try engine.read { connection in
            guard let row = try Self.row(id, on: connection) else { return nil }
            var frozen = try connection.first(
                """
                SELECT c.delivery_channel, c.subject, c.html, c.body, c.extras, m.merge, u.name, b.name, b.receiver_count,
                    m.expires_at, r.id, r.first_name, r.last_name, r.email, r.mobile, r.origin, f.provider_id, p.name
                FROM messages m LEFT JOIN contents c ON c.id = m.content_id
                    LEFT JOIN broadcasts b ON b.id = m.broadcast_id LEFT JOIN users u ON u.id = b.created_by
                    LEFT JOIN receivers r ON r.id = m.receiver_id
                    LEFT JOIN broadcast_contents f
                        ON f.broadcast_id = m.broadcast_id AND f.delivery_channel = m.delivery_channel
                    LEFT JOIN providers p ON p.id = f.provider_id
                WHERE m.id = $1 AND m.content_id IS NOT NULL
                """, [.int(id)]
            ) { columns in
                var details = MessageDetails(
                    row: row, content: try Self.content(&columns), merge: try MergeValues(json: columns.text()),
                    sentBy: columns.optionalText(), broadcastName: columns.optionalText(),
                    receiverCount: columns.count(), attempts: [], receipts: [], replies: [],
                    messageToken: MessageToken.text(messageID: id, installation: installationID),
                    expiresAt: columns.optionalTime(), receiver: try Self.snapshot(&columns, of: row))
                details.chosenProvider = columns.optionalInt().map { .init(id: $0, name: columns.text()) }
                return details
            }
            frozen?.attempts = try Self.attempts(of: id, on: connection)
            frozen?.receipts = try Self.receipts(of: row, on: connection)
            frozen?.replies = try Self.replies(to: id, on: connection)
            frozen?.decisions = try Self.decisions(about: id, on: connection)
            frozen?.suppressions = try Self.suppressions(ofMessage: id, on: connection)
            return try frozen ?? Self.inbound(row, on: connection)
        }
    }

    /// The receiver as they were added. Read from the row kept then, so no later change of the record shows in it.
    private static func snapshot(_ columns: inout Columns, of row: MessageRow) throws -> Receiver? {
        let id = columns.optionalInt()
        let (first, last, email, mobile) = (columns.text(), columns.text(), columns.text(), columns.text())
        let origin = columns.optionalText().flatMap(ReceiverOrigin.init(rawValue:))
        guard let id, let origin else { return nil }
        return Receiver(
            id: id, firstName: first, lastName: last, email: email, mobile: mobile, origin: origin, entity: row.entity)
    }

    /// An inbound message has no content to render: its text is kept as it came.
    private static func inbound(_ row: MessageRow, on connection: any SQLConnection) throws -> MessageDetails {
        let kept = try connection.first(
            "SELECT merge, thread_id FROM messages WHERE id = $1", [.int(row.id)],
            { (merge: $0.text(), thread: $0.optionalInt()) })
        var details = MessageDetails(
            row: row, content: Content(deliveryChannel: row.deliveryChannel, text: "{{text}}"),
            merge: try MergeValues(json: kept?.merge ?? "{}"), sentBy: nil, broadcastName: nil, receiverCount: 1,
            attempts: [], receipts: [], replies: [], messageToken: "", expiresAt: nil)
        details.threadID = kept?.thread
        return details
    }

    private static func attempts(of id: Int64, on connection: any SQLConnection) throws -> [Attempt] {
        try connection.rows(
            """
            SELECT t.number, t.provider_id, p.name, t.started_at, t.ended_at, t.result, t.detail, t.from_address, t.digest
            FROM attempts t LEFT JOIN providers p ON p.id = t.provider_id WHERE t.message_id = $1 ORDER BY t.number
            """, [.int(id)]
        ) { columns in
            Attempt(
                number: columns.count(), providerID: columns.optionalInt(), providerName: columns.text(),
                startedAt: columns.time(), endedAt: columns.optionalTime(),
                result: columns.optionalText().flatMap(AttemptResult.init(rawValue:)), detail: columns.text(),
                fromAddress: columns.text(), digest: columns.text())
        }
    }

    private static func replies(to id: Int64, on connection: any SQLConnection) throws -> [MessageRow] {
        try connection.rows(
            "SELECT \(columns) FROM \(tables) WHERE m.in_reply_to = $1 ORDER BY m.id LIMIT 100", [.int(id)], row)
    }

    public func apply(_ event: MessageEvent, to id: Int64, by user: Int64?, at: Timestamp) throws -> MessageStatus {
        try engine.write(.accept) { connection in
            connection.notify(.delivery)
            guard let row = try Self.row(id, on: connection) else { throw StoreConflict.notFound }
            var delta = CountDelta()
            guard let moved = try Self.move(id, by: event, user: user, delta: &delta, on: connection, at: at) else {
                throw StoreConflict.state(row.status.rawValue)
            }
            try delta.write(on: connection)
            return moved
        }
    }

    /// Names both states of the index of those that wait for their time: every single message is a broadcast as well, and
    /// without them all would be looked at.
    static let scheduledBroadcasts = """
        SELECT COUNT(*) FROM broadcasts
        WHERE status IN ('scheduled', 'publishing') AND status = 'scheduled' AND send_at IS NOT NULL
        """

    public func overview(at: Timestamp) throws -> OutboxOverview {
        try engine.read { connection in
            var overview = OutboxOverview(counts: [:], oldestDue: nil, scheduledBroadcasts: 0, days: [])
            try connection.query("SELECT status, SUM(total) FROM status_counts GROUP BY status", []) { row in
                var columns = Columns(row)
                overview.counts[try columns.word()] = columns.count()
            }
            for priority in Priority.allCases {
                for queue in try Self.dueQueues(priority, at: at, on: connection) {
                    let due = try connection.first(
                        """
                        SELECT due_at FROM messages WHERE status = 'pending' AND priority = $1 AND lane = $2
                        ORDER BY due_at, id LIMIT 1
                        """, [.int(priority.rawValue), .int(queue.number)], { $0.time() })
                    if let due { overview.oldestDue = min(overview.oldestDue ?? due, due) }
                }
            }
            overview.scheduledBroadcasts =
                try connection.first(Self.scheduledBroadcasts, [], { $0.count() }) ?? 0
            overview.days = try Self.days(until: at, on: connection)
            return overview
        }
    }

    private static func days(until: Timestamp, on connection: any SQLConnection) throws -> [OutboxOverview.Day] {
        let today = until.milliseconds / 86_400_000
        var counted: [Int64: (sent: Int, failed: Int)] = [:]
        try connection.query(
            "SELECT day, SUM(sent), SUM(failed) FROM day_counts WHERE day > $1 GROUP BY day", [.int(today - 14)]
        ) { row in
            var columns = Columns(row)
            counted[columns.int()] = (columns.count(), columns.count())
        }
        return (today - 13...today).map { day in
            OutboxOverview.Day(
                start: Timestamp(milliseconds: day * 86_400_000), sent: counted[day]?.sent ?? 0,
                failed: counted[day]?.failed ?? 0)
        }
    }
}
