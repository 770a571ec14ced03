import Foundation
import Messaging

/// Work on many rows: adding receivers, cancelling, deciding. One chunk is one commit with the cursor behind it.
extension Store {
    static let jobColumns = "id, broadcast_id, work, done, merged, total, asked_at, finished_at"

    static func job(_ columns: inout Columns) throws -> BroadcastJob {
        BroadcastJob(
            id: columns.int(), broadcastID: columns.int(),
            work: try JSONDecoder().decode(BroadcastJob.Work.self, from: Data(columns.text().utf8)),
            done: columns.count(), merged: columns.count(), total: columns.optionalInt().map { Int($0) },
            askedAt: columns.time(), finishedAt: columns.optionalTime())
    }

    private static func job(
        _ id: Int64, on connection: any SQLConnection
    ) throws -> (job: BroadcastJob, cursor: Int64, until: Int64)? {
        try connection.first(
            "SELECT \(jobColumns), cursor, until FROM broadcast_jobs WHERE id = $1", [.int(id)]
        ) { (try Self.job(&$0), $0.int(), $0.int()) }
    }

    public func openJobs(of broadcastID: Int64?, limit: Int) throws -> [BroadcastJob] {
        try engine.read { try Self.openJobs(of: broadcastID, limit: limit, on: $0) }
    }

    static func openJobs(
        of broadcastID: Int64?, limit: Int, on connection: any SQLConnection
    ) throws -> [BroadcastJob] {
        let condition = broadcastID == nil ? "" : "broadcast_id = $1 AND "
        return try connection.rows(
            """
            SELECT \(jobColumns) FROM broadcast_jobs WHERE \(condition)finished_at IS NULL
            ORDER BY id LIMIT \(broadcastID == nil ? "$1" : "$2")
            """, (broadcastID.map { [.int($0)] } ?? []) + [.int(limit)], job)
    }

    static func ask(
        _ work: BroadcastJob.Work, of broadcastID: Int64, by user: Int64?, on connection: any SQLConnection,
        at: Timestamp
    ) throws -> BroadcastJob {
        let (from, until, total) = try bounds(of: work, broadcastID, on: connection)
        let text = String(decoding: try JSONEncoder().encode(work), as: UTF8.self)
        let id = try connection.insert(
            """
            INSERT INTO broadcast_jobs (broadcast_id, work, cursor, until, total, asked_by, asked_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
            """, [.int(broadcastID), .text(text), .int(from), .int(until), .int(total), .int(user), .time(at)])
        return BroadcastJob(
            id: id, broadcastID: broadcastID, work: work, done: 0, merged: 0, total: total.map { Int($0) }, askedAt: at,
            finishedAt: nil)
    }

    /// Below the first and at the last id to look at, and how many rows that are, where it is known.
    private static func bounds(
        of work: BroadcastJob.Work, _ broadcastID: Int64, on connection: any SQLConnection
    ) throws -> (from: Int64, until: Int64, total: Int64?) {
        func last(_ table: String) throws -> Int64 {
            try connection.first("SELECT COALESCE(MAX(id), 0) FROM \(table)", [], { $0.int() }) ?? 0
        }
        switch work {
        case .add(.channel(let id)):
            let count = try connection.first(
                "SELECT subscriber_count FROM channels WHERE id = $1", [.int(id)], { $0.int() })
            guard let count else { throw StoreConflict.notFound }
            return (0, try last("subscribers"), count)
        case .add(.search(let search)):
            // Everybody of a kind is counted over its index; whom filters leave, only the walk can tell.
            let isOpen = search.query.isEmpty && search.filters.isEmpty
            let total = isOpen ? try count(of: search.kind, on: connection) : nil
            return (0, try last("entities"), total)
        case .add(.receivers(let id)):
            guard let source = try broadcast(id, on: connection) else { throw StoreConflict.notFound }
            return (0, try last("receivers"), Int64(source.receiverCount))
        case .cancel, .decide:
            let span = try connection.first(
                "SELECT first_message_id, last_message_id FROM broadcasts WHERE id = $1", [.int(broadcastID)]
            ) { (first: $0.optionalInt(), last: $0.optionalInt()) }
            let until = try span?.last ?? last("messages")
            return ((span?.first ?? 1) - 1, until, nil)
        }
    }

    private static func count(of kind: EntityKind, on connection: any SQLConnection) throws -> Int64? {
        try connection.first(
            "SELECT COUNT(*) FROM entities WHERE kind = $1", [.text(kind.rawValue)], { $0.int() })
    }

    public func addAudience(
        _ audience: Audience, to id: Int64, by user: Int64?, at: Timestamp
    ) throws -> BroadcastJob {
        try engine.write(.accept) { connection in
            _ = try Self.draft(id, version: nil, on: connection)
            return try Self.ask(.add(audience), of: id, by: user, on: connection, at: at)
        }
    }

    public func work(on jobID: Int64, limit: Int, at: Timestamp) throws -> BroadcastJob {
        guard let known = try engine.read({ try Self.job(jobID, on: $0) }) else { throw StoreConflict.notFound }
        if known.job.isFinished { return known.job }
        guard case .add(let audience) = known.job.work else {
            return try engine.write(.background) { connection in
                try Self.moveMessages(known.job, limit: limit, on: connection, at: at)
            }
        }
        // Read beside the writers; written only if nobody wrote this chunk meanwhile.
        let chunk = try chunk(of: audience, after: known.cursor, until: known.until, limit: limit)
        return try engine.write(.background) { connection in
            guard let standing = try Self.job(jobID, on: connection) else { throw StoreConflict.notFound }
            guard standing.cursor == known.cursor, !standing.job.isFinished else { return standing.job }
            return try Self.add(chunk, standing.job, on: connection, at: at)
        }
    }

    public func giveUp(jobID: Int64, at: Timestamp) throws {
        try engine.write(.background) { connection in
            try connection.run(
                "UPDATE broadcast_jobs SET finished_at = $1 WHERE id = $2 AND finished_at IS NULL",
                [.time(at), .int(jobID)])
        }
    }

    // MARK: Receivers

    private struct AudienceChunk {
        var receivers: [Receiver]
        var cursor: Int64
        var isLast: Bool
    }

    private func chunk(of audience: Audience, after cursor: Int64, until: Int64, limit: Int) throws -> AudienceChunk {
        switch audience {
        case .channel(let id):
            let found = try engine.read { connection in
                try Self.subscribers(
                    on: connection, where: "channel_id = $1 AND id > $2 AND id <= $3 ORDER BY id LIMIT $4",
                    [.int(id), .int(cursor), .int(until), .int(limit)])
            }
            let receivers = found.map { subscriber in
                var receiver = subscriber.receiver
                receiver.subscription = SubscriptionReference(channelID: id, subscriberID: subscriber.id)
                return receiver
            }
            return AudienceChunk(
                receivers: receivers, cursor: found.last?.id ?? until, isLast: found.count < limit)
        case .search(let search):
            let page = try self.search(search, from: .before(cursor), limit: limit)
            let found = page.items.filter { $0.id <= until }.sorted { $0.id < $1.id }
            let receivers = try engine.read { connection in
                try found.map { try Self.receiver(of: $0, on: connection) }
            }
            // A walk whose budget ended goes on where it stood, whether it found somebody or not.
            let reached = page.isPartial ? page.previous : found.last?.id
            let isLast = reached.map { $0 >= until } ?? true
            return AudienceChunk(
                receivers: receivers, cursor: reached ?? until,
                isLast: isLast || (!page.isPartial && page.items.count < limit))
        case .receivers(let id):
            let found = try engine.read { connection in
                try connection.rows(
                    """
                    SELECT \(Self.receiverColumns) FROM \(Self.receiverTables)
                    WHERE r.broadcast_id = $1 AND r.id > $2 AND r.id <= $3 ORDER BY r.id LIMIT $4
                    """, [.int(id), .int(cursor), .int(until), .int(limit)], Self.receiver)
            }
            let receivers = try found.map { row in
                var receiver = row.receiver
                if let variables = row.variables { receiver.variables = try MergeValues(json: variables) }
                return receiver
            }
            return AudienceChunk(
                receivers: receivers, cursor: found.last?.receiver.id ?? until, isLast: found.count < limit)
        }
    }

    private static func receiver(of entity: Entity, on connection: any SQLConnection) throws -> Receiver {
        guard entity.kind == .transaction else { return Receiver(of: entity, origin: .search) }
        let member = try entity.memberID.flatMap { try self.entity($0, on: connection) }
        let account = try (entity.accountID ?? member?.accountID).flatMap { try self.entity($0, on: connection) }
        return Receiver(of: entity, member: member, account: account, origin: .search)
    }

    private static func add(
        _ chunk: AudienceChunk, _ job: BroadcastJob, on connection: any SQLConnection, at: Timestamp
    ) throws -> BroadcastJob {
        _ = try draft(job.broadcastID, version: nil, on: connection)
        var job = job
        var added = 0
        for receiver in chunk.receivers {
            let variables = receiver.variables.isEmpty ? nil : receiver.variables
            if try insert(receiver, variables: variables, into: job.broadcastID, on: connection) != nil {
                added += 1
            } else if job.mergedNames.count < 3 {
                job.mergedNames.append(receiver.name.isEmpty ? receiver.email + receiver.mobile : receiver.name)
            }
        }
        try connection.run(
            """
            UPDATE broadcasts SET receiver_count = receiver_count + $1, updated_at = $2,
                version = version + CASE WHEN $1 > 0 THEN 1 ELSE 0 END WHERE id = $3
            """,
            [.int(added), .time(at), .int(job.broadcastID)])
        job.done += added
        job.merged += chunk.receivers.count - added
        job.finishedAt = chunk.isLast ? at : nil
        try save(job, cursor: chunk.cursor, on: connection)
        return job
    }

    private static func save(_ job: BroadcastJob, cursor: Int64, on connection: any SQLConnection) throws {
        try connection.run(
            "UPDATE broadcast_jobs SET cursor = $1, done = $2, merged = $3, finished_at = $4 WHERE id = $5",
            [.int(cursor), .int(job.done), .int(job.merged), .time(job.finishedAt), .int(job.id)])
    }

    // MARK: Messages

    /// Moves the next messages of a cancel or a decision, in the order of their ids.
    static func moveMessages(
        _ asked: BroadcastJob, limit: Int, on connection: any SQLConnection, at: Timestamp
    ) throws -> BroadcastJob {
        guard let (standing, cursor, until) = try job(asked.id, on: connection) else { throw StoreConflict.notFound }
        guard !standing.isFinished else { return standing }
        var job = standing
        let (status, event): (MessageStatus, MessageEvent) =
            if case .decide(let decision) = job.work { (decision.status, decision.event) } else { (.pending, .cancel) }
        guard let target = status.after(event) else { throw StoreConflict.state(status.rawValue) }
        // Messages of other broadcasts lie between ours; they count for the limit, so that a chunk stays short.
        let walked = try connection.rows(
            """
            SELECT id, broadcast_id, attempts FROM messages WHERE status = $1 AND id > $2 AND id <= $3 ORDER BY id LIMIT $4
            """, [.text(status.rawValue), .int(cursor), .int(until), .int(limit)]
        ) { (id: $0.int(), broadcast: $0.int(), attempts: $0.count()) }
        var delta = CountDelta()
        let user =
            try connection.first(
                "SELECT asked_by FROM broadcast_jobs WHERE id = $1", [.int(job.id)], { $0.optionalInt() }) ?? nil
        for message in walked where message.broadcast == job.broadcastID {
            job.done += 1
            if event == .cancel, message.attempts > 0 {
                // One by one: it may have left.
                _ = try move(
                    message.id, by: .cancel, user: user, error: "Its broadcast was cancelled.", delta: &delta,
                    on: connection, at: at)
                continue
            }
            try move(message.id, from: status, to: target, by: user, on: connection, at: at)
            if target == .pending { try closeReceipts(of: message.id, on: connection) }
            if event.isDecision { try note(event, about: message.id, by: user, on: connection, at: at) }
            delta.move(from: status, to: target, broadcast: job.broadcastID, at: at)
        }
        try delta.write(on: connection)
        if walked.count < limit { job.finishedAt = at }
        try save(job, cursor: walked.last?.id ?? until, on: connection)
        if job.isFinished, job.work == .cancel {
            try connection.run("UPDATE broadcasts SET paused = 0 WHERE id = $1", [.int(job.broadcastID)])
        }
        return job
    }

    private static func move(
        _ id: Int64, from: MessageStatus, to: MessageStatus, by user: Int64?, on connection: any SQLConnection,
        at: Timestamp
    ) throws {
        let isPending = to == .pending
        try connection.run(
            """
            UPDATE messages SET status = $1, error = NULL,
                due_at = CASE WHEN $2 = 1 THEN $3 ELSE due_at END,
                sent_at = CASE WHEN $4 = 1 THEN COALESCE(sent_at, $3) ELSE sent_at END,
                settled_at = CASE WHEN $2 = 1 THEN NULL ELSE $3 END, changed_by = COALESCE($5, changed_by)
            WHERE id = $6 AND status = $7
            """,
            [
                .text(to.rawValue), .flag(isPending), .time(at), .flag(to == .sent), .int(user), .int(id),
                .text(from.rawValue),
            ])
    }
}
