import Messaging

extension Store {
    public func takeSubscribers(
        _ rows: [SubscriberRow], into channelID: Int64, at: Timestamp
    ) throws -> [RowOutcome] {
        guard !rows.isEmpty else { return [] }
        return try engine.write(rows.count > 1 ? .background : .accept) { connection in
            let isThere = try connection.first("SELECT 1 FROM channels WHERE id = $1", [.int(channelID)], { $0.int() })
            guard isThere != nil else { throw StoreConflict.notFound }
            let known = try Self.linked(rows, on: connection)
            var added: Int64 = 0
            let outcomes = try rows.map { row -> RowOutcome in
                var entity: Int64?
                if let link = row.link {
                    guard let id = known[link] else { return .rejected([Self.unknown(link)]) }
                    entity = id
                }
                let isNew = try Self.insert(row, entity, into: channelID, on: connection, at: at)
                added += isNew ? 1 : 0
                return isNew ? .created : .unchanged
            }
            try connection.run(
                "UPDATE channels SET subscriber_count = subscriber_count + $1, updated_at = $2 WHERE id = $3",
                [.int(added), .time(at), .int(channelID)])
            return outcomes
        }
    }

    private static func unknown(_ link: SubscriberRow.Link) -> RowProblem {
        RowProblem("external_id", "There is no \(link.kind.rawValue) “\(link.externalID.prefix(60))”.")
    }

    /// The numbers of the records that rows name.
    private static func linked(
        _ rows: [SubscriberRow], on connection: any SQLConnection
    ) throws -> [SubscriberRow.Link: Int64] {
        var known: [SubscriberRow.Link: Int64] = [:]
        let links = Set(rows.compactMap(\.link))
        for kind in EntityKind.allCases {
            let names = links.filter { $0.kind == kind }.map(\.externalID).sorted()
            try entities(
                kind, names, on: connection,
                each: { columns in
                    let name = columns.text()
                    known[SubscriberRow.Link(kind: kind, externalID: name)] = columns.int()
                }, columns: "external_id, id")
        }
        return known
    }

    private static func insert(
        _ row: SubscriberRow, _ entity: Int64?, into channelID: Int64, on connection: any SQLConnection, at: Timestamp
    ) throws -> Bool {
        let identity = entity.map { "entity:\($0)" } ?? row.subscriber.identity
        return try connection.run(
            """
            INSERT INTO subscribers (channel_id, identity, first_name, last_name, email, mobile, entity_id, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (channel_id, identity) DO NOTHING
            """,
            [
                .int(channelID), .text(identity), .text(row.firstName), .text(row.lastName), .text(row.email),
                .text(row.mobile), .int(entity), .time(at),
            ]) == 1
    }
}
