import Foundation
import Messaging
import Synchronization
import TestSupport
import Testing

@testable import Storage

@Suite("The log of commits and the file")
struct CheckpointTests {
    private let folder = NSTemporaryDirectory() + "switchboard-test-\(UUID().uuidString)"

    /// Pages of a commit, and commits after which something that happens beside them must have happened.
    private static let page = 4096
    private static let patience = 50_000

    private func makeEngine() throws -> SQLiteEngine {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let engine = try SQLiteEngine(path: folder + "/x.sqlite")
        try engine.write(.accept) { try $0.run("CREATE TABLE blobs (id INTEGER PRIMARY KEY, bytes BLOB)") }
        return engine
    }

    private func write(_ number: Int, to engine: SQLiteEngine) throws {
        let bytes = [UInt8](repeating: UInt8(number % 251), count: 20 * Self.page)
        try engine.write(.background) {
            try $0.run(
                "INSERT INTO blobs (id, bytes) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes",
                [.integer(Int64(number % 50)), .bytes(bytes)])
        }
    }

    /// Commits until the log is shorter than it was; false when that never comes.
    private func beginsAnew(_ engine: SQLiteEngine) throws -> Bool {
        var longest = 0
        for number in 0..<Self.patience {
            try write(number, to: engine)
            let pages = engine.checkpointer.pagesInLog
            if pages < longest { return true }
            longest = pages
        }
        return false
    }

    @Test("commits that never pause do not keep the log from beginning anew, and the file has it all afterwards")
    func beginsAnewUnderWrites() throws {
        let engine = try makeEngine()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(try beginsAnew(engine))
        #expect(try beginsAnew(engine))
        try write(7, to: engine)
        try engine.close()
        #expect(!FileManager.default.fileExists(atPath: folder + "/x.sqlite-wal"))
        let again = try SQLiteEngine(path: folder + "/x.sqlite")
        let kept = try again.read { connection in
            try connection.rows("SELECT bytes FROM blobs WHERE id = 7") { $0.bytes() }
        }
        #expect(kept == [[UInt8](repeating: 7, count: 20 * Self.page)])
        try again.close()
    }

    @Test("a commit is on the disk before it is answered")
    func commitsAreSynced() throws {
        let engine = try makeEngine()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // 2 is FULL; NORMAL, 1, leaves what was committed since the last copy to the kernel (SQLite documentation,
        // "PRAGMA synchronous").
        for urgency in [WriteUrgency.accept, .delivery, .background] {
            let mode = try engine.write(urgency) { try $0.first("PRAGMA synchronous", [], { $0.int() }) }
            #expect(mode == 2)
        }
        try engine.close()
    }

    /// Each copy leaves what comes while it is made: a little, or so much that no copy ever leaves less.
    @Test("commits that come during every copy do not keep the log from beginning anew", arguments: [1, 30])
    func beginsAnewUnderEveryCopy(commits: Int) throws {
        let engine = try makeEngine()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let copies = Atomic(0)
        engine.checkpointer.afterCopy.withLock {
            $0 = { [weak engine] in
                guard let engine else { return }
                copies.add(1, ordering: .relaxed)
                for number in 0..<commits {
                    #expect(throws: Never.self) { try write(number, to: engine) }
                }
            }
        }
        for _ in 0..<3 { #expect(try beginsAnew(engine)) }
        // The last copy may be counted after the log began anew.
        #expect(copies.load(ordering: .relaxed) >= 2)
        try engine.close()
    }

    @Test("a reader that stays sees what it saw, and once it is gone the log begins anew")
    func longReader() throws {
        let engine = try makeEngine()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write(0, to: engine)
        try engine.read { connection in
            let first = try connection.rows("SELECT bytes FROM blobs WHERE id = 0") { $0.bytes() }
            // Three times as much as makes a copy worth it.
            for number in 1..<700 { try write(number, to: engine) }
            #expect(engine.checkpointer.pagesInLog > 12_000)
            #expect(try connection.rows("SELECT bytes FROM blobs WHERE id = 0") { $0.bytes() } == first)
            #expect(try connection.rows("SELECT id FROM blobs") { $0.int() } == [0])
        }
        #expect(try beginsAnew(engine))
        try engine.close()
    }

    @Test("more readers at once than there are connections all read what is there; a closed store says so")
    func manyReaders() throws {
        let engine = try makeEngine()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write(3, to: engine)
        let seen = Mutex<[Int64]>([])
        DispatchQueue.concurrentPerform(iterations: 40) { _ in
            let ids = try? engine.read { connection in
                // Two looks at one moment, whatever is written between them.
                let first = try connection.rows("SELECT id FROM blobs") { $0.int() }
                try write(4, to: engine)
                return first == (try connection.rows("SELECT id FROM blobs") { $0.int() }) ? first : []
            }
            seen.withLock { $0.append(ids?.first ?? -1) }
        }
        #expect(seen.withLock { $0 } == [Int64](repeating: 3, count: 40))
        try engine.close()
        #expect(throws: (any Error).self) { try engine.read { _ in } }
    }
}
