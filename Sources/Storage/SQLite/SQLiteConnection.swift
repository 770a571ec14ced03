import GRDB
import GRDBSQLite
import Messaging

/// Statements run on SQLite's own handles: GRDB prepares and keeps them, and what they are given and answer goes
/// straight in and out. Half the cost of a small statement was the array of boxed arguments and the row around it.
struct SQLiteConnection: SQLConnection {
    let database: Database
    /// What the commit will have brought; `nil` for connections that only read.
    var signals: SignalCollector?
    private let order = StatementOrder()

    init(database: Database, signals: SignalCollector? = nil) {
        (self.database, self.signals) = (database, signals)
    }

    func notify(_ signal: WorkSignal) { signals?.raised.insert(signal) }

    func run(_ sql: String, _ values: [SQLValue]) throws -> Int {
        try query(sql, values) { _ in }
        return Int(sqlite3_changes(database.sqliteConnection))
    }

    func query(_ sql: String, _ values: [SQLValue], _ each: (any SQLRow) throws -> Void) throws {
        try order.run(sql) { try step(sql, values, each) }
    }

    private func step(_ sql: String, _ values: [SQLValue], _ each: (any SQLRow) throws -> Void) throws {
        let statement = try database.cachedStatement(sql: sql)
        let handle = statement.sqliteStatement
        defer {
            // What it answers is the error that was thrown already.
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
            withExtendedLifetime(statement) {}
        }
        assert(isNumberedInOrder(handle), "Number the placeholders in order of their first use: \(sql)")
        for (index, value) in values.enumerated() {
            try check(value.bind(to: handle, at: Int32(index + 1)), sql)
        }
        while true {
            let code = sqlite3_step(handle)
            switch code {
            case SQLITE_ROW: try each(SQLiteRow(handle: handle))
            case SQLITE_DONE: return
            default: throw failure(code, sql)
            }
        }
    }

    /// Whether value n is that of `$n`: SQLite takes these for names, and counts them by their first use.
    private func isNumberedInOrder(_ handle: OpaquePointer?) -> Bool {
        (0..<sqlite3_bind_parameter_count(handle)).allSatisfy { index in
            sqlite3_bind_parameter_name(handle, index + 1).map { String(cString: $0) == "$\(index + 1)" } ?? true
        }
    }

    /// One snapshot, or one commit. GRDB's own way parses `BEGIN` and `COMMIT` each time and asks which observers to tell,
    /// which costs as much as ten small statements; whatever `begin` says, one that fails leaves no transaction behind.
    func inTransaction<Result>(_ begin: String, _ body: (SQLiteConnection) throws -> Result) throws -> Result {
        try run(begin)
        do {
            let result = try body(self)
            try run("COMMIT")
            return result
        } catch {
            if database.isInsideTransaction { _ = try? run("ROLLBACK") }
            throw error
        }
    }

    private func check(_ code: Int32, _ sql: String) throws {
        if code != SQLITE_OK { throw failure(code, sql) }
    }

    private func failure(_ code: Int32, _ sql: String) -> DatabaseError {
        let connection = database.sqliteConnection
        let message = connection.map { String(cString: sqlite3_errmsg($0)) }
        let extended = connection.map { sqlite3_extended_errcode($0) } ?? code
        return DatabaseError(
            resultCode: ResultCode(rawValue: extended & 0xFF == code & 0xFF ? extended : code), message: message,
            sql: sql)
    }
}

/// A statement that stands on a row.
private struct SQLiteRow: SQLRow {
    let handle: OpaquePointer

    func integer(_ column: Int) -> Int64? {
        isNull(column) ? nil : sqlite3_column_int64(handle, Int32(column))
    }

    func string(_ column: Int) -> String? {
        if isNull(column) { return nil }
        guard let text = sqlite3_column_text(handle, Int32(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
    }

    func bytes(_ column: Int) -> [UInt8]? {
        if isNull(column) { return nil }
        guard let start = sqlite3_column_blob(handle, Int32(column)) else { return [] }
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    private func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }
}

extension SQLValue {
    /// SQLite copies what it is given before the call returns.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    fileprivate func bind(to handle: OpaquePointer, at index: Int32) -> Int32 {
        switch self {
        case .null: return sqlite3_bind_null(handle, index)
        case .integer(let number): return sqlite3_bind_int64(handle, index, number)
        case .string(var text):
            return text.withUTF8 { utf8 in
                // Nothing at no address would be NULL.
                guard let start = utf8.baseAddress else { return sqlite3_bind_text(handle, index, "", 0, nil) }
                return start.withMemoryRebound(to: CChar.self, capacity: utf8.count) {
                    sqlite3_bind_text(handle, index, $0, Int32(utf8.count), Self.transient)
                }
            }
        case .bytes(let bytes):
            return bytes.withUnsafeBytes { raw in
                guard let start = raw.baseAddress, !raw.isEmpty else { return sqlite3_bind_zeroblob(handle, index, 0) }
                return sqlite3_bind_blob(handle, index, start, Int32(raw.count), Self.transient)
            }
        }
    }
}
