import Foundation
import Messaging

extension Store: BulkStore {
    public func createBulk(_ draft: BulkDraft, by user: Int64?, at: Timestamp) throws -> Int64 {
        let composed = try Self.text(draft.composition)
        return try engine.write(.accept) { connection in
            try Self.insertBroadcast(
                on: connection, name: draft.name, origin: .bulk, status: .draft, channels: draft.deliveryChannels,
                composition: composed, subject: draft.composition.emailSubject, type: .bulk, priority: .normal,
                receiverCount: 0, sendAt: nil, expiresAt: draft.expiresAt, by: user, at: at, template: draft.templateID,
                whenUnknown: draft.whenUnknown)
        }
    }

    @discardableResult
    public func saveBulk(
        _ id: Int64, version: Int64, _ draft: BulkDraft, by user: Int64?, at: Timestamp
    ) throws -> Int64 {
        let composed = try Self.text(draft.composition)
        return try engine.write(.accept) { connection in
            let stored = try Self.draft(id, version: version, on: connection)
            guard stored.origin == .bulk else { throw StoreConflict.notFound }
            try connection.run(
                """
                UPDATE broadcasts SET name = $1, delivery_channels = $2, composition = $3, subject = $4,
                    template_id = $5, when_unknown = $6, version = version + 1, updated_at = $7, updated_by = $8,
                    expires_at = $9
                WHERE id = $10
                """,
                [
                    .text(draft.name), .text(Self.text(draft.deliveryChannels)), .text(composed),
                    .text(draft.composition.emailSubject), .int(draft.templateID), .text(draft.whenUnknown.rawValue),
                    .time(at), .int(user), .time(draft.expiresAt), .int(id),
                ])
            return stored.version + 1
        }
    }

    /// Broadcasts looked at for one page of a filtered list.
    private static let bulkBudget = 5000

    public func bulks(
        _ filter: BulkFilter, from start: PageStart, limit: Int
    ) throws -> Page<BroadcastSummary> {
        let clause = start.clause("b.id", placeholder: 1)
        let query = filter.query.lowercased()
        return try engine.read { connection in
            let scan = BudgetedScan(from: start, limit: limit, budget: filter == BulkFilter() ? nil : Self.bulkBudget)
            // Walked rather than searched: a company has thousands of them at most, single messages are not among them.
            let page: Page<Broadcast> = try scan.page(
                """
                SELECT \(Self.broadcastColumns(composition: "''")) FROM \(Self.broadcastTables)
                WHERE b.origin = 'bulk' AND \(clause.condition) ORDER BY \(clause.order) LIMIT $2
                """, [clause.value, .int(scan.budget)], on: connection
            ) { row in
                var columns = Columns(row)
                let broadcast = try Self.broadcast(&columns)
                let isOfStatus = filter.status == nil || filter.status == broadcast.status
                let hasWords =
                    query.isEmpty || broadcast.name.lowercased().contains(query)
                    || broadcast.templateName?.lowercased().contains(query) == true
                return isOfStatus && hasWords ? broadcast : nil
            }
            return try page.map { BroadcastSummary(broadcast: $0, books: try Self.books(of: $0.id, on: connection)) }
        }
    }

    public func duplicateBulk(
        _ id: Int64, name: String, by user: Int64?, at: Timestamp
    ) throws -> (broadcast: Int64, job: BroadcastJob) {
        try engine.write(.accept) { connection in
            connection.notify(.delivery)
            guard let original = try Self.broadcast(id, on: connection) else { throw StoreConflict.notFound }
            let copy = try Self.insertBroadcast(
                on: connection, name: name, origin: .bulk, status: .draft, channels: original.deliveryChannels,
                composition: try Self.text(original.composition), subject: original.composition.emailSubject,
                type: .bulk, priority: original.priority, receiverCount: 0, sendAt: nil, expiresAt: nil, by: user,
                at: at, template: original.templateID, whenUnknown: original.whenUnknown)
            let job = try Self.ask(.add(.receivers(ofBroadcast: id)), of: copy, by: user, on: connection, at: at)
            return (copy, job)
        }
    }

    // MARK: On its way

    public func pause(_ id: Int64, at: Timestamp) throws {
        try engine.write(.accept) { connection in
            connection.notify(.delivery)
            let broadcast = try Self.underWay(id, on: connection)
            guard broadcast.status != .paused else { return }
            guard try Self.books(of: id, on: connection)[.pending] > 0 else { throw StoreConflict.state("finished") }
            try connection.run(
                "UPDATE broadcasts SET paused = 1, updated_at = $1 WHERE id = $2", [.time(at), .int(id)])
            // The shared queue of single messages cannot be held for one of them.
            for channel in broadcast.deliveryChannels where broadcast.receiverCount == 1 {
                try connection.run(
                    """
                    UPDATE messages SET lane = $1
                    WHERE broadcast_id = $2 AND delivery_channel = $3 AND status = 'pending'
                    """,
                    [.int(MessageQueue.number(broadcast: id, channel: channel)), .int(id), .text(channel.rawValue)])
            }
        }
    }

    public func resume(_ id: Int64, at: Timestamp) throws {
        try engine.write(.accept) { connection in
            connection.notify(.delivery)
            let broadcast = try Self.underWay(id, on: connection)
            guard broadcast.status == .paused else { throw StoreConflict.state(broadcast.status.rawValue) }
            try connection.run(
                "UPDATE broadcasts SET paused = 0, updated_at = $1 WHERE id = $2", [.time(at), .int(id)])
        }
    }

    public func cancel(_ id: Int64, by user: Int64?, at: Timestamp) throws -> BroadcastJob {
        try engine.write(.accept) { connection in
            connection.notify(.delivery)
            _ = try Self.underWay(id, on: connection)
            let books = try Self.books(of: id, on: connection)
            guard books[.pending] > 0 else { throw StoreConflict.state("finished") }
            // What was never written is counted as cancelled at once; the rows follow by the job. Until it has come to
            // the last, `paused` holds their queues.
            let unwritten = try Self.unwritten(id, on: connection)
            try connection.run(
                """
                UPDATE broadcasts SET status = 'cancelled', paused = 1, version = version + 1, updated_at = $1,
                    updated_by = $2 WHERE id = $3
                """, [.time(at), .int(user), .int(id)])
            var delta = CountDelta()
            delta.move(unwritten, from: .pending, to: .cancelled, broadcast: id, at: at)
            try delta.write(on: connection)
            let job = try Self.ask(.cancel, of: id, by: user, on: connection, at: at)
            return try Self.moveMessages(job, limit: Self.firstChunk * 4, on: connection, at: at)
        }
    }

    public func decide(
        _ decision: BulkDecision, of id: Int64, by user: Int64?, at: Timestamp
    ) throws -> BroadcastJob {
        try engine.write(.accept) { connection in
            connection.notify(.delivery)
            let broadcast = try Self.underWay(id, on: connection)
            guard try Self.books(of: id, on: connection)[decision.status] > 0 else {
                throw StoreConflict.state("nothing \(decision.status.rawValue)")
            }
            let open = try Self.openJobs(of: broadcast.id, limit: 10, on: connection)
            if let same = open.first(where: { $0.work == .decide(decision) }) { return same }
            let job = try Self.ask(.decide(decision), of: id, by: user, on: connection, at: at)
            return try Self.moveMessages(job, limit: Self.firstChunk * 4, on: connection, at: at)
        }
    }

    /// A broadcast that was published or scheduled and not cancelled.
    private static func underWay(_ id: Int64, on connection: any SQLConnection) throws -> Broadcast {
        guard let broadcast = try broadcast(id, on: connection) else { throw StoreConflict.notFound }
        guard broadcast.status != .draft, broadcast.status != .cancelled else {
            throw StoreConflict.state(broadcast.status.rawValue)
        }
        return broadcast
    }

    /// How many messages of the books have no row yet.
    private static func unwritten(_ id: Int64, on connection: any SQLConnection) throws -> Int {
        let written = try connection.first(
            "SELECT COUNT(*) FROM messages WHERE broadcast_id = $1", [.int(id)], { $0.count() })
        return try books(of: id, on: connection).planned - (written ?? 0)
    }
}
