import Foundation
import GRDB
import GRDBSQLite
import Logging
import Synchronization

/// Copies what commits wrote into the log back into the file, on a connection and a thread of its own.
///
/// SQLite would do it inside the commit that makes the log long, and whoever waits for that commit, or behind it, would
/// wait for megabytes written in places all over the file and for two more turns of the disk. Here commits go on
/// meanwhile. What they add is left over, so the log would never be whole in the file and never begin anew: the next
/// commit therefore copies the little that is left, before it begins (SQLite documentation, "Write-Ahead Logging", §3.3).
///
/// `@unchecked Sendable`: `condition` guards every stored property that changes; the connection belongs to the thread.
final class SQLiteCheckpointer: @unchecked Sendable {
    /// Pages in the log that are worth copying: 16 MB. Fewer would write the same pages of the file more often.
    private static let enough = 4000
    /// Pages by which the log must have grown before it is tried again, where a reader stood in the way.
    private static let more = 1000

    private let connection: DatabaseQueue
    private let condition = NSCondition()
    private var pages = 0
    /// The log is not tried before it has as many pages.
    private var threshold = enough
    private var isStopping = false
    private var isStopped = false
    private let leavesRest = Atomic(false)

    /// - Parameter writer: the connection whose commits are watched, on its own queue.
    init(path: String, configuration: Configuration, watching writer: Database) throws {
        connection = try DatabaseQueue(path: path, configuration: configuration)
        // The hook is the place where SQLite itself would copy.
        sqlite3_wal_hook(writer.sqliteConnection, noteLog, Unmanaged.passUnretained(self).toOpaque())
        let thread = Thread { [self] in run() }
        thread.name = "checkpoints"
        thread.start()
    }

    /// As of the last commit.
    var pagesInLog: Int {
        condition.lock()
        defer { condition.unlock() }
        return pages
    }

    /// Lets the thread end. It holds this object until then.
    func stopSoon() {
        condition.lock()
        isStopping = true
        condition.broadcast()
        condition.unlock()
    }

    /// Waits for a copy that is under way.
    func stop() throws {
        stopSoon()
        condition.lock()
        while !isStopped { condition.wait() }
        condition.unlock()
        try connection.close()
    }

    /// Between two commits, on the connection that writes: copies what the last copy left.
    func finish(on writer: Database) {
        guard leavesRest.exchange(false, ordering: .relaxed) else { return }
        _ = Self.copy(writer)
    }

    fileprivate func note(pages: Int) {
        condition.lock()
        // Shorter than it was: it began anew.
        if pages < self.pages { threshold = Self.enough }
        self.pages = pages
        if pages >= threshold { condition.broadcast() }
        condition.unlock()
    }

    private func run() {
        condition.lock()
        while true {
            while !isStopping && pages < threshold { condition.wait() }
            if isStopping { break }
            condition.unlock()
            let left = connection.unsafeRead { Self.copy($0) }
            condition.lock()
            threshold = pages + Self.more
            if left > 0 { leavesRest.store(true, ordering: .relaxed) }
        }
        isStopped = true
        condition.broadcast()
        condition.unlock()
    }

    /// Pages that could not be copied: written meanwhile, or still read as they were before. A disk that is full or broken
    /// shows with the next commit; the log keeps everything until then.
    private static func copy(_ database: Database) -> Int {
        var (inLog, copied) = (Int32(0), Int32(0))
        let code = sqlite3_wal_checkpoint_v2(
            database.sqliteConnection, nil, SQLITE_CHECKPOINT_PASSIVE, &inLog, &copied)
        return code == SQLITE_OK ? Int(inLog - copied) : 0
    }
}

/// After each commit, on its thread: how many pages the log has now.
private func noteLog(
    _ context: UnsafeMutableRawPointer?, _: OpaquePointer?, _: UnsafePointer<CChar>?, pages: Int32
) -> Int32 {
    if let context { Unmanaged<SQLiteCheckpointer>.fromOpaque(context).takeUnretainedValue().note(pages: Int(pages)) }
    return SQLITE_OK
}
