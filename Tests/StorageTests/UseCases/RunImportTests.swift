import Foundation
import Messaging
import TestSupport
import Testing

@testable import Storage

@Suite("Running an import")
struct RunImportTests {
    private func job(_ fixture: ActFixture) throws -> (job: ImportJob, path: String) {
        let path = fixture.temporary.folder + "/people.csv"
        try Data("id\nm-1\n".utf8).write(to: URL(filePath: path))
        let file = ImportFile(
            subject: .entities(.member), format: .csv(delimiter: 0x2C), form: .init(encoding: .utf8, mark: 0),
            header: ["id"], preview: [["m-1"]], mapping: ColumnMapping([.field("external_id")]))
        let job = ImportJob(
            id: "a", ownerID: 1, filename: "people.csv", file: file, createdAt: StoreFixture.noon)
        try fixture.store.addImport(job)
        return (job, path)
    }

    /// Whether another run took over before the end, what the run is told, and the entry of the end.
    static let endings: [(isReplaced: Bool, mayGoOn: Bool, end: ImportJob.State)] = [
        (false, true, .done), (false, false, .stopped), (true, true, .interrupted), (true, false, .interrupted),
    ]

    @Test("only the run that counts ends an import", arguments: EngineUnderTest.allCases, endings)
    func ends(_ engine: EngineUnderTest, _ line: (isReplaced: Bool, mayGoOn: Bool, end: ImportJob.State)) throws {
        let fixture = try ActFixture(engine)
        let (job, path) = try job(fixture)
        let store = fixture.store
        #expect(try fixture.perform(BeginImport(job, runner: "first")))
        let later = StoreFixture.noon + ImportJob.longestSilence + .seconds(1)
        let act = RunImport(
            job, runner: "first", at: path, rejects: FirstRejectedRows(most: 1), clock: WallClock { later }
        ) { _ in
            if line.isReplaced { _ = try? store.beginImport("a", runner: "second", at: later) }
            return line.mayGoOn
        }
        #expect(try fixture.perform(act).state == line.end)
        #expect(
            try fixture.audited() == [
                "import members · people.csv · started",
                "import members · people.csv · \(line.end.rawValue): created 1, updated 0, unchanged 0, rejected 0",
            ])
        #expect(try store.importJob("a")?.state == (line.isReplaced ? .running : line.end))
    }
}
