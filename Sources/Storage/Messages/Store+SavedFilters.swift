import Messaging

extension Store: SavedFilterStore {
    private static let filterColumns = "f.id, f.user_id, u.name, f.name, f.query, f.is_shared"
    private static let filterTables = "saved_filters f LEFT JOIN users u ON u.id = f.user_id"
    /// Own ones and what everybody shares; a page shows no more.
    private static let mostShown = 200

    private static func filter(_ columns: inout Columns) -> SavedFilter {
        SavedFilter(
            id: columns.int(), userID: columns.int(), ownerName: columns.text(), name: columns.text(),
            query: columns.text(), isShared: columns.flag())
    }

    public func savedFilters(for user: Int64) throws -> [SavedFilter] {
        try engine.read { connection in
            try connection.rows(
                """
                SELECT \(Self.filterColumns) FROM \(Self.filterTables) WHERE f.user_id = $1 OR f.is_shared = 1
                ORDER BY lower(f.name), f.id LIMIT $2
                """, [.int(user), .int(Self.mostShown)], Self.filter)
        }
    }

    public func savedFilter(_ id: Int64) throws -> SavedFilter? {
        try engine.read { connection in
            try connection.first(
                "SELECT \(Self.filterColumns) FROM \(Self.filterTables) WHERE f.id = $1", [.int(id)], Self.filter)
        }
    }

    public func saveFilter(
        name: String, query: String, isShared: Bool, by user: Int64, at: Timestamp
    ) throws -> Int64 {
        try engine.write(.accept) { connection in
            let count =
                try connection.first(
                    "SELECT COUNT(*) FROM saved_filters WHERE user_id = $1", [.int(user)], { $0.count() }) ?? 0
            guard count < SavedFilter.mostPerUser else { throw StoreConflict.state("full") }
            let id = try connection.first(
                """
                INSERT INTO saved_filters (user_id, name, query, is_shared, created_at) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (user_id, name) DO NOTHING RETURNING id
                """, [.int(user), .text(name), .text(query), .flag(isShared), .time(at)]
            ) { $0.int() }
            guard let id else { throw StoreConflict.duplicate(name) }
            return id
        }
    }

    public func updateSavedFilter(_ id: Int64, name: String, isShared: Bool) throws {
        try engine.write(.accept) { connection in
            let other = try connection.first(
                """
                SELECT o.id FROM saved_filters f JOIN saved_filters o ON o.user_id = f.user_id AND o.name = $1
                WHERE f.id = $2 AND o.id <> $2
                """, [.text(name), .int(id)], { $0.int() })
            guard other == nil else { throw StoreConflict.duplicate(name) }
            let changed = try connection.run(
                "UPDATE saved_filters SET name = $1, is_shared = $2 WHERE id = $3",
                [.text(name), .flag(isShared), .int(id)])
            guard changed == 1 else { throw StoreConflict.notFound }
        }
    }

    public func deleteSavedFilter(_ id: Int64) throws {
        try engine.write(.accept) { connection in
            guard try connection.run("DELETE FROM saved_filters WHERE id = $1", [.int(id)]) == 1 else {
                throw StoreConflict.notFound
            }
        }
    }
}
