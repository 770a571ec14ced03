import Messaging

extension Store: ThreadStore {
    private static let threadColumns = """
        t.id, e.id, e.kind, e.external_id, e.name, e.first_name, e.last_name, a.kind, a.value, t.last_message_id,
        t.last_message_at, t.unread
        """
    private static let threadTables = """
        threads t LEFT JOIN entities e ON e.id = t.entity_id LEFT JOIN addresses a ON a.id = t.address_id
        """

    private static func thread(_ columns: inout Columns) throws -> MessageThread {
        let (id, entityID) = (columns.int(), columns.optionalInt())
        let (kind, externalID, name) = (columns.text(), columns.text(), columns.text())
        let (first, last) = (columns.text(), columns.text())
        let entity = entityID.flatMap { id in
            EntityKind(rawValue: kind).map {
                Entity(id: id, kind: $0, externalID: externalID, name: name, firstName: first, lastName: last).reference
            }
        }
        let (addressKind, value) = (columns.optionalText(), columns.text())
        return MessageThread(
            id: id, entity: entity,
            address: addressKind.flatMap(AddressKind.init(rawValue:)).map { Address(kind: $0, value: value) },
            lastMessageID: columns.int(), lastMessageAt: columns.time(), unread: columns.count())
    }

    public func thread(_ id: Int64) throws -> MessageThread? {
        try engine.read { connection in
            try connection.first(
                "SELECT \(Self.threadColumns) FROM \(Self.threadTables) WHERE t.id = $1", [.int(id)], Self.thread)
        }
    }

    public func threads(from start: PageStart, limit: Int) throws -> Page<MessageThread> {
        let clause = start.clause("t.last_message_id", placeholder: 1)
        let rows = try engine.read { connection in
            try connection.rows(
                """
                SELECT \(Self.threadColumns) FROM \(Self.threadTables)
                WHERE \(clause.condition) ORDER BY \(clause.order) LIMIT $2
                """, [clause.value, .int(limit + 1)], Self.thread)
        }
        return Page.cut(rows, from: start, limit: limit, key: \.lastMessageID)
    }

    public func markRead(thread id: Int64) throws {
        try engine.write(.accept) { connection in
            guard try connection.run("UPDATE threads SET unread = 0 WHERE id = $1", [.int(id)]) == 1 else {
                throw StoreConflict.notFound
            }
            try connection.run("UPDATE messages SET unread = 0 WHERE thread_id = $1 AND unread = 1", [.int(id)])
        }
    }

    /// The thread of a sender, made where there is none. A thread that was an address's becomes that of the record which
    /// turned out to own it.
    static func thread(of sender: Sender, on connection: any SQLConnection) throws -> Int64 {
        func find(_ column: String, _ id: Int64?) throws -> Int64? {
            guard let id else { return nil }
            return try connection.first("SELECT id FROM threads WHERE \(column) = $1", [.int(id)], { $0.int() })
        }
        let ofAddress = try find("address_id", sender.addressID)
        guard let entity = sender.entityID else {
            return try ofAddress ?? makeThread("address_id", sender.addressID, on: connection)
        }
        let ofEntity = try find("entity_id", entity)
        switch (ofEntity, ofAddress) {
        case (nil, nil): return try makeThread("entity_id", entity, on: connection)
        case (let known?, nil): return known
        case (nil, let adopted?):
            try connection.run(
                "UPDATE threads SET entity_id = $1, address_id = NULL WHERE id = $2", [.int(entity), .int(adopted)])
            return adopted
        case (let known?, let merged?):
            try merge(merged, into: known, on: connection)
            return known
        }
    }

    private static func makeThread(_ column: String, _ owner: Int64, on connection: any SQLConnection) throws -> Int64 {
        try connection.insert(
            "INSERT INTO threads (\(column), last_message_id, last_message_at) VALUES ($1, 0, 0) RETURNING id",
            [.int(owner)])
    }

    /// Gives the thread of a record that goes back to the address that was last written from.
    static func releaseThread(ofEntity entity: Int64, on connection: any SQLConnection) throws {
        guard
            let thread = try connection.first(
                "SELECT id FROM threads WHERE entity_id = $1", [.int(entity)], { $0.int() }),
            let address = try connection.first(
                "SELECT address_id FROM messages WHERE thread_id = $1 ORDER BY id DESC LIMIT 1", [.int(thread)],
                { $0.int() })
        else { return }
        let other = try connection.first(
            "SELECT id FROM threads WHERE address_id = $1", [.int(address)], { $0.int() })
        if let other { try merge(other, into: thread, on: connection) }
        try connection.run(
            "UPDATE threads SET entity_id = NULL, address_id = $1 WHERE id = $2", [.int(address), .int(thread)])
    }

    private static func merge(_ other: Int64, into thread: Int64, on connection: any SQLConnection) throws {
        try connection.run(
            "UPDATE messages SET thread_id = $1 WHERE thread_id = $2", [.int(thread), .int(other)])
        try connection.run(
            """
            UPDATE threads SET
                unread = (SELECT SUM(o.unread) FROM threads o WHERE o.id IN ($1, $2)),
                last_message_id = (SELECT MAX(o.last_message_id) FROM threads o WHERE o.id IN ($1, $2)),
                last_message_at = (SELECT MAX(o.last_message_at) FROM threads o WHERE o.id IN ($1, $2))
            WHERE id = $2
            """, [.int(other), .int(thread)])
        try connection.run("DELETE FROM threads WHERE id = $1", [.int(other)])
    }
}
