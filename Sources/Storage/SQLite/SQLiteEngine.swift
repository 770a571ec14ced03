import CStore
import Foundation
import GRDB
import Logging
import Messaging
import Synchronization

/// SQLite through GRDB: one writer with group commits, some readers, WAL, `synchronous=FULL`.
public final class SQLiteEngine: SQLEngine {
    /// Once in the life of the process. It fails where SQLite was used before, which costs speed alone.
    private static let isConfigured = switchboard_sqlite_without_account() == 0
    /// How long a write waits for another process that holds the file, in seconds.
    static let busySeconds = 10.0
    /// Each may keep 8 MB of pages.
    private static let readersAtOnce = 8

    private let writer: DatabasePool
    private let readers: SQLiteReaders
    let checkpointer: SQLiteCheckpointer
    private let queue = WriteQueue()
    let merger = TextIndexMerger()
    public let dialect = Dialect.sqlite
    public let meter = StoreMeter()
    /// Before that there is no index to keep.
    private let isMigrated = Atomic(false)
    /// Called between the statements of a commit and the commit itself; tests make a disk full or a process die here.
    private let beforeCommit: (@Sendable () throws -> Void)?
    /// Called when a commit is on disk and nobody knows yet.
    private let afterCommit: (@Sendable () -> Void)?
    private let listener = Mutex<(@Sendable (WorkSignal) -> Void)?>(nil)

    public init(
        path: String, beforeCommit: (@Sendable () throws -> Void)? = nil, afterCommit: (@Sendable () -> Void)? = nil
    ) throws {
        _ = Self.isConfigured
        var configuration = Configuration()
        configuration.busyMode = .timeout(Self.busySeconds)
        configuration.foreignKeysEnabled = false
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA synchronous = FULL;
                    PRAGMA cache_size = -8000;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA journal_size_limit = 67108864;
                    PRAGMA wal_autocheckpoint = 0;
                    """)
        }
        do {
            let writer = try DatabasePool(path: path, configuration: configuration)
            checkpointer = try writer.unsafeReentrantWrite {
                // A pool sets NORMAL after its connection was prepared: a loss of power would take back what was answered.
                try $0.execute(sql: "PRAGMA synchronous = FULL")
                return try SQLiteCheckpointer(path: path, configuration: configuration, watching: $0)
            }
            self.writer = writer
        } catch let error as DatabaseError {
            throw Self.translate(error)
        }
        readers = SQLiteReaders(path: path, configuration: configuration, limit: Self.readersAtOnce)
        self.beforeCommit = beforeCommit
        self.afterCommit = afterCommit
    }

    deinit { checkpointer.stopSoon() }

    public func read<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result {
        if let open = OpenTransaction.of(self) { return try joined(open, body) }
        do {
            return try readers.read { database in
                try SQLiteConnection(database: database).inTransaction("BEGIN", body)
            }
        } catch let error as DatabaseError {
            throw Self.translate(error)
        }
    }

    public func write<Result>(
        _ urgency: WriteUrgency, _ body: (any SQLConnection) throws -> Result
    ) throws -> Result {
        if let open = OpenTransaction.of(self) { return try joined(open, body) }
        var result: Result?
        let failure: (any Error)? = withoutActuallyEscaping(body) { body in
            let job = WriteQueue.Job { result = try body($0) }
            queue.perform(job, urgency, commit: commit)
            return job.failure
        }
        if let failure {
            throw (failure as? DatabaseError).map(Self.translate) ?? failure
        }
        guard let result else { throw StoreUnavailable(isFull: false, detail: "the write was not carried out") }
        return result
    }

    public func transaction<Result>(_ urgency: WriteUrgency, _ body: () throws -> Result) throws -> Result {
        if OpenTransaction.of(self) != nil { return try body() }
        return try write(urgency) { connection in
            try OpenTransaction(of: self, on: connection).run(body)
        }
    }

    private func joined<Result>(
        _ open: OpenTransaction, _ body: (any SQLConnection) throws -> Result
    ) throws -> Result {
        do {
            return try open.join(body)
        } catch let error as DatabaseError {
            throw Self.translate(error)
        }
    }

    public func notify(_ signal: WorkSignal) { listener.withLock { $0 }?(signal) }

    public func listen(_ listener: @escaping @Sendable (WorkSignal) -> Void) {
        self.listener.withLock { $0 = listener }
    }

    private func commit(_ jobs: [WriteQueue.Job]) {
        let start = ContinuousClock.now
        var hasFailed = false
        defer { meter.note(ContinuousClock.now - start, failed: hasFailed) }
        var signals: Set<WorkSignal> = []
        do {
            try writer.writeWithoutTransaction { database in
                checkpointer.finish(on: database)
                let brought: Brought
                do {
                    brought = try transact(jobs, on: database, run: runTogether)
                } catch is JobFailed {
                    brought = try transact(jobs, on: database, run: runApart)
                }
                signals = brought.signals
                afterCommit?()
                if brought.hasAdded { merger.noteAddition(to: self) }
            }
        } catch {
            hasFailed = true
            for job in jobs where job.failure == nil { job.failure = error }
        }
        signals.forEach(notify)
    }

    /// What a commit left behind for others to do.
    private struct Brought {
        var signals: Set<WorkSignal>
        /// Whether it added to a text index.
        var hasAdded: Bool
    }

    private func transact(
        _ jobs: [WriteQueue.Job], on database: Database, run: ([WriteQueue.Job], SQLiteConnection) throws -> Void
    ) throws -> Brought {
        let signals = SignalCollector()
        return try SQLiteConnection(database: database, signals: signals).inTransaction("BEGIN IMMEDIATE") {
            connection in
            try run(jobs, connection)
            let hasAdded = try isMigrated.load(ordering: .relaxed) && SQLiteTextIndex.indexNewRows(on: connection)
            try beforeCommit?()
            return Brought(signals: signals.raised, hasAdded: hasAdded)
        }
    }

    /// One job of several failed, and everything is taken back.
    private struct JobFailed: Error {}

    /// Without savepoints, for which SQLite keeps a copy of every page that a job touches: jobs hardly ever fail.
    private func runTogether(_ jobs: [WriteQueue.Job], on connection: SQLiteConnection) throws {
        for job in jobs {
            do {
                try job.run(connection)
            } catch {
                throw jobs.count == 1 || Self.endsBatch(error) ? error : JobFailed()
            }
        }
    }

    /// Each job in a savepoint of its own, so that one that fails takes only itself back. A disk that is full or a file
    /// that is damaged ends the whole batch, because SQLite may have rolled everything back already.
    private func runApart(_ jobs: [WriteQueue.Job], on connection: SQLiteConnection) throws {
        for job in jobs {
            try connection.run("SAVEPOINT job")
            do {
                try job.run(connection)
            } catch {
                guard connection.database.isInsideTransaction, !Self.endsBatch(error) else { throw error }
                job.failure = error
                try connection.run("ROLLBACK TO job")
            }
            try connection.run("RELEASE job")
        }
    }

    private static func endsBatch(_ error: any Error) -> Bool {
        // What a joined call made of such a code.
        if error is StoreUnavailable { return true }
        guard let code = (error as? DatabaseError)?.resultCode else { return false }
        return [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_NOMEM, .SQLITE_CORRUPT, .SQLITE_INTERRUPT].contains(code)
    }

    public func migrate() throws {
        try write(.accept) { try Migrations.run(on: $0, dialect: dialect) }
        isMigrated.store(true, ordering: .relaxed)
        merger.wake(self)
    }

    func mergeTextIndexes() throws -> Bool {
        let isCalm = !queue.wasPressed(within: TextIndexMerger.calm)
        let pages = isCalm ? TextIndexMerger.manyPages : TextIndexMerger.pages
        return try write(.background) { try SQLiteTextIndex.merge(pages: pages, on: $0) }
    }

    public func close() throws {
        merger.stop()
        // The last connection to close folds the log into the file, and only one that writes can.
        try readers.close()
        try checkpointer.stop()
        try writer.close()
    }

    private static func translate(_ error: DatabaseError) -> any Error {
        switch error.resultCode {
        case .SQLITE_FULL: StoreUnavailable(isFull: true, detail: "the disk is full")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            StoreUnavailable(isFull: false, detail: "another program holds the database file")
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            StoreUnavailable(isFull: false, detail: "the file is no database, or is damaged")
        case .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN:
            StoreUnavailable(isFull: false, detail: error.message ?? "the database file cannot be used")
        case .SQLITE_CONSTRAINT where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE:
            StoreConflict.duplicate(error.message ?? "")
        default: error
        }
    }
}
