import Foundation
import Testing

@testable import Messaging

@Suite("Rejected rows file")
struct RejectedRowsTests {
    private func file(header: [String]) -> ImportFile {
        ImportFile(
            subject: .entities(.member), format: .csv(delimiter: 0x2C), form: .init(encoding: .utf8, mark: 0),
            header: header, preview: [], mapping: ColumnMapping([]))
    }

    @Test("The file is written incrementally, stays within its limit, and counts the rows left out")
    func bounded() throws {
        let path = NSTemporaryDirectory() + "switchboard-test-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        let rows = RejectedRows(path: path, of: file(header: ["id"]), mostBytes: 1000)
        for line in 1...100 {
            try rows.add(line: line, fields: ["m-\(line)"], RowProblems([RowProblem("email", "Not an address.")]))
        }
        try rows.finish()
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let lines = text.split(separator: "\r\n")
        #expect(text.utf8.count < 1200)
        #expect(lines.count > 10)
        #expect(lines[1] == "m-1,Line 1: email: Not an address.")
        #expect(lines.last?.contains("\(100 - (lines.count - 2)) more were rejected") == true)
    }

    @Test("A file left by an interrupted run is not reused")
    func leftOver() throws {
        let path = NSTemporaryDirectory() + "switchboard-test-" + UUID().uuidString
        #expect(FileManager.default.createFile(atPath: path, contents: Data("old".utf8)))
        let rows = RejectedRows(path: path, of: file(header: ["id"]))
        try rows.finish()
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
