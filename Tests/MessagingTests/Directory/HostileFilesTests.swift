import Foundation
import Testing

@testable import Messaging

@Suite("Real-world and hostile import files")
struct HostileFilesTests {
    /// Store that records the changes it is given.
    private final class Store: DirectoryStore, @unchecked Sendable {
        // Unchecked: an import writes one batch at a time, and the result is read afterwards.
        var taken: [EntityChange] = []
        var largestBatch = 0

        func apply(
            _ prepared: [PreparedChange], of kind: EntityKind, isImport: Bool, at: Timestamp
        ) throws -> [RowOutcome] {
            let known = Set(taken.map(\.externalID))
            let changes = prepared.map(\.change)
            taken += changes
            largestBatch = max(largestBatch, changes.count)
            return changes.map { known.contains($0.externalID) ? .updated : .created }
        }
        func save(_ change: EntityChange, to id: Int64, version: Int64, at: Timestamp) throws -> RowOutcome {
            .unchanged
        }
        func upsert(_ entity: Entity, at: Timestamp) throws -> Int64 { 0 }
        func entities(_ kind: EntityKind, linkedTo entity: EntityReference, limit: Int) throws -> [Entity] { [] }
        func channels(of entityID: Int64, limit: Int) throws -> [Channel] { [] }
        func deleteEntity(_ id: Int64) throws {}
        func entity(_ id: Int64) throws -> Entity? { nil }
        func entity(kind: EntityKind, externalID: String) throws -> Entity? { nil }
        func search(_ search: EntitySearch, from start: PageStart, limit: Int) throws -> Page<Entity> {
            Page(items: [])
        }
    }

    private struct Taken {
        var progress: ImportProgress
        var changes: [EntityChange]
        var rejected: [String]
        var encoding: TextEncoding
        var largestBatch: Int
    }

    private func take(_ bytes: [UInt8], name: String = "a.csv", kind: EntityKind = .member) throws -> Taken {
        let path = NSTemporaryDirectory() + "switchboard-test-" + UUID().uuidString
        let rejectedPath = path + ".rejected"
        FileManager.default.createFile(atPath: path, contents: Data(bytes))
        defer {
            try? FileManager.default.removeItem(atPath: path)
            try? FileManager.default.removeItem(atPath: rejectedPath)
        }
        let store = Store()
        let file = try ImportFile(path: path, name: name, subject: .entities(kind))
        var work = try FileImport(
            file, at: path, by: EntityRows(kind, mapping: file.mapping, phones: PhoneReader(), into: store),
            rejects: RejectedRows(path: rejectedPath, of: file))
        let progress = try work.run()
        let rejected = (try? String(contentsOfFile: rejectedPath, encoding: .utf8)) ?? ""
        return Taken(
            progress: progress, changes: store.taken,
            rejected: rejected.components(separatedBy: "\r\n").filter { !$0.isEmpty }, encoding: file.form.encoding,
            largestBatch: store.largestBatch)
    }

    private func take(_ text: String, name: String = "a.csv") throws -> Taken { try take(Array(text.utf8), name: name) }

    @Test(
        "All variants of quotes, delimiters and line endings are read", arguments: [",", ";", "\t", "|"],
        ["\n", "\r\n", "\r"])
    func dialects(delimiter: String, end: String) throws {
        // Names never contain a tab, quoted or not.
        let inner = delimiter == "\t" ? "," : delimiter
        let rows = [
            ["id", "first name", "Last Name", "note"], ["m-1", "\"Ada\"", "\"Love\(inner)lace\"", "say \"hi\""],
            ["m-2", "\"a \"\"b\"\" c\"", "\"two\nlines\"", ""],
        ]
        let taken = try take(rows.map { $0.joined(separator: delimiter) }.joined(separator: end))
        #expect(taken.changes.first?.lastName == "Love\(inner)lace")
        #expect(taken.changes.first?.attributes == ["note": "say \"hi\""])
        // A name with a line break is invalid.
        #expect(taken.progress.rejected == 1)
        #expect(taken.rejected.count == 2)
    }

    @Test("UTF-8 with a byte order mark, both UTF-16 orders and Latin-1 are detected")
    func encodings() throws {
        let text = "id,first_name,last_name,tier\r\nm-1,Zoë,Müller,€ 5\r\n"
        func utf16(_ text: String, little: Bool) -> [UInt8] {
            text.utf16.flatMap { little ? [UInt8($0 & 0xFF), UInt8($0 >> 8)] : [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        }
        let latin: [UInt8] = text.unicodeScalars.map { $0 == "€" ? 0x80 : UInt8($0.value) }
        let cases: [([UInt8], TextEncoding)] = [
            (Array(text.utf8), .utf8), ([0xEF, 0xBB, 0xBF] + Array(text.utf8), .utf8),
            (utf16("\u{FEFF}" + text, little: true), .utf16Little),
            (utf16("\u{FEFF}" + text, little: false), .utf16Big),
            (utf16(text, little: true), .utf16Little), (latin, .latin1),
        ]
        for (bytes, encoding) in cases {
            let taken = try take(bytes)
            #expect(taken.encoding == encoding)
            #expect(taken.changes.first?.firstName == "Zoë", "\(encoding)")
            #expect(taken.changes.first?.lastName == "Müller", "\(encoding)")
            #expect(taken.changes.first?.attributes == ["tier": "€ 5"], "\(encoding)")
        }
    }

    @Test("A 10 MB line is rejected, and the lines around it are imported")
    func longLine() throws {
        let long = String(repeating: "x", count: 10 << 20)
        for broken in ["m-2,\(long)", "m-2,\"\(long)", "\"\(long)"] {
            let taken = try take("id,first_name\nm-1,Ada\n\(broken)\nm-3,Grace\n")
            #expect(taken.changes.map(\.externalID) == ["m-1", "m-3"])
            #expect(taken.progress.rejected == 1)
            #expect(taken.rejected.last?.contains("longer than 1 MB") == true)
            #expect(taken.rejected.last.map { $0.utf8.count < 2_000 } == true)
        }
    }

    @Test("50,000 columns are rejected, in the header and in a row")
    func wide() throws {
        let wide = (1...50_000).map { "c\($0)" }.joined(separator: ",")
        #expect(throws: ImportFile.Unusable.self) { try take(wide + "\n1,2\n") }
        let taken = try take("id,first_name\n\(wide)\nm-1,Ada\n")
        #expect(taken.changes.map(\.externalID) == ["m-1"])
        #expect(taken.rejected.last?.contains("more than 500 columns") == true)
    }

    @Test("Formula cells are imported as text, exported safely, and round-trip unchanged")
    func formulas() throws {
        let cells = ["=1+1", "+27821234567", "-5", "@sum", "\tx", "plain", "'=quoted", "O'Neil"]
        for cell in cells {
            let line = CSVWriter.cell(cell)
            let first = line.first == "\"" ? line.dropFirst().first : line.first
            #expect(!"=+-@\t".contains(first ?? "x"), "\(cell)")
            if !cell.hasPrefix("'") { #expect(CSVWriter.original(CSVWriter.neutral(cell)) == cell) }
        }
        let taken = try take("id,first_name,mobile\nm-1,=cmd(),+27821234567\nm-2,Eve,'+27821234568\nm-3,=x,12\n")
        #expect(taken.changes.map(\.mobile) == ["+27821234567", "+27821234568"])
        #expect(taken.changes.first?.firstName == "=cmd()")
        #expect(taken.rejected.last?.hasPrefix("m-3,'=x,12,") == true)
    }

    @Test("A duplicate id changes one record twice")
    func duplicates() throws {
        let taken = try take("id,first_name\n" + (1...1200).map { "m-\($0 % 600),N\($0)\n" }.joined())
        #expect(taken.progress.rows == 1200)
        #expect(taken.progress.rejected == 0)
        #expect(taken.largestBatch <= FileImportLimits.batchRows)
    }

    @Test("In a truncated file complete rows are imported and the incomplete one is reported")
    func half() throws {
        let cut = try take("id,first_name,last_name\nm-1,Ada,Lovelace\nm-2,Gra")
        #expect(cut.changes.map(\.externalID) == ["m-1"])
        #expect(cut.rejected.last?.contains("Line 3: The line has 2 columns, the header 3") == true)
        let quoted = try take("id,first_name,last_name\nm-1,Ada,Lovelace\nm-2,Grace,\"Hop")
        #expect(quoted.rejected.last?.contains("ends inside a quoted cell") == true)
        let json = try take("{\"external_id\":\"m-1\"}\n{\"external_id\":\"m-2\",\"fir", name: "a.ndjson")
        #expect(json.changes.map(\.externalID) == ["m-1"])
        #expect(json.rejected.last?.contains("Line 2: The line is not valid JSON") == true)
        var utf16 = Array("\u{FEFF}id,first_name\nm-1,Ada\n".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        utf16.removeLast()
        #expect(try take(utf16).progress.rows == 1)
    }

    @Test("Binary data is never stored in a record")
    func binary() throws {
        let taken = try take("id,first_name\nm-1,A\u{0}da\nm-2,\u{7F}\nm-3,Grace\n")
        #expect(taken.changes.map(\.externalID) == ["m-3"])
        #expect(throws: ImportFile.Unusable.self) { try take("") }
        #expect(throws: ImportFile.Unusable.self) { try take("\n\n  \n") }
    }

    @Test("Deeply nested and overlong JSON lines are rejected")
    func json() throws {
        let deep = "{\"external_id\":\"m-1\",\"attributes\":" + String(repeating: "[", count: 100_000) + "}"
        let long = "{\"external_id\":\"" + String(repeating: "x", count: 300_000) + "\"}"
        let taken = try take("\(deep)\n\(long)\n[]\n{\"external_id\":\"m-3\"}\n", name: "a.jsonl")
        #expect(taken.changes.map(\.externalID) == ["m-3"])
        #expect(taken.progress.rejected == 3)
    }

    @Test("Columns are mapped by their common names")
    func mapping() {
        let header = ["Member ID", "E-mail", "Cell number", "Surname", "Date of Birth", "id", "", "reason"]
        let mapping = ColumnMapping(guessing: header, of: .entities(.member))
        #expect(
            mapping.targets == [
                .field("external_id"), .field("email"), .field("mobile"), .field("last_name"),
                .attribute("date_of_birth"),
                .ignored, .ignored, .ignored,
            ])
        #expect(mapping.problem(of: .entities(.member)) == nil)
        #expect(ColumnMapping(guessing: ["name"], of: .entities(.account)).problem(of: .entities(.account)) != nil)
        for target in mapping.targets { #expect(ColumnTarget(code: target.code, of: .entities(.member)) == target) }
        #expect(ColumnTarget(code: "field:member", of: .entities(.member)) == nil)
        #expect(ColumnTarget(code: "attribute:{{x}}", of: .entities(.member)) == nil)
    }
}
