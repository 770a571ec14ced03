import TestSupport
import Testing

@testable import Storage

@Suite("An INSERT of many rows")
struct ManyRowInsertTests {
    @Test("writes any number of rows, in order, and says how many were new", arguments: [0, 1, 3, 4, 5, 11])
    func rows(count: Int) throws {
        let fixture = try TemporaryStore()
        let insert = ManyRowInsert(
            "INSERT INTO t (both, also, a, b)", row: "$1, $1, ?, upper(?)", shared: 1,
            tail: "ON CONFLICT (a) DO NOTHING",
            together: 4)
        let rows = Array(0..<count)
        try fixture.store.engine.write(.background) { connection in
            try connection.run("CREATE TABLE t (a BIGINT PRIMARY KEY, b TEXT, both TEXT, also TEXT)")
            func write() throws -> Int {
                try insert.run(rows, shared: [.text("s")], on: connection) { row, values in
                    values.append(.int(row))
                    values.append(.text("x\(row)"))
                }
            }
            #expect(try write() == count)
            #expect(try write() == 0)
        }
        let found = try fixture.store.engine.read { connection in
            try connection.rows("SELECT a, b, both, also FROM t ORDER BY a") { columns in
                "\(columns.int()) \(columns.text()) \(columns.text()) \(columns.text())"
            }
        }
        #expect(found == rows.map { "\($0) X\($0) s s" })
    }
}
