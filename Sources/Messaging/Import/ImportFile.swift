/// A file of rows, analysed before the import.
public struct ImportFile: Sendable, Hashable {
    public enum Format: Sendable, Hashable {
        case csv(delimiter: UInt8)
        /// One JSON object per line.
        case ndjson
    }

    /// Rows in the preview.
    public static let previewRows = 5

    public var subject: ImportSubject
    public var format: Format
    public var form: TextSource.Form
    /// Column titles of a CSV file; members of an NDJSON file need no mapping.
    public var header: [String]
    public var preview: [[String]]
    public var mapping: ColumnMapping

    /// The file cannot be imported; states why.
    public struct Unusable: Error, Sendable, Hashable, CustomStringConvertible {
        public var description: String
    }

    /// Restores a file that was analysed before.
    public init(
        subject: ImportSubject, format: Format, form: TextSource.Form, header: [String], preview: [[String]],
        mapping: ColumnMapping
    ) {
        self.subject = subject
        self.format = format
        self.form = form
        self.header = header
        self.preview = preview
        self.mapping = mapping
    }

    /// Reason why the current mapping does not allow an import.
    public var problem: String? { format == .ndjson ? nil : mapping.problem(of: subject) }

    /// `name` is a hint if the content does not determine the format.
    public init(path: String, name: String, subject: ImportSubject) throws {
        self.subject = subject
        form = try TextSource.form(of: path)
        (header, preview, mapping) = ([], [], ColumnMapping([]))
        format = .ndjson
        let isNDJSON = [".ndjson", ".jsonl", ".json"].contains { name.lowercased().hasSuffix($0) }
        let firstByte = try Self.firstByte(path, form)
        guard let firstByte else { throw Unusable(description: "The file is empty.") }
        if isNDJSON || firstByte == UInt8(ascii: "{") {
            try readLines(path)
        } else {
            try readTable(path)
        }
    }

    private static func firstByte(_ path: String, _ form: TextSource.Form) throws -> UInt8? {
        let source = try TextSource(path: path, form: form)
        while let piece = try source.next() {
            if let byte = piece.first(where: { $0 > 0x20 }) { return byte }
        }
        return nil
    }

    private mutating func readLines(_ path: String) throws {
        var reader = LineReader(try TextSource(path: path, form: form), limit: MergeValue.maximumBytes)
        while preview.count < Self.previewRows, let line = try reader.next() {
            let text = String(decoding: (line.bytes ?? []).prefix(300), as: UTF8.self)
            if !text.allSatisfy(\.isWhitespace) { preview.append([text]) }
        }
    }

    private mutating func readTable(_ path: String) throws {
        let delimiter = try CSVReader.delimiter(of: path, form: form)
        format = .csv(delimiter: delimiter)
        var reader = CSVReader(try TextSource(path: path, form: form), delimiter: delimiter)
        guard let first = try reader.next() else { throw Unusable(description: "The file is empty.") }
        if let problem = first.problem { throw Unusable(description: "The header cannot be read. \(problem)") }
        header = first.fields.map(EntityReader.trimmed)
        if let long = header.first(where: { $0.utf8.count > EntityReader.longestText }) {
            throw Unusable(
                description:
                    "The first line must contain the column names. “\(long.prefix(40))…” is too long for one.")
        }
        mapping = ColumnMapping(guessing: header, of: subject)
        while preview.count < Self.previewRows, let record = try reader.next() {
            if record.problem == nil { preview.append(record.fields.map { String($0.prefix(60)) }) }
        }
    }
}
