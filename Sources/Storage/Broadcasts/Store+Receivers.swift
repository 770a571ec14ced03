import Messaging

extension Store {
    static let receiverColumns = """
        r.id, r.first_name, r.last_name, r.email, r.mobile, r.origin, r.variables, e.id, e.kind, e.external_id, e.name,
        e.first_name, e.last_name, r.channel_id, c.name, r.subscriber_id, r.device
        """
    private static let linkedColumns = entityColumns.split(separator: ",").map { column in
        "e." + column.drop { $0.isWhitespace }
    }.joined(separator: ", ")
    static let receiverTables = """
        receivers r LEFT JOIN entities e ON e.id = r.entity_id LEFT JOIN channels c ON c.id = r.channel_id
        """

    static func receiver(_ columns: inout Columns) throws -> (receiver: Receiver, variables: String?) {
        var receiver = Receiver(
            id: columns.int(), firstName: columns.text(), lastName: columns.text(), email: columns.text(),
            mobile: columns.text(), origin: try columns.word())
        let variables = columns.optionalText()
        if let id = columns.optionalInt() {
            receiver.entity =
                Entity(
                    id: id, kind: try columns.word(), externalID: columns.text(), name: columns.text(),
                    firstName: columns.text(), lastName: columns.text()
                ).reference
        } else {
            columns.skip(5)
        }
        if let channel = columns.optionalInt() {
            receiver.subscription = SubscriptionReference(
                channelID: channel, channelName: columns.text(), subscriberID: columns.int())
        } else {
            columns.skip(2)
        }
        receiver.device = columns.text()
        return (receiver, variables)
    }

    /// What makes two receivers of one broadcast the same: the entity, or else the device, or both addresses.
    private static func identity(_ receiver: Receiver) -> String {
        if let entity = receiver.entity { return "entity:\(entity.id)" }
        if !receiver.device.isEmpty { return "device:\(receiver.device)" }
        let email = (try? EmailAddress(receiver.email).normalised) ?? receiver.email.lowercased()
        let mobile = (try? PhoneNumber(receiver.mobile).e164) ?? receiver.mobile
        return "address:\(email)|\(mobile)"
    }

    public func addReceivers(_ receivers: [Receiver], to broadcastID: Int64, at: Timestamp) throws -> ReceiversAdded {
        try engine.write(.accept) { connection in
            _ = try Self.draft(broadcastID, version: nil, on: connection)
            var result = ReceiversAdded(added: 0, merged: [])
            for receiver in receivers {
                let variables = receiver.variables.isEmpty ? nil : receiver.variables
                if try Self.insert(receiver, variables: variables, into: broadcastID, on: connection) != nil {
                    result.added += 1
                } else {
                    result.merged.append(receiver.name.isEmpty ? receiver.email + receiver.mobile : receiver.name)
                }
            }
            try connection.run(
                """
                UPDATE broadcasts SET receiver_count = receiver_count + $1, updated_at = $2,
                    version = version + CASE WHEN $1 > 0 THEN 1 ELSE 0 END WHERE id = $3
                """,
                [.int(result.added), .time(at), .int(broadcastID)])
            return result
        }
    }

    /// The new receiver's id; `nil` when the broadcast has that one already.
    static func insert(
        _ receiver: Receiver, variables: MergeValues?, into broadcastID: Int64, on connection: any SQLConnection
    ) throws -> Int64? {
        try connection.first(
            """
            INSERT INTO receivers (
                broadcast_id, identity, first_name, last_name, email, mobile, origin, entity_id, variables,
                channel_id, subscriber_id, device)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            ON CONFLICT (broadcast_id, identity) DO NOTHING RETURNING id
            """,
            [
                .int(broadcastID), .text(identity(receiver)), .text(receiver.firstName), .text(receiver.lastName),
                .text(receiver.email), .text(receiver.mobile), .text(receiver.origin.rawValue),
                .int(receiver.entity?.id), .text(variables?.json), .int(receiver.subscription?.channelID),
                .int(receiver.subscription?.subscriberID), .text(receiver.entity == nil ? receiver.device : ""),
            ]
        ) { $0.int() }
    }

    public func removeReceiver(_ receiverID: Int64, from broadcastID: Int64, at: Timestamp) throws {
        try engine.write(.accept) { connection in
            _ = try Self.draft(broadcastID, version: nil, on: connection)
            let removed = try connection.run(
                "DELETE FROM receivers WHERE id = $1 AND broadcast_id = $2", [.int(receiverID), .int(broadcastID)])
            guard removed == 1 else { throw StoreConflict.notFound }
            try connection.run(
                """
                UPDATE broadcasts SET receiver_count = receiver_count - 1, updated_at = $1, version = version + 1
                WHERE id = $2
                """,
                [.time(at), .int(broadcastID)])
        }
    }

    public func receivers(of broadcastID: Int64, from start: PageStart, limit: Int) throws -> Page<Receiver> {
        let clause = start.clause("r.id", placeholder: 2)
        let rows = try engine.read { connection in
            let rows = try connection.rows(
                """
                SELECT \(Self.receiverColumns) FROM \(Self.receiverTables)
                WHERE r.broadcast_id = $1 AND \(clause.condition) ORDER BY \(clause.order) LIMIT $3
                """, [.int(broadcastID), clause.value, .int(limit + 1)]
            ) { try Self.receiver(&$0).receiver }
            return try Self.reachable(rows, of: broadcastID, on: connection)
        }
        return Page.cut(rows, from: start, limit: limit, key: \.id)
    }

    public func receiver(_ receiverID: Int64, of broadcastID: Int64) throws -> FanOutReceiver? {
        try engine.read { connection in
            try Self.fanOutReceivers(
                of: broadcastID, on: connection, where: "r.id = $1 AND r.broadcast_id = $2",
                [.int(receiverID), .int(broadcastID)]
            ).first
        }
    }

    /// Receivers in order of id, each with its entity and what that links to. A transaction is written to at its
    /// member's address, else its account's, so its links' links are fetched too.
    static func fanOutReceivers(
        of broadcastID: Int64, on connection: any SQLConnection, where condition: String, _ values: [SQLValue]
    ) throws -> [FanOutReceiver] {
        var known: [Int64: Entity] = [:]
        // Its entity stands in the same row: looked up one by one they cost as much as all the rest.
        let rows = try connection.rows(
            "SELECT \(receiverColumns), \(linkedColumns) FROM \(receiverTables) WHERE \(condition)", values
        ) { columns in
            let row = try receiver(&columns)
            if row.receiver.entity != nil {
                let entity = try entity(&columns)
                known[entity.id] = entity
            }
            return row
        }
        let isLinked = rows.contains { $0.receiver.entity != nil }
        let routes = isLinked ? try DeliveryRoutes(of: broadcastID, on: connection) : nil
        return try rows.map { row in
            var full = FanOutReceiver(receiver: row.receiver)
            if let variables = row.variables { full.variables = try MergeValues(json: variables) }
            guard let id = row.receiver.entity?.id, let entity = try entity(id, on: connection, known: &known) else {
                return full
            }
            full.entity = entity
            full.member =
                entity.kind == .member
                ? entity
                : try entity.memberID.flatMap {
                    try self.entity($0, on: connection, known: &known)
                }
            full.account =
                entity.kind == .account
                ? entity
                : try (entity.accountID ?? full.member?.accountID).flatMap {
                    try self.entity($0, on: connection, known: &known)
                }
            let place = entity.locationID ?? full.member?.locationID ?? full.account?.locationID
            full.location =
                entity.kind == .location
                ? entity
                : try place.flatMap {
                    try self.entity($0, on: connection, known: &known)
                }
            if let routes {
                try reach(&full.receiver, routes, on: connection) { try self.entity($0, on: connection, known: &known) }
            }
            return full
        }
    }

    private static func entity(
        _ id: Int64, on connection: any SQLConnection, known: inout [Int64: Entity]
    ) throws -> Entity? {
        if let entity = known[id] { return entity }
        guard let entity = try entity(id, on: connection) else { return nil }
        known[id] = entity
        return entity
    }
}
