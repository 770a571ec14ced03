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
        var (found, seen, last): ([Receiver], Int, Int64) = ([], 0, 0)
        do {
            try connection.query(
                """
                SELECT \(receiverColumns) FROM \(receiverTables)
                WHERE r.broadcast_id = $1 AND \(clause.condition) ORDER BY \(clause.order) LIMIT $3
                """, [.int(id), clause.value, .int(query.isEmpty ? limit + 1 : outcomeBudget)]
            ) { row in
                seen += 1
                last = row.integer(0) ?? 0
                guard query.isEmpty || matches(row, query) else { return }
                var columns = Columns(row)
                found.append(try receiver(&columns).receiver)
                if found.count > limit { throw WalkIsOver() }
            }
        } catch is WalkIsOver {}
        found = try reachable(found, of: id, on: connection)
        var page = Page.cut(found, from: start, limit: limit, key: \.id)
        if seen == outcomeBudget, found.count <= limit { page.goesOn(from: last, start) }
        return Page(
            items: try page.items.map { receiver in
                let messages = try items(of: receiver.id, on: connection)
                return ReceiverOutcome(
                    receiver: receiver,
                    messages: messages.filter {
                        filter.deliveryChannel == nil || $0.deliveryChannel == filter.deliveryChannel
                    })
            }, next: page.next, previous: page.previous, isPartial: page.isPartial)
    }

    private struct WalkIsOver: Error {}

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
        let budget = Self.outcomeBudget / filter.statuses.count
        var (hits, ends): ([(key: Int64, outcome: ReceiverOutcome)], [Int64]) = ([], [])
        for status in filter.statuses {
            var walk = Walk(broadcast: id, status: status, filter: filter, limit: limit, dialect: engine.dialect)
            try walk.run(start, low, high, budget: budget, on: connection)
            hits += walk.hits
            if let end = walk.endedAt { ends.append(end) }
        }
        // Beyond the first walk that ran out of budget, the others may have seen what it has not.
        let isBackwards = if case .before = start { true } else { false }
        let end = isBackwards ? ends.min() : ends.max()
        if let end { hits = hits.filter { isBackwards ? $0.key <= end : $0.key >= end } }
        hits.sort { isBackwards ? $0.key < $1.key : $0.key > $1.key }
        let page = Page.cut(Array(hits.prefix(limit + 1)), from: start, limit: limit, key: \.key)
        var outcomes = Page(
            items: page.items.map(\.outcome), next: page.next, previous: page.previous, isPartial: page.isPartial)
        if let end, hits.count <= limit { outcomes.goesOn(from: end, start) }
        return outcomes
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

    private struct Walk {
        let broadcast: Int64
        let status: MessageStatus
        let filter: OutcomeFilter
        let limit: Int
        let dialect: Dialect
        var hits: [(key: Int64, outcome: ReceiverOutcome)] = []
        /// Where the budget ended.
        var endedAt: Int64?

        mutating func run(
            _ start: PageStart, _ low: Int64, _ high: Int64, budget: Int, on connection: any SQLConnection
        ) throws {
            let clause = start.clause("m.id", placeholder: 2)
            let query = filter.query.lowercased()
            let width = Store.receiverColumns.split(separator: ",").count
            var (seen, last): (Int, Int64) = (0, 0)
            do {
                try connection.query(
                    Store.outcomeWalk(clause.condition, clause.order, dialect),
                    [.text(status.rawValue), clause.value, .int(low), .int(high), .int(budget)]
                ) { row in
                    seen += 1
                    last = row.integer(width) ?? 0
                    guard row.integer(width + 6) == broadcast, query.isEmpty || Store.matches(row, query) else {
                        return
                    }
                    var columns = Columns(row)
                    let receiver = try Store.receiver(&columns).receiver
                    var rest = Columns(row)
                    rest.skip(width)
                    let item = try Store.item(&rest)
                    guard filter.deliveryChannel == nil || item.deliveryChannel == filter.deliveryChannel else {
                        return
                    }
                    hits.append((item.id, ReceiverOutcome(receiver: receiver, messages: [item])))
                    if hits.count > limit { throw WalkIsOver() }
                }
            } catch is WalkIsOver {
                return
            }
            if seen == budget { endedAt = last }
        }
    }
}

extension Page {
    /// The row budget ended at a key before the page was full.
    fileprivate mutating func goesOn(from key: Int64, _ start: PageStart) {
        isPartial = true
        if case .before = start { previous = key } else { next = key }
    }
}
