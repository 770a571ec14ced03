import Messaging

/// The moves of one transaction, added up, so that the counters cost one update a broadcast and a status instead of one
/// a message. Written in the same transaction as the rows, which is what keeps the books balanced (invariant 3).
struct CountDelta {
    private struct Key: Hashable {
        var broadcastID: Int64
        var status: MessageStatus
    }
    private var moves: [Key: Int] = [:]
    private var planned: [Int64: Int] = [:]
    private var days: [Int64: (sent: Int, failed: Int)] = [:]
    /// Which process writes; each has its own rows, so that none waits for another.
    let shard: Int64

    init(shard: Int64 = 0) { self.shard = shard }

    mutating func plan(_ count: Int, broadcast: Int64) {
        planned[broadcast, default: 0] += count
        add(.pending, count, broadcast: broadcast)
    }

    mutating func add(_ status: MessageStatus, _ count: Int, broadcast: Int64) {
        moves[Key(broadcastID: broadcast, status: status), default: 0] += count
    }

    mutating func move(
        _ count: Int = 1, from: MessageStatus, to: MessageStatus, broadcast: Int64, at: Timestamp
    ) {
        add(from, -count, broadcast: broadcast)
        add(to, count, broadcast: broadcast)
        let day = at.milliseconds / 86_400_000
        if to == .sent { days[day, default: (0, 0)].sent += count }
        if to == .failed { days[day, default: (0, 0)].failed += count }
    }

    func write(on connection: any SQLConnection) throws {
        for (broadcast, changes) in Dictionary(grouping: moves.filter { $0.value != 0 }, by: \.key.broadcastID)
        where broadcast != 0 {
            let columns = changes.map { (name: $0.key.status.rawValue, change: $0.value) }
            try add(columns + plannedColumn(broadcast), toBroadcast: broadcast, on: connection)
        }
        var totals: [MessageStatus: Int] = [:]
        for (key, change) in moves { totals[key.status, default: 0] += change }
        for (status, change) in totals where change != 0 {
            try connection.run(
                """
                INSERT INTO status_counts (status, shard, total) VALUES ($1, $2, $3)
                ON CONFLICT (status, shard) DO UPDATE SET total = status_counts.total + excluded.total
                """, [.text(status.rawValue), .int(shard), .int(change)])
        }
        for (day, change) in days {
            try connection.run(
                """
                INSERT INTO day_counts (day, shard, sent, failed) VALUES ($1, $2, $3, $4)
                ON CONFLICT (day, shard) DO UPDATE
                    SET sent = day_counts.sent + excluded.sent, failed = day_counts.failed + excluded.failed
                """, [.int(day), .int(shard), .int(change.sent), .int(change.failed)])
        }
    }

    private func plannedColumn(_ broadcast: Int64) -> [(name: String, change: Int)] {
        planned[broadcast].map { [(name: "planned", change: $0)] } ?? []
    }

    private func add(
        _ columns: [(name: String, change: Int)], toBroadcast broadcast: Int64, on connection: any SQLConnection
    ) throws {
        // Sorted, so that the same moves are the same statement and stay prepared.
        let columns = columns.sorted { $0.name < $1.name }
        let names = columns.map(\.name).joined(separator: ", ")
        let values = columns.indices.map { "$\($0 + 3)" }.joined(separator: ", ")
        let additions = columns.map { "\($0.name) = broadcast_counts.\($0.name) + excluded.\($0.name)" }
        try connection.run(
            """
            INSERT INTO broadcast_counts (broadcast_id, shard, \(names)) VALUES ($1, $2, \(values))
            ON CONFLICT (broadcast_id, shard) DO UPDATE SET \(additions.joined(separator: ", "))
            """, [.int(broadcast), .int(shard)] + columns.map { .int($0.change) })
    }
}
