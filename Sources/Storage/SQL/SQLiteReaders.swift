import Foundation
import GRDB

/// Connections that read: one for each reader at a time, opened when first needed, the one used last taken first, so that
/// what it has cached is used again. GRDB's own pool passes four locks and queues for each read, which costs as much as
/// the read and much more when many threads come at once.
///
/// `@unchecked Sendable`: `condition` guards every stored property that changes.
final class SQLiteReaders: @unchecked Sendable {
    private let path: String
    private let configuration: Configuration
    private let limit: Int
    private let condition = NSCondition()
    private var idle: [DatabaseQueue] = []
    private var opened = 0
    private var isClosed = false

    /// - Parameter limit: readers at one time; others wait.
    init(path: String, configuration: Configuration, limit: Int) {
        var configuration = configuration
        configuration.readonly = true
        // Readers of a log that is being recovered meet a lock of the one who recovers it.
        configuration.busyMode = .timeout(SQLiteEngine.busySeconds)
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
        for reader in resting { try reader.close() }
    }

    private func take() throws -> DatabaseQueue {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if isClosed { throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "the store is closed") }
            if let reader = idle.popLast() { return reader }
            if opened < limit {
                let reader = try DatabaseQueue(path: path, configuration: configuration)
                opened += 1
                return reader
            }
            condition.wait()
        }
    }

    private func give(_ reader: DatabaseQueue) {
        condition.lock()
        let isClosed = isClosed
        if !isClosed { idle.append(reader) }
        condition.signal()
        condition.unlock()
        if isClosed { try? reader.close() }
    }
}
