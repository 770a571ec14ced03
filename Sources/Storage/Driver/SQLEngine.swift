import Messaging

/// How soon a write must be on disk. Writers queue by it: people and programs that wait for an accept come first, then
/// the delivery loop, then work nobody waits for.
public enum WriteUrgency: Int, CaseIterable, Sendable {
    case accept, delivery, background
}

/// A connection inside a transaction.
public protocol SQLConnection {
    /// Runs a statement; `$1 $2 …` are numbered in order of their first use, because one engine counts them so.
    @discardableResult
    func run(_ sql: String, _ values: [SQLValue]) throws -> Int
    /// Calls `each` for every row. It must not run another statement: that throws `NestedStatement`.
    func query(_ sql: String, _ values: [SQLValue], _ each: (any SQLRow) throws -> Void) throws
    /// Tells whoever waits for such work, once this transaction is on disk; nobody when it is rolled back.
    func notify(_ signal: WorkSignal)
}

/// A database: what differs between engines is behind this and in `Dialect`.
public protocol SQLEngine: Sendable {
    var dialect: Dialect { get }
    var meter: StoreMeter { get }
    func read<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result
    /// The result is on disk when this returns. Writers that wait together share a commit; one whose body throws leaves
    /// no trace and does not disturb the others. The body runs once more when another that shares its commit fails, so it
    /// keeps nothing but what it answers.
    @discardableResult
    func write<Result>(_ urgency: WriteUrgency, _ body: (any SQLConnection) throws -> Result) throws -> Result
    /// One transaction that every `read` and `write` made in `body`, on its thread, joins. One of them that throws takes
    /// the whole back, whatever `body` makes of the error.
    @discardableResult
    func transaction<Result>(_ urgency: WriteUrgency, _ body: () throws -> Result) throws -> Result
    /// Tells the listener at once, without a commit.
    func notify(_ signal: WorkSignal)
    /// Calls `listener` after each commit with what it brought, on the committing thread: it returns at once.
    func listen(_ listener: @escaping @Sendable (WorkSignal) -> Void)
    func migrate() throws
    func close() throws
}

extension SQLConnection {
    @discardableResult
    func run(_ sql: String) throws -> Int { try run(sql, []) }

    func rows<Item>(_ sql: String, _ values: [SQLValue] = [], _ item: (inout Columns) throws -> Item) throws -> [Item] {
        var items: [Item] = []
        try query(sql, values) { row in
            var columns = Columns(row)
            items.append(try item(&columns))
        }
        return items
    }

    func first<Item>(_ sql: String, _ values: [SQLValue] = [], _ item: (inout Columns) throws -> Item) throws -> Item? {
        var found: Item?
        try query(sql, values) { row in
            guard found == nil else { return }
            var columns = Columns(row)
            found = try item(&columns)
        }
        return found
    }

    /// For `INSERT … RETURNING id`.
    func insert(_ sql: String, _ values: [SQLValue]) throws -> Int64 {
        guard let id = try first(sql, values, { $0.int() }) else { throw StoreConflict.notFound }
        return id
    }
}
