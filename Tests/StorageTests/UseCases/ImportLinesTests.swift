import Foundation
import Messaging
import Synchronization
import TestSupport
import Testing

@testable import Storage

@Suite("Importing lines")
struct ImportLinesTests {
    private static func lines(_ count: Int) -> [UInt8] {
        Array((1...count).map { #"{"external_id":"m-\#($0)"}"# }.joined(separator: "\n").utf8)
    }

    private func act(_ count: Int) -> ImportLines {
        ImportLines(
            .bytes(Self.lines(count)), into: .entities(.member), rejects: FirstRejectedRows(most: 1), clock: .system)
    }

    @Test("the audit says that it began and what came of it", arguments: EngineUnderTest.allCases)
    func whole(_ engine: EngineUnderTest) throws {
        let fixture = try ActFixture(engine)
        #expect(try fixture.perform(act(3)).created == 3)
        #expect(
            try fixture.audited() == [
                "import members · API · started", "import members · API · created 3, updated 0, rejected 0",
            ])
    }

    @Test(
        "without a line there is no import, and no entry",
        arguments: EngineUnderTest.allCases, ["", "\n \r\n\t\n", "\u{FEFF}\n"])
    func empty(_ engine: EngineUnderTest, _ text: String) throws {
        let fixture = try ActFixture(engine)
        let file = fixture.temporary.folder + "/lines"
        try Data(text.utf8).write(to: URL(filePath: file))
        let mark = text.hasPrefix("\u{FEFF}") ? 3 : 0
        let sources: [ImportLines.Source] = [
            .bytes(Array(text.utf8)), .file(path: file, TextSource.Form(encoding: .utf8, mark: mark)),
        ]
        for source in sources {
            let act = ImportLines(
                source, into: .entities(.member), rejects: FirstRejectedRows(most: 1), clock: .system)
            #expect(try fixture.perform(act).rows == 0)
        }
        #expect(try fixture.audited() == [])
    }

    @Test("one that cannot be audited takes nothing", arguments: EngineUnderTest.allCases)
    func unaudited(_ engine: EngineUnderTest) throws {
        let isFull = Mutex(false)
        let fixture = try ActFixture(engine) {
            if isFull.withLock({ $0 }) { throw StoreUnavailable(isFull: true, detail: "full") }
        }
        isFull.withLock { $0 = true }
        #expect(throws: StoreUnavailable.self) { try fixture.perform(act(3)) }
        isFull.withLock { $0 = false }
        #expect(try fixture.store.search(EntitySearch(kind: .member), from: .newest, limit: 10).items.isEmpty)
    }

    @Test("one that breaks off keeps what it had, and says so", arguments: EngineUnderTest.allCases)
    func interrupted(_ engine: EngineUnderTest) throws {
        let left = Mutex(Int.max)
        let fixture = try ActFixture(engine) {
            let isFull = left.withLock { left in
                left -= 1
                // The second batch alone finds no room.
                return left == 0
            }
            if isFull { throw StoreUnavailable(isFull: true, detail: "full") }
        }
        left.withLock { $0 = 3 }
        let count = FileImportLimits.batchRows * 2
        let broken = #expect(throws: ImportInterrupted.self) { try fixture.perform(act(count)) }
        #expect(broken?.reason == "The disk is full.")
        let kept = try fixture.store.search(EntitySearch(kind: .member), from: .newest, limit: count).items.count
        #expect(kept == FileImportLimits.batchRows)
        let audited = try fixture.audited()
        #expect(audited.first == "import members · API · started")
        #expect(audited.count == 2 && audited[1].hasPrefix("import members · API · failed: created "))
        #expect(try fixture.perform(act(count)).unchanged == kept)
    }
}
