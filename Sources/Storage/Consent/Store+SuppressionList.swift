import Messaging

/// The list of suppressions, walked by key.
extension Store {
    /// Rows looked at before a page is answered as it is.
    private static let suppressionBudget = 20_000

    public func suppressions(
        _ filter: SuppressionFilter, from start: PageStart, limit: Int
    ) throws -> Page<Suppression> {
        let query = filter.query.lowercased()
        let clause = start.clause("s.id", placeholder: 1)
        var (conditions, values): ([String], [SQLValue]) = ([clause.condition], [clause.value])
        func add(_ column: String, _ value: SQLValue?) {
            guard let value else { return }
            values.append(value)
            conditions.append("\(column) = $\(values.count)")
        }
        add("s.scope", filter.scope.map { .text($0.rawValue) })
        add("s.channel_id", filter.channelID.map { .int($0) })
        add("s.source", filter.source.map { .text($0.rawValue) })
        let scan = BudgetedScan(from: start, limit: limit, budget: query.isEmpty ? nil : Self.suppressionBudget)
        values.append(.int(scan.budget))
        let sql = """
            SELECT \(Self.suppressionColumns), a.search FROM \(Self.suppressionTables)
            WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(clause.order) LIMIT $\(values.count)
            """
        return try engine.read { connection in
            try scan.page(sql, values, on: connection) { row in
                guard query.isEmpty || row.string(Self.searchColumn)?.contains(query) == true else { return nil }
                var columns = Columns(row)
                return try Self.suppression(&columns)
            }
        }
    }

    /// Where `a.search` stands behind the columns of a suppression.
    private static let searchColumn = 12
}
