import Foundation
import GRDB
import GRDBSQLite
import Logging
import Synchronization

/// Copies what commits wrote into the log back into the file, on a connection and a thread of its own.
///
/// SQLite would do it inside the commit that makes the log long, and whoever waits for that commit, or behind it, would
/// wait for megabytes written in places all over the file and for two more turns of the disk. Here commits go on
/// meanwhile. What they add is left over, so the log would never be whole in the file and never begin anew: the thread
/// copies again until little is left, and the next commit copies that little before it begins (SQLite documentation,
/// "Write-Ahead Logging", §3.3).
///
/// `@unchecked Sendable`: `condition` guards every stored property that changes; the connection belongs to the thread.
final class SQLiteCheckpointer: @unchecked Sendable {
    /// Pages in the log that are worth copying: 16 MB. Fewer would write the same pages of the file more often.
    private static let enough = 4000
    /// Pages by which the log must have grown before it is tried again, where a reader stood in the way.
    private static let more = 1000
    /// Pages that a commit may copy without being felt: 800 KB.
    private static let little = 200
    /// How long a commit waits for readers that keep the log from beginning anew, in milliseconds. Most read for less.
    private static let patience: Int32 = 5

    private let connection: DatabaseQueue
    private let condition = NSCondition()
    private var pages = 0
    /// The log is not tried before it has as many pages.
    private var threshold = enough
    private var isStopping = false
    private var isStopped = false
    private let leavesRest = Atomic(false)
    /// Called after each copy, before it is asked what came meanwhile; tests write here.
    let afterCopy = Mutex<(@Sendable () -> Void)?>(nil)

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

    /// Between two commits, on the connection that writes: copies what the last copy left and lets the log begin anew.
    func finish(on writer: Database) {
        guard leavesRest.exchange(false, ordering: .relaxed) else { return }
        // A reader of the log as it is keeps it; readers that come meanwhile find everything in the file.
        sqlite3_busy_timeout(writer.sqliteConnection, Self.patience)
        defer { sqlite3_busy_timeout(writer.sqliteConnection, Int32(SQLiteEngine.busySeconds * 1000)) }
        _ = Self.copy(writer, SQLITE_CHECKPOINT_RESTART)
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
            copyUntilLittleIsLeft()
            threshold = pages + Self.more
        }
        isStopped = true
        condition.broadcast()
        condition.unlock()
    }

    /// Holds the lock when it is called and when it returns, and not while it copies.
    private func copyUntilLittleIsLeft() {
        var left = pages
        while !isStopping {
            let before = left
            condition.unlock()
            let copy = connection.unsafeRead { Self.copy($0, SQLITE_CHECKPOINT_PASSIVE) }
            afterCopy.withLock { $0 }?()
            condition.lock()
            // Shorter than it was: everything was copied, and it began anew.
            guard let copy, pages >= copy.inLog else { return }
            // SQLite counts what was in the log when the copy began; commits went on.
            left = pages - copy.copied
            if left > Self.little && left < before / 2 { continue }
            // Commits that are written as fast as they are copied wait for one copy; a reader that stays is not waited for.
            let isHeld = copy.copied < copy.inLog
            if !isHeld || left <= Self.more { leavesRest.store(true, ordering: .relaxed) }
            return
        }
    }

    /// Pages in the log when the copy began, and how many of them are in the file; a reader that still reads a page as it
    /// was keeps it from being copied. Nothing where the disk is full or broken or another program copies: a disk shows
    /// that with the next commit too, and the log keeps everything until then.
    private static func copy(_ database: Database, _ mode: Int32) -> (inLog: Int, copied: Int)? {
        var (inLog, copied) = (Int32(0), Int32(0))
        let code = sqlite3_wal_checkpoint_v2(database.sqliteConnection, nil, mode, &inLog, &copied)
        return code == SQLITE_OK ? (Int(inLog), Int(copied)) : nil
    }
}

/// After each commit, on its thread: how many pages the log has now.
private func noteLog(
    _ context: UnsafeMutableRawPointer?, _: OpaquePointer?, _: UnsafePointer<CChar>?, pages: Int32
) -> Int32 {
    if let context { Unmanaged<SQLiteCheckpointer>.fromOpaque(context).takeUnretainedValue().note(pages: Int(pages)) }
    return SQLITE_OK
}
