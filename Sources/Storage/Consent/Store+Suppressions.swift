import Messaging

extension Store {
    static let suppressionColumns = """
        s.id, a.kind, a.value, s.scope, s.channel_id, c.name, s.reason, s.source, s.created_at, u.name, s.message_id,
        s.address_id
        """
    static let suppressionTables = """
        suppressions s JOIN addresses a ON a.id = s.address_id LEFT JOIN channels c ON c.id = s.channel_id
            LEFT JOIN users u ON u.id = s.created_by
        """

    static func suppression(_ columns: inout Columns) throws -> Suppression {
        Suppression(
            id: columns.int(), address: Address(kind: try columns.word(), value: columns.text()),
            scope: SuppressionScope(try columns.word(), channelID: columns.int()), channelName: columns.text(),
            reason: columns.text(), source: try columns.word(), createdAt: columns.time(),
            createdByName: columns.optionalText(), messageID: columns.optionalInt())
    }

    // MARK: The last look

    public func suppressions(of messages: [ClaimedMessage]) throws -> [Int64: Suppression] {
        if messages.isEmpty { return [:] }
        let standing = try engine.read { connection in
            try Self.suppressions(ofAddresses: messages.map(\.addressID), on: connection)
        }
        guard !standing.isEmpty else { return [:] }
        var stopped: [Int64: Suppression] = [:]
        for message in messages {
            stopped[message.id] = standing[message.addressID].flatMap { message.consent.stop(among: $0) }
        }
        return stopped
    }

    public func suppressionMark() throws -> Int64 {
        try engine.read { connection in
            try connection.first("SELECT COALESCE(MAX(id), 0) FROM suppressions", [], { $0.int() }) ?? 0
        }
    }

    /// Most installations suppress few addresses; none at all costs one look.
    static func suppressesAnything(on connection: any SQLConnection) throws -> Bool {
        try connection.first("SELECT 1 FROM suppressions LIMIT 1", [], { $0.int() }) != nil
    }

    /// By address, in one look for each 512 of them.
    static func suppressions(
        ofAddresses ids: [Int64], on connection: any SQLConnection
    ) throws -> [Int64: [Suppression]] {
        guard !ids.isEmpty, try suppressesAnything(on: connection) else { return [:] }
        var found: [Int64: [Suppression]] = [:]
        for batch in padded(ids) {
            let places = (1...batch.count).map { "$\($0)" }.joined(separator: ", ")
            try connection.query(
                """
                SELECT \(suppressionColumns) FROM \(suppressionTables) WHERE s.address_id IN (\(places)) ORDER BY s.id
                """, batch.map { .int($0) }
            ) { row in
                var columns = Columns(row)
                let suppression = try suppression(&columns)
                found[columns.int(), default: []].append(suppression)
            }
        }
        return found
    }

    /// Lists of a few lengths only, filled up with what is in them already, so that few statements serve all.
    static func padded<Key>(_ ids: [Key]) -> [[Key]] {
        let lengths = [1, 8, 32, 128, 512]
        var batches: [[Key]] = []
        var rest = ids[...]
        while let last = rest.last {
            let length = lengths.first { $0 >= rest.count } ?? 512
            var batch = Array(rest.prefix(length))
            batch += Array(repeating: last, count: length - batch.count)
            batches.append(batch)
            rest = rest.dropFirst(length)
        }
        return batches
    }

    static func suppressions(ofMessage id: Int64, on connection: any SQLConnection) throws -> [Suppression] {
        let address = try connection.first(
            "SELECT address_id FROM messages WHERE id = $1", [.int(id)], { $0.optionalInt() })
        guard let address = address ?? nil else { return [] }
        return try suppressions(ofAddresses: [address], on: connection)[address] ?? []
    }

    // MARK: Writing

    static func suppress(
        addressOf message: Int64, reason: String, on connection: any SQLConnection, at: Timestamp
    ) throws {
        try connection.run(
            """
            INSERT INTO suppressions (address_id, scope, channel_id, reason, source, created_at, message_id)
            SELECT address_id, 'everything', 0, $1, 'provider', $2, id FROM messages WHERE id = $3
            ON CONFLICT (address_id, scope, channel_id, source) DO NOTHING
            """, [.text(String(reason.prefix(NewSuppression.longestReason))), .time(at), .int(message)])
    }

    static func suppress(
        _ new: NewSuppression, on connection: any SQLConnection, at: Timestamp
    ) throws -> Bool {
        let key: [SQLValue] = [
            .int(try AddressBatch.id(of: .init(address: new.address), on: connection)), .text(new.scope.kind.rawValue),
            .int(new.scope.channelID), .text(new.source.rawValue),
        ]
        let added = try connection.run(
            """
            INSERT INTO suppressions (
                address_id, scope, channel_id, source, reason, created_at, created_by, message_id, asked_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (address_id, scope, channel_id, source) DO NOTHING
            """,
            key + [
                .text(new.reason), .time(at), .int(new.createdBy), .int(new.messageID), .time(new.askedAt ?? at),
            ])
        if added == 1 || new.source != .person { return added == 1 }
        // Asked for again: what was written before that takes nothing back.
        try connection.run(
            """
            UPDATE suppressions SET asked_at = $1
            WHERE COALESCE(asked_at, created_at) < $1
                AND address_id = $2 AND scope = $3 AND channel_id = $4 AND source = $5
            """, [.time(new.askedAt ?? at)] + key)
        return false
    }
}

extension Store: SuppressionStore {
    @discardableResult
    public func suppress(_ suppressions: [NewSuppression], at: Timestamp) throws -> Int {
        try engine.write(.accept) { connection in
            connection.notify(.delivery)
            return try suppressions.count { try Self.suppress($0, on: connection, at: at) }
        }
    }

    public func takeSuppressions(_ rows: [[NewSuppression]], at: Timestamp) throws -> [RowOutcome] {
        try engine.write(.background) { connection in
            let outcomes = try rows.map { row -> RowOutcome in
                let added = try row.count { try Self.suppress($0, on: connection, at: at) }
                return added > 0 ? .created : .unchanged
            }
            if outcomes.contains(.created) { connection.notify(.delivery) }
            return outcomes
        }
    }

    public func suppression(_ id: Int64) throws -> Suppression? {
        try engine.read { try Self.suppression(id, on: $0) }
    }

    private static func suppression(_ id: Int64, on connection: any SQLConnection) throws -> Suppression? {
        try connection.first(
            "SELECT \(suppressionColumns) FROM \(suppressionTables) WHERE s.id = $1", [.int(id)], suppression)
    }

    public func suppressions(of addresses: [Address]) throws -> [Address: [Suppression]] {
        if addresses.isEmpty { return [:] }
        return try engine.read { connection in
            guard try Self.suppressesAnything(on: connection) else { return [:] }
            let ids = try AddressBatch.rows(of: Set(addresses), on: connection).values.map(\.id)
            let found = try Self.suppressions(ofAddresses: ids, on: connection).values.flatMap { $0 }
            return Dictionary(grouping: found, by: \.address)
        }
    }

    @discardableResult
    public func lift(_ id: Int64) throws -> Suppression {
        try engine.write(.accept) { connection in
            connection.notify(.delivery)
            guard let standing = try Self.suppression(id, on: connection) else { throw StoreConflict.notFound }
            try connection.run("DELETE FROM suppressions WHERE id = $1", [.int(id)])
            return standing
        }
    }

    @discardableResult
    public func liftOwn(
        _ scope: SuppressionScope, of address: Address, before: Timestamp?
    ) throws -> [Suppression] {
        try engine.write(.accept) { connection in
            connection.notify(.delivery)
            let own = try connection.rows(
                """
                SELECT \(Self.suppressionColumns) FROM \(Self.suppressionTables)
                WHERE a.kind = $1 AND a.value = $2 AND s.scope = $3 AND s.channel_id = $4 AND s.source = 'person'
                    AND COALESCE(s.asked_at, s.created_at) <= $5
                """,
                [
                    .text(address.kind.rawValue), .text(address.value), .text(scope.kind.rawValue),
                    .int(scope.channelID), .int(before?.milliseconds ?? .max),
                ], Self.suppression)
            for suppression in own {
                try connection.run("DELETE FROM suppressions WHERE id = $1", [.int(suppression.id)])
            }
            return own
        }
    }

    public func preferences(ofMessage id: Int64) throws -> Preferences? {
        try engine.read { connection in
            let found = try connection.first(
                """
                SELECT a.kind, a.value, m.address_id, b.origin, m.type, b.receiver_count, r.channel_id, c.name
                FROM messages m JOIN addresses a ON a.id = m.address_id JOIN broadcasts b ON b.id = m.broadcast_id
                    LEFT JOIN receivers r ON r.id = m.receiver_id LEFT JOIN channels c ON c.id = r.channel_id
                WHERE m.id = $1 AND m.direction = 'outbound'
                """, [.int(id)]
            ) { columns in
                let address = Address(kind: try columns.word(), value: columns.text())
                let addressID = columns.int()
                let consent = Consent(
                    origin: try columns.word(), type: MessageType(rawValue: columns.text()),
                    receivers: columns.count(), channelID: columns.optionalInt())
                return (address: address, id: addressID, consent: consent, channel: columns.text())
            }
            guard let found else { return nil }
            let standing = try Self.suppressions(ofAddresses: [found.id], on: connection)[found.id] ?? []
            return Preferences(
                messageID: id, address: found.address, consent: found.consent, channelName: found.channel,
                suppressions: standing)
        }
    }
}
