import Messaging

extension Store: NoticeStore {
    private static let noticeColumns = "id, message_id, title, body, icon, action_url, created_at, read_at"

    private static func notice(_ columns: inout Columns) -> Notice {
        Notice(
            id: columns.int(), messageID: columns.int(), title: columns.text(), text: columns.text(),
            icon: columns.text(), actionURL: columns.text(), createdAt: columns.time(),
            readAt: columns.optionalTime())
    }

    public func keep(_ notices: [NoticeTransfer], providerID: Int64, at: Timestamp) throws -> Set<String> {
        try engine.write(.delivery) { connection in
            var orphans: Set<String> = []
            for notice in notices {
                let reader = try connection.first(
                    "SELECT id FROM entities WHERE kind = $1 AND external_id = $2",
                    [.text(notice.reader.kind.rawValue), .text(notice.reader.externalID)], { $0.int() })
                guard let reader else {
                    orphans.insert(notice.key)
                    continue
                }
                try connection.run(
                    """
                    INSERT INTO notices (
                        item_key, message_id, provider_id, entity_id, title, body, icon, action_url, created_at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (item_key) DO NOTHING
                    """,
                    [
                        .text(notice.key), .int(notice.messageID), .int(providerID), .int(reader), .text(notice.title),
                        .text(notice.text), .text(notice.extras.icon), .text(notice.extras.actionURL), .time(at),
                    ])
            }
            return orphans
        }
    }

    public func notices(of entityID: Int64, from start: PageStart, limit: Int) throws -> Page<Notice> {
        let clause = start.clause("id", placeholder: 2)
        let rows = try engine.read { connection in
            try connection.rows(
                """
                SELECT \(Self.noticeColumns) FROM notices WHERE entity_id = $1 AND \(clause.condition)
                ORDER BY \(clause.order) LIMIT $3
                """, [.int(entityID), clause.value, .int(limit + 1)]
            ) { Self.notice(&$0) }
        }
        return Page.cut(rows, from: start, limit: limit, key: \.id)
    }

    public func readNotice(_ id: Int64, of entityID: Int64, at: Timestamp) throws -> (notice: Notice, isNew: Bool)? {
        try engine.write(.accept) { connection in
            let found = try connection.first(
                "SELECT \(Self.noticeColumns), item_key, provider_id FROM notices WHERE id = $1 AND entity_id = $2",
                [.int(id), .int(entityID)]
            ) { (notice: Self.notice(&$0), key: $0.text(), provider: $0.int()) }
            guard var notice = found?.notice, let found else { return nil }
            if notice.readAt != nil { return (notice, false) }
            try connection.run("UPDATE notices SET read_at = $1 WHERE id = $2", [.time(at), .int(id)])
            notice.readAt = at
            let receipt = Receipt(
                providerID: found.provider, reference: found.key, state: .read, at: at, detail: "Read in the portal.")
            _ = try file(receipt, on: connection)
            return (notice, true)
        }
    }
}
