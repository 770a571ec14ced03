/// A file of records, looked at before anything is taken from it.
public struct EntityFile: Sendable {
    public enum Format: Sendable, Hashable {
        case csv(delimiter: UInt8)
        /// One JSON object a line.
        case ndjson
    }

    /// Rows of the preview.
    public static let previewRows = 5

    public var path: String
    public var kind: EntityKind
    public var format: Format
    public var form: TextSource.Form
    /// The titles of a CSV file; the members of an NDJSON file need no mapping.
    public var header: [String]
    public var preview: [[String]]
    public var mapping: ColumnMapping

    /// A file nothing can be taken from: why.
    public struct Unusable: Error, Sendable, Hashable, CustomStringConvertible {
        public var description: String
    }

    /// `name` only helps where the content does not say what it is.
    public init(path: String, name: String, kind: EntityKind) throws {
        self.path = path
        self.kind = kind
        form = try TextSource.form(of: path)
        (header, preview, mapping) = ([], [], ColumnMapping([]))
        format = .ndjson
        let isNDJSON = [".ndjson", ".jsonl", ".json"].contains { name.lowercased().hasSuffix($0) }
        let firstByte = try Self.firstByte(path, form)
        guard let firstByte else { throw Unusable(description: "The file is empty.") }
        if isNDJSON || firstByte == UInt8(ascii: "{") {
            try readLines()
        } else {
            try readTable()
        }
    }

    private static func firstByte(_ path: String, _ form: TextSource.Form) throws -> UInt8? {
        let source = try TextSource(path: path, form: form)
        while let piece = try source.next() {
            if let byte = piece.first(where: { $0 > 0x20 }) { return byte }
        }
        return nil
    }

    private mutating func readLines() throws {
        var reader = LineReader(try TextSource(path: path, form: form), limit: MergeValue.maximumBytes)
        while preview.count < Self.previewRows, let line = try reader.next() {
            let text = String(decoding: (line.bytes ?? []).prefix(300), as: UTF8.self)
            if !text.allSatisfy(\.isWhitespace) { preview.append([text]) }
        }
    }

    private mutating func readTable() throws {
        let delimiter = try CSVReader.delimiter(of: path, form: form)
        format = .csv(delimiter: delimiter)
        var reader = CSVReader(try TextSource(path: path, form: form), delimiter: delimiter)
        guard let first = try reader.next() else { throw Unusable(description: "The file is empty.") }
        if let problem = first.problem { throw Unusable(description: "The header cannot be read. \(problem)") }
        header = first.fields.map(EntityReader.trimmed)
        if let long = header.first(where: { $0.utf8.count > EntityReader.longestText }) {
            throw Unusable(
                description:
                    "The first line must hold the titles of the columns; “\(long.prefix(40))…” is too long for one.")
        }
        mapping = ColumnMapping(guessing: header, kind: kind)
        while preview.count < Self.previewRows, let record = try reader.next() {
            if record.problem == nil { preview.append(record.fields.map { String($0.prefix(60)) }) }
        }
    }
}
