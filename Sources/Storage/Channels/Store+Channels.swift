import Messaging

extension Store: ChannelStore {
    private static let channelColumns = "id, name, description, subscriber_count, created_at, updated_at, version"

    private static func channel(_ columns: inout Columns) -> Channel {
        Channel(
            id: columns.int(), name: columns.text(), description: columns.text(), subscriberCount: columns.count(),
            createdAt: columns.time(), updatedAt: columns.time(), version: columns.int())
    }

    public func channels(matching query: String, from start: PageStart, limit: Int) throws -> Page<Channel> {
        let clause = start.clause("id", placeholder: 2)
        let rows = try engine.read { connection in
            // Lists are few, hundreds at most: a look at every name is no search over the directory.
            try connection.rows(
                """
                SELECT \(Self.channelColumns) FROM channels WHERE ($1 = '' OR lower(name) LIKE $1 ESCAPE '!')
                AND \(clause.condition) ORDER BY \(clause.order) LIMIT $3
                """, [.text(Self.pattern(query)), clause.value, .int(limit + 1)], Self.channel)
        }
        return Page.cut(rows, from: start, limit: limit, key: \.id)
    }

    /// A `LIKE` pattern that finds the text anywhere; empty for none.
    static func pattern(_ query: String) -> String {
        let text = query.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
        guard !text.isEmpty else { return "" }
        return "%"
            + text.replacing("!", with: "!!").replacing("%", with: "!%").replacing("_", with: "!_") + "%"
    }

    public func channel(_ id: Int64) throws -> Channel? {
        try engine.read { connection in
            try connection.first("SELECT \(Self.channelColumns) FROM channels WHERE id = $1", [.int(id)], Self.channel)
        }
    }

    public func createChannel(name: String, description: String, at: Timestamp) throws -> Int64 {
        try engine.write(.accept) { connection in
            try connection.insert(
                """
                INSERT INTO channels (name, description, subscriber_count, created_at, updated_at)
                VALUES ($1, $2, 0, $3, $3) RETURNING id
                """, [.text(name), .text(description), .time(at)])
        }
    }

    public func updateChannel(
        _ id: Int64, version: Int64, name: String, description: String, at: Timestamp
    ) throws {
        try engine.write(.accept) { connection in
            let changed = try connection.run(
                """
                UPDATE channels SET name = $1, description = $2, updated_at = $3, version = version + 1
                WHERE id = $4 AND version = $5
                """, [.text(name), .text(description), .time(at), .int(id), .int(version)])
            guard changed == 0 else { return }
            let stored = try connection.first("SELECT version FROM channels WHERE id = $1", [.int(id)]) { $0.int() }
            throw stored.map(StoreConflict.version) ?? .notFound
        }
    }

    public func deleteChannel(_ id: Int64) throws {
        try engine.write(.accept) { connection in
            guard try connection.run("DELETE FROM channels WHERE id = $1", [.int(id)]) == 1 else {
                throw StoreConflict.notFound
            }
            try connection.run("DELETE FROM subscribers WHERE channel_id = $1", [.int(id)])
        }
    }

    // MARK: Subscribers

    private static let subscriberColumns = "id, first_name, last_name, email, mobile, entity_id, created_at"

    static func subscribers(
        on connection: any SQLConnection, where condition: String, _ values: [SQLValue]
    ) throws -> [Subscriber] {
        let rows = try connection.rows(
            "SELECT \(subscriberColumns) FROM subscribers WHERE \(condition)", values
        ) { columns in
            let id = columns.int()
            let (first, last) = (columns.text(), columns.text())
            let (email, mobile) = (columns.text(), columns.text())
            let entity = columns.optionalInt()
            let subscriber = Subscriber(
                id: id, firstName: first, lastName: last, email: email, mobile: mobile, createdAt: columns.time())
            return (subscriber, entity)
        }
        return try rows.map { subscriber, entity in
            guard let entity else { return subscriber }
            return try linked(subscriber, to: entity, on: connection)
        }
    }

    /// With the record's name and addresses as they are now, a transaction's being those of its member or account.
    private static func linked(
        _ subscriber: Subscriber, to id: Int64, on connection: any SQLConnection
    ) throws -> Subscriber {
        guard let entity = try entity(id, on: connection) else { return subscriber }
        let member = try entity.memberID.flatMap { try self.entity($0, on: connection) }
        let account = try (entity.accountID ?? member?.accountID).flatMap { try self.entity($0, on: connection) }
        let person = Receiver(of: entity, member: member, account: account, origin: .channel)
        return Subscriber(
            id: subscriber.id, firstName: person.firstName, lastName: person.lastName, email: person.email,
            mobile: person.mobile, entity: entity.reference, createdAt: subscriber.createdAt)
    }

    public func subscribers(of channelID: Int64, from start: PageStart, limit: Int) throws -> Page<Subscriber> {
        let clause = start.clause("id", placeholder: 2)
        let rows = try engine.read { connection in
            try Self.subscribers(
                on: connection, where: "channel_id = $1 AND \(clause.condition) ORDER BY \(clause.order) LIMIT $3",
                [.int(channelID), clause.value, .int(limit + 1)])
        }
        return Page.cut(rows, from: start, limit: limit, key: \.id)
    }

    public func addSubscriber(_ subscriber: Subscriber, to channelID: Int64, at: Timestamp) throws -> SubscriberAdded {
        guard let answer = try addSubscribers([subscriber], to: channelID, at: at).first else {
            throw StoreConflict.notFound
        }
        return answer
    }

    public func addSubscribers(
        _ subscribers: [Subscriber], to channelID: Int64, at: Timestamp
    ) throws -> [SubscriberAdded] {
        try engine.write(.accept) { connection in
            let isThere = try connection.first("SELECT 1 FROM channels WHERE id = $1", [.int(channelID)], { $0.int() })
            guard isThere != nil else { throw StoreConflict.notFound }
            var answers: [SubscriberAdded] = []
            for subscriber in subscribers {
                answers.append(try Self.add(subscriber, to: channelID, on: connection, at: at))
            }
            let added = answers.count { if case .added = $0 { true } else { false } }
            try connection.run(
                "UPDATE channels SET subscriber_count = subscriber_count + $1, updated_at = $2 WHERE id = $3",
                [.int(added), .time(at), .int(channelID)])
            return answers
        }
    }

    private static func add(
        _ subscriber: Subscriber, to channelID: Int64, on connection: any SQLConnection, at: Timestamp
    ) throws -> SubscriberAdded {
        let entity = subscriber.entity?.id
        if let entity, try self.entity(entity, on: connection) == nil { throw StoreConflict.notFound }
        // A record's own name and addresses are never copied: they would go stale.
        let typed = entity == nil ? subscriber : Subscriber()
        let id = try connection.first(
            """
            INSERT INTO subscribers (channel_id, identity, first_name, last_name, email, mobile, entity_id, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (channel_id, identity) DO NOTHING RETURNING id
            """,
            [
                .int(channelID), .text(subscriber.identity), .text(typed.firstName), .text(typed.lastName),
                .text(typed.email), .text(typed.mobile), .int(entity), .time(at),
            ]
        ) { $0.int() }
        if let id { return .added(id: id) }
        let present = try subscribers(
            on: connection, where: "channel_id = $1 AND identity = $2", [.int(channelID), .text(subscriber.identity)])
        guard let first = present.first else { throw StoreConflict.notFound }
        return .present(first)
    }

    public func removeSubscriber(_ subscriberID: Int64, from channelID: Int64, at: Timestamp) throws {
        try engine.write(.accept) { connection in
            let removed = try connection.run(
                "DELETE FROM subscribers WHERE id = $1 AND channel_id = $2", [.int(subscriberID), .int(channelID)])
            guard removed == 1 else { throw StoreConflict.notFound }
            try connection.run(
                "UPDATE channels SET subscriber_count = subscriber_count - 1, updated_at = $1 WHERE id = $2",
                [.time(at), .int(channelID)])
        }
    }
}
