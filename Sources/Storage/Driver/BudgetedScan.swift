import Messaging

/// Makes a page of rows that must be looked at one by one, because no index holds all that is asked of them. The statement
/// comes in order of the page's key; the walk ends when the page is full or after so many rows, and the page then goes on
/// behind the last that was looked at.
struct BudgetedScan {
    let start: PageStart
    let limit: Int
    /// The most rows to look at: the statement's own limit.
    let budget: Int

    /// - Parameter budget: `nil` where every row fits: one more than the page then says whether there are others.
    init(from start: PageStart, limit: Int, budget: Int?) {
        (self.start, self.limit, self.budget) = (start, limit, budget ?? limit + 1)
    }

    /// What a walk found: at most one more than the page holds.
    struct Found<Item> {
        var items: [(key: Int64, item: Item)] = []
        /// The key at which the budget ended; `nil` when every row was looked at, or the page was full before.
        var endedAt: Int64?
    }

    private struct PageIsFull: Error {}

    /// - Parameters:
    ///   - key: the column of the page's key.
    ///   - item: `nil` passes a row over.
    func run<Item>(
        _ sql: String, _ values: [SQLValue], key: Int = 0, on connection: any SQLConnection,
        _ item: (any SQLRow) throws -> Item?
    ) throws -> Found<Item> {
        var (found, seen, last): (Found<Item>, Int, Int64) = (Found(), 0, 0)
        do {
            try connection.query(sql, values) { row in
                seen += 1
                last = row.integer(key) ?? 0
                guard let item = try item(row) else { return }
                found.items.append((last, item))
                if found.items.count > limit { throw PageIsFull() }
            }
        } catch is PageIsFull {}
        if seen == budget, found.items.count <= limit { found.endedAt = last }
        return found
    }

    func page<Item: Sendable>(of found: Found<Item>) -> Page<Item> {
        let cut = Page.cut(found.items, from: start, limit: limit) { $0.key }
        var page = Page(items: cut.items.map(\.item), next: cut.next, previous: cut.previous)
        if let end = found.endedAt, found.items.count <= limit {
            page.isPartial = true
            if case .before = start { page.previous = end } else { page.next = end }
        }
        return page
    }

    func page<Item: Sendable>(
        _ sql: String, _ values: [SQLValue], on connection: any SQLConnection, _ item: (any SQLRow) throws -> Item?
    ) throws -> Page<Item> {
        page(of: try run(sql, values, on: connection, item))
    }
}

extension Page {
    /// The same place in the list with something else to show for each item.
    func map<Other: Sendable>(_ other: (Item) throws -> Other?) rethrows -> Page<Other> {
        Page<Other>(items: try items.compactMap(other), next: next, previous: previous, isPartial: isPartial)
    }
}
