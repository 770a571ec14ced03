import Messaging

extension Store: SandboxQueries, SandboxStore {
    /// How many items stay; older ones go, so that the store never grows with the work.
    static let sandboxCapacity: Int64 = 20_000

    public func keep(_ items: [SandboxTransfer], providerID: Int64, at: Timestamp) throws {
        try engine.write(.delivery) { connection in
            for item in items {
                try connection.run(
                    """
                    INSERT INTO sandbox_items (
                        item_key, message_id, provider_id, delivery_channel, sender, recipient, subject, payload,
                        extras, taken_at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (item_key) DO NOTHING
                    """,
                    [
                        .text(item.key), .int(item.messageID), .int(providerID), .text(item.deliveryChannel.rawValue),
                        .text(item.from), .text(item.to), .text(item.subject), .bytes(item.payload.bytes),
                        .text(item.extras.json), .time(at),
                    ])
            }
            try connection.run(
                "DELETE FROM sandbox_items WHERE id <= (SELECT MAX(id) FROM sandbox_items) - $1",
                [.int(Self.sandboxCapacity)])
        }
    }

    private static func item(_ columns: inout Columns) throws -> SandboxItem {
        SandboxItem(
            id: columns.int(), messageID: columns.int(), providerID: columns.int(), reference: columns.text(),
            deliveryChannel: try columns.word(), from: columns.text(), to: columns.text(), subject: columns.text(),
            payload: columns.bytes(), extras: try ContentExtras(json: columns.text()), takenAt: columns.time())
    }

    private static func columns(payload: String) -> String {
        """
        id, message_id, provider_id, item_key, delivery_channel, sender, recipient, subject, \(payload), extras, taken_at
        """
    }

    public func sandboxItems(
        channel: DeliveryChannel?, from start: PageStart, limit: Int
    ) throws -> Page<SandboxItem> {
        let clause = start.clause("id", placeholder: 1)
        var values = [clause.value, .int(limit + 1)]
        if let channel { values.insert(.text(channel.rawValue), at: 1) }
        let filter = channel == nil ? "" : " AND delivery_channel = $2"
        let rows = try engine.read { connection in
            try connection.rows(
                """
                SELECT \(Self.columns(payload: "NULL")) FROM sandbox_items
                WHERE \(clause.condition)\(filter) ORDER BY \(clause.order) LIMIT $\(values.count)
                """, values, Self.item)
        }
        return Page.cut(rows, from: start, limit: limit, key: \.id)
    }

    public func sandboxItem(_ id: Int64) throws -> SandboxItem? {
        try engine.read { connection in
            try connection.first(
                "SELECT \(Self.columns(payload: "payload")) FROM sandbox_items WHERE id = $1", [.int(id)], Self.item)
        }
    }
}
