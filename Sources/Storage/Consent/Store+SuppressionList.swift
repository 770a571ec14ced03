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
        values.append(.int(query.isEmpty ? limit + 1 : Self.suppressionBudget))
        let sql = """
            SELECT \(Self.suppressionColumns), a.search FROM \(Self.suppressionTables)
            WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(clause.order) LIMIT $\(values.count)
            """
        return try engine.read { connection in
            var (found, seen, last): ([Suppression], Int, Int64) = ([], 0, 0)
            do {
                try connection.query(sql, values) { row in
                    seen += 1
                    last = row.integer(0) ?? 0
                    guard query.isEmpty || row.string(Self.searchColumn)?.contains(query) == true else { return }
                    var columns = Columns(row)
                    found.append(try Self.suppression(&columns))
                    if found.count > limit { throw PageIsFull() }
                }
            } catch is PageIsFull {}
            var page = Page.cut(found, from: start, limit: limit, key: \.id)
            if seen == Self.suppressionBudget, found.count <= limit {
                page.isPartial = true
                if case .before = start { page.previous = last } else { page.next = last }
            }
            return page
        }
    }

    private struct PageIsFull: Error {}

    /// Where `a.search` stands behind the columns of a suppression.
    private static let searchColumn = 12
}
