import Messaging

extension Store: DirectoryLinks {
    public func entities(_ kind: EntityKind, linkedTo entity: EntityReference, limit: Int) throws -> [Entity] {
        let column: String
        switch entity.kind {
        case .member: column = "member_id"
        case .account: column = "account_id"
        case .location: column = "location_id"
        case .transaction: return []
        }
        return try engine.read { connection in
            try connection.rows(
                """
                SELECT \(Self.entityColumns) FROM entities WHERE \(column) = $1 AND kind = $2
                ORDER BY id DESC LIMIT $3
                """, [.int(entity.id), .text(kind.rawValue), .int(limit)], Self.entity)
        }
    }

    public func channels(of entityID: Int64, limit: Int) throws -> [Channel] {
        try engine.read { connection in
            try connection.rows(
                """
                SELECT c.id, c.name, c.description, c.subscriber_count, c.created_at, c.updated_at
                FROM subscribers s JOIN channels c ON c.id = s.channel_id WHERE s.entity_id = $1
                ORDER BY s.id DESC LIMIT $2
                """, [.int(entityID), .int(limit)]
            ) {
                Channel(
                    id: $0.int(), name: $0.text(), description: $0.text(), subscriberCount: $0.count(),
                    createdAt: $0.time(), updatedAt: $0.time())
            }
        }
    }
}
