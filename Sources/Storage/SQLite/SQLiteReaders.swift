import Foundation
import GRDB
import GRDBSQLite

/// Connections that read: one for each reader at a time, opened when first needed, the one used last taken first, so that
/// what it has cached is used again. GRDB's own pool passes four locks and queues for each read, which costs as much as
/// the read and much more when many threads come at once.
///
/// `@unchecked Sendable`: `condition` guards every stored property that changes.
final class SQLiteReaders: @unchecked Sendable {
    /// Readers that keep their pages while they rest. More are there for the moments in which many come at once; what
    /// those have read is seldom asked of them again, and would only be kept eight times over.
    private static let keeping = 2
    /// How long one must have rested before its pages go.
    private static let patience: Duration = .seconds(5)

    /// Pages each may keep, in KiB; the system's own cache stands behind it.
    private static let cacheSize = 3000

    private struct Idle {
        var reader: DatabaseQueue
        let since = ContinuousClock.now
        /// Whether it gave its pages back.
        var isCold = false
    }

    private let path: String
    private let configuration: Configuration
    private let limit: Int
    private let condition = NSCondition()
    /// The one used last at the end.
    private var idle: [Idle] = []
    private var opened = 0
    private var isClosed = false

    /// - Parameter limit: readers at one time; others wait.
    init(path: String, configuration: Configuration, limit: Int) {
        var configuration = configuration
        configuration.readonly = true
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = -\(Self.cacheSize)") }
        (self.path, self.configuration, self.limit) = (path, configuration, max(1, limit))
    }

    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        let reader = try take()
        defer { give(reader) }
        return try reader.unsafeRead(body)
    }

    /// Closes those that rest now, and the others when they are given back.
    func close() throws {
        condition.lock()
        isClosed = true
        let resting = idle
        idle = []
        condition.broadcast()
        condition.unlock()
        for resting in resting { try resting.reader.close() }
    }

    private func take() throws -> DatabaseQueue {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if isClosed { throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "the store is closed") }
            if let last = idle.popLast() { return last.reader }
            if opened < limit {
                let reader = try DatabaseQueue(path: path, configuration: configuration)
                opened += 1
                return reader
            }
            condition.wait()
        }
    }

    private func give(_ reader: DatabaseQueue) {
        guard let spare = rest(Idle(reader: reader)) else { return }
        spare.unsafeRead { _ = sqlite3_db_release_memory($0.sqliteConnection) }
        _ = rest(Idle(reader: spare, isCold: true))
    }

    /// Puts a reader among those that rest. Returns another that has rested long enough to give its pages back, and rests
    /// no more.
    private func rest(_ resting: Idle) -> DatabaseQueue? {
        condition.lock()
        defer { condition.unlock() }
        if isClosed {
            try? resting.reader.close()
            return nil
        }
        idle.insert(resting, at: resting.isCold ? 0 : idle.count)
        condition.signal()
        // The one that rests longest stands first, behind those that are cold.
        guard let place = idle.dropLast(Self.keeping).firstIndex(where: { !$0.isCold }),
            ContinuousClock.now - idle[place].since > Self.patience
        else { return nil }
        return idle.remove(at: place).reader
    }
}
