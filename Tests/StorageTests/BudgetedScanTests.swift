import Messaging
import Testing

@testable import Storage

@Suite("Pages of rows that are looked at one by one")
struct BudgetedScanTests {
    /// Numbers 1 to 100 that an divisor divides, walked whole from page to page.
    private func walk(
        by divisor: Int64, limit: Int, budget: Int?, backwards: Bool = false, in store: Store
    ) throws -> (items: [Int64], pages: [Page<Int64>]) {
        var (items, pages): ([Int64], [Page<Int64>]) = ([], [])
        var start: PageStart? = backwards ? .before(0) : .newest
        while let from = start, pages.count < 200 {
            let scan = BudgetedScan(from: from, limit: limit, budget: budget)
            let clause = from.clause("n", placeholder: 1)
            let page: Page<Int64> = try store.engine.read { connection in
                try scan.page(
                    """
                    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100)
                    SELECT n FROM numbers WHERE \(clause.condition) ORDER BY \(clause.order) LIMIT $2
                    """, [clause.value, .int(scan.budget)], on: connection
                ) { row in row.integer(0).flatMap { $0 % divisor == 0 ? $0 : nil } }
            }
            pages.append(page)
            items += backwards ? page.items.reversed() : page.items
            start = backwards ? page.previous.map(PageStart.before) : page.next.map(PageStart.after)
        }
        return (items, pages)
    }

    @Test(
        "lead through all that fit, whatever the budget, and none looks at more", arguments: [1, 7, 10, 50, 101],
        [10, 11, 37, 1000])
    func whole(divisor: Int64, budget: Int) throws {
        let store = try EngineUnderTest.sqlite.makeStore().store
        let fitting = (1...100).filter { $0 % divisor == 0 }
        for backwards in [false, true] {
            let (items, pages) = try walk(by: divisor, limit: 5, budget: budget, backwards: backwards, in: store)
            #expect(items == (backwards ? fitting : fitting.reversed()))
            #expect(pages.allSatisfy { $0.items.count <= 5 })
            #expect(pages.allSatisfy { !$0.isPartial || $0.items.count <= 5 })
            #expect(pages.count >= 100 / (budget + 1))
        }
    }

    @Test("without a filter are full, and none is called partial")
    func unfiltered() throws {
        let store = try EngineUnderTest.sqlite.makeStore().store
        let (items, pages) = try walk(by: 1, limit: 10, budget: nil, in: store)
        #expect(items == (1...100).reversed())
        #expect(pages.count == 10 && pages.allSatisfy { !$0.isPartial && $0.items.count == 10 })
    }
}
