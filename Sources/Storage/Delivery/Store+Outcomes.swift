import Messaging

/// Receivers of a broadcast with what became of them.
extension Store {
    /// Rows looked at before a page is answered as it is.
    private static let outcomeBudget = 20_000

    public func outcomes(
        of id: Int64, _ filter: OutcomeFilter, from start: PageStart, limit: Int
    ) throws -> Page<ReceiverOutcome> {
        try engine.read { connection in
            if filter.statuses.isEmpty {
                return try Self.everybody(of: id, filter, from: start, limit: limit, on: connection)
            }
            return try those(of: id, filter, from: start, limit: limit, on: connection)
        }
    }

    /// Receivers in the order they were added, the newest first; the key is the receiver's id.
    private static func everybody(
        of id: Int64, _ filter: OutcomeFilter, from start: PageStart, limit: Int, on connection: any SQLConnection
    ) throws -> Page<ReceiverOutcome> {
        let clause = start.clause("r.id", placeholder: 2)
        let query = filter.query.lowercased()
        let scan = BudgetedScan(from: start, limit: limit, budget: query.isEmpty ? nil : outcomeBudget)
        var page: Page<Receiver> = try scan.page(
            """
            SELECT \(receiverColumns) FROM \(receiverTables)
            WHERE r.broadcast_id = $1 AND \(clause.condition) ORDER BY \(clause.order) LIMIT $3
            """, [.int(id), clause.value, .int(scan.budget)], on: connection
        ) { row in
            guard query.isEmpty || matches(row, query) else { return nil }
            var columns = Columns(row)
            return try receiver(&columns).receiver
        }
        page.items = try reachable(page.items, of: id, on: connection)
        return try page.map { receiver in
            let messages = try items(of: receiver.id, on: connection)
            return ReceiverOutcome(
                receiver: receiver,
                messages: messages.filter {
                    filter.deliveryChannel == nil || $0.deliveryChannel == filter.deliveryChannel
                })
        }
    }

    /// Columns 1 to 4 are the names and addresses as they were kept.
    private static func matches(_ row: any SQLRow, _ query: String) -> Bool {
        let text = (1...4).map { row.string($0) ?? "" }.joined(separator: " ")
        return text.lowercased().contains(query)
    }

    private static func items(
        of receiver: Int64, on connection: any SQLConnection
    ) throws -> [ReceiverOutcome.Item] {
        try connection.rows(
            """
            SELECT \(itemColumns) FROM message_keys k JOIN messages m ON m.id = k.message_id WHERE k.receiver_id = $1
            """, [.int(receiver)], item
        ).sorted { ($0.deliveryChannel.code, $0.id) < ($1.deliveryChannel.code, $1.id) }
    }

    private static let itemColumns = "m.id, m.delivery_channel, m.status, m.error, m.attempts, m.sent_at"

    private static func item(_ columns: inout Columns) throws -> ReceiverOutcome.Item {
        ReceiverOutcome.Item(
            id: columns.int(), deliveryChannel: try columns.word(), status: try columns.word(),
            error: columns.optionalText(), attempts: columns.count(), sentAt: columns.optionalTime())
    }

    /// The messages in one of some states, the newest first; the key is the message's id. Walks the index of each state
    /// between the broadcast's first and last message, past those of others.
    private func those(
        of id: Int64, _ filter: OutcomeFilter, from start: PageStart, limit: Int, on connection: any SQLConnection
    ) throws -> Page<ReceiverOutcome> {
        let span = try connection.first(
            "SELECT first_message_id, last_message_id FROM broadcasts WHERE id = $1", [.int(id)]
        ) { (first: $0.optionalInt(), last: $0.optionalInt()) }
        guard let span, let low = span.first, let high = span.last else { return Page(items: []) }
        let scan = BudgetedScan(from: start, limit: limit, budget: Self.outcomeBudget / filter.statuses.count)
        let walks = try filter.statuses.map { status in
            try walk(status, of: id, filter, low...max(low, high), scan, on: connection)
        }
        // Beyond the first walk that ran out of budget, the others may have seen what it has not.
        let isBackwards = if case .before = start { true } else { false }
        let ends = walks.compactMap(\.endedAt)
        let end = isBackwards ? ends.min() : ends.max()
        var items = walks.flatMap(\.items)
        if let end { items = items.filter { isBackwards ? $0.key <= end : $0.key >= end } }
        items.sort { isBackwards ? $0.key < $1.key : $0.key > $1.key }
        return scan.page(of: BudgetedScan.Found(items: items, endedAt: end))
    }

    /// Flat, so that each row is fetched as the index of the states finds it: with the limit inside, all of them would be
    /// sorted for a page of fifty. A row ends with its message and the broadcast that is of.
    static func outcomeWalk(_ condition: String, _ order: String, _ dialect: Dialect) -> String {
        let receivers = receiverTables.replacing("receivers r", with: "receivers r ON r.id = m.receiver_id")
        return """
            SELECT \(receiverColumns), \(itemColumns), m.broadcast_id FROM messages m
                \(dialect.orderedJoin) \(receivers)
            WHERE m.status = $1 AND \(condition) AND m.id >= $3 AND m.id <= $4 ORDER BY \(order) LIMIT $5
            """
    }

    private func walk(
        _ status: MessageStatus, of id: Int64, _ filter: OutcomeFilter, _ ids: ClosedRange<Int64>, _ scan: BudgetedScan,
        on connection: any SQLConnection
    ) throws -> BudgetedScan.Found<ReceiverOutcome> {
        let clause = scan.start.clause("m.id", placeholder: 2)
        let query = filter.query.lowercased()
        let width = Self.receiverColumns.split(separator: ",").count
        return try scan.run(
            Self.outcomeWalk(clause.condition, clause.order, engine.dialect),
            [.text(status.rawValue), clause.value, .int(ids.lowerBound), .int(ids.upperBound), .int(scan.budget)],
            key: width, on: connection
        ) { row in
            guard row.integer(width + 6) == id, query.isEmpty || Self.matches(row, query) else { return nil }
            var columns = Columns(row)
            let receiver = try Self.receiver(&columns).receiver
            var rest = Columns(row)
            rest.skip(width)
            let item = try Self.item(&rest)
            guard filter.deliveryChannel == nil || item.deliveryChannel == filter.deliveryChannel else { return nil }
            return ReceiverOutcome(receiver: receiver, messages: [item])
        }
    }
}
