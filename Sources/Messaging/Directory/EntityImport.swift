import Foundation

/// How far an import is.
public struct ImportProgress: Sendable, Hashable {
    public var bytes = 0
    public var bytesInAll = 0
    public var rows = 0
    public var created = 0
    public var updated = 0
    public var unchanged = 0
    public var rejected = 0

    public init() {}

    /// 0 to 100.
    public var percent: Int { bytesInAll > 0 ? min(100, bytes * 100 / bytesInAll) : 0 }
}

/// Takes a file into the directory, some hundred rows a commit. Memory holds one batch, whatever the size of the file;
/// stopped half-way and run again it changes nothing twice, because every row says which record it is about.
public struct EntityImport {
    /// Rows of one commit: few enough that whoever waits for an accept does not notice, enough to make an fsync cheap.
    public static let batchRows = 500

    private let file: EntityFile
    private let store: any DirectoryStore
    private let clock: WallClock
    private let reader: EntityReader
    private let rejects: RejectedRows
    private var progress = ImportProgress()
    private var batch: [(change: EntityChange, line: Int, fields: [String])] = []

    /// Rejected rows go to `rejectedPath`, which is made when the first one comes.
    public init(_ file: EntityFile, into store: any DirectoryStore, rejectedPath: String, clock: WallClock = .system) {
        self.file = file
        self.store = store
        self.clock = clock
        reader = EntityReader(kind: file.kind)
        rejects = RejectedRows(path: rejectedPath, header: file.format == .ndjson ? ["line"] : file.header)
    }

    /// Runs to the end of the file, or until `report`, called after every commit, answers false.
    public mutating func run(report: (ImportProgress) -> Bool = { _ in true }) throws -> ImportProgress {
        let source = try TextSource(path: file.path, form: file.form)
        progress.bytesInAll = source.size
        switch file.format {
        case .csv(let delimiter): try runTable(source, delimiter, report)
        case .ndjson: try runLines(source, report)
        }
        try rejects.finish()
        return progress
    }

    private mutating func runTable(
        _ source: TextSource, _ delimiter: UInt8, _ report: (ImportProgress) -> Bool
    ) throws {
        var table = CSVReader(source, delimiter: delimiter)
        _ = try table.next()
        while let record = try table.next() {
            progress.rows += 1
            if let problem = record.problem {
                try reject(record.line, record.fields, problem)
            } else if record.fields.count != file.header.count {
                try reject(record.line, record.fields, Self.wrongCount(record.fields.count, file.header.count))
            } else {
                try take(record)
            }
            progress.bytes = source.position
            if batch.count >= Self.batchRows {
                try commit()
                guard report(progress) else { return }
            }
        }
        try commit()
        _ = report(progress)
    }

    private static func wrongCount(_ found: Int, _ wanted: Int) -> String {
        "The line has \(found) columns, the header \(wanted): something is cut off, or a quote or delimiter is missing."
    }

    private mutating func take(_ record: CSVRecord) throws {
        var change = EntityChange()
        var problems: [EntityProblem] = []
        for (target, cell) in zip(file.mapping.targets, record.fields) {
            switch target {
            case .ignored: continue
            case .field(let field): reader.set(field, CSVWriter.original(cell), in: &change, &problems)
            case .attribute(let name):
                let value = MergeValue.string(CSVWriter.original(cell))
                if let problem = EntityReader.problem(withAttribute: value) {
                    problems.append(EntityProblem(name, problem))
                }
                // A cell that is empty says that nothing is known, not that the attribute is an empty text.
                change.attributes[name] = cell.isEmpty ? .null : value
            }
        }
        reader.finish(change, &problems)
        if problems.isEmpty {
            batch.append((change, record.line, record.fields))
        } else {
            try reject(record.line, record.fields, Self.words(problems))
        }
    }

    private mutating func runLines(_ source: TextSource, _ report: (ImportProgress) -> Bool) throws {
        var lines = LineReader(source, limit: MergeValue.maximumBytes)
        while let line = try lines.next() {
            if let bytes = line.bytes, bytes.allSatisfy({ $0 <= 0x20 }) { continue }
            progress.rows += 1
            progress.bytes = source.position
            switch reader.read(line: line.bytes) {
            case .success(let change):
                batch.append((change, line.number, [String(decoding: line.bytes ?? [], as: UTF8.self)]))
            case .failure(let problems):
                let text = String(decoding: (line.bytes ?? []).prefix(2_000), as: UTF8.self)
                try reject(line.number, [text], Self.words(problems.all))
            }
            if batch.count >= Self.batchRows {
                try commit()
                guard report(progress) else { return }
            }
        }
        try commit()
        _ = report(progress)
    }

    private mutating func commit() throws {
        guard !batch.isEmpty else { return }
        let outcomes = try store.apply(batch.map(\.change), of: file.kind, isImport: true, at: clock.now())
        for (row, outcome) in zip(batch, outcomes) {
            switch outcome {
            case .created: progress.created += 1
            case .updated: progress.updated += 1
            case .unchanged: progress.unchanged += 1
            case .rejected(let problems): try reject(row.line, row.fields, Self.words(problems))
            }
        }
        batch.removeAll(keepingCapacity: true)
    }

    private mutating func reject(_ line: Int, _ fields: [String], _ reason: String) throws {
        progress.rejected += 1
        try rejects.add(fields, "Line \(line): \(reason)")
    }

    private static func words(_ problems: [EntityProblem]) -> String {
        problems.map { $0.field.isEmpty ? $0.message : "\($0.field): \($0.message)" }.joined(separator: " ")
    }
}

/// Why a line of NDJSON was not taken.
public struct LineProblems: Error, Sendable, Hashable {
    public var all: [EntityProblem]
}

extension EntityReader {
    /// One line of NDJSON; `nil` for one that was too long.
    public func read(line: [UInt8]?) -> Result<EntityChange, LineProblems> {
        func refuse(_ words: String) -> Result<EntityChange, LineProblems> {
            .failure(LineProblems(all: [EntityProblem("", words)]))
        }
        guard let line else { return refuse("The line is longer than \(MergeValue.maximumBytes / 1024) KB.") }
        guard let text = String(validating: line, as: UTF8.self) else { return refuse("The line is not valid UTF-8.") }
        do {
            guard case .object(let members) = try MergeValue(json: text) else {
                return refuse("The line is not a JSON object.")
            }
            let (change, problems) = read(members, isWhole: false)
            return problems.isEmpty ? .success(change) : .failure(LineProblems(all: problems))
        } catch {
            return refuse("The line is not valid JSON: is it whole?")
        }
    }
}

/// The file of the rows that were not taken, with the reason in a last column.
final class RejectedRows {
    /// The name of the last column.
    static let reason = "reason"
    private let path: String
    private let header: [String]
    private var handle: FileHandle?
    private var waiting = ""

    init(path: String, header: [String]) {
        self.path = path
        self.header = header.last == Self.reason ? header.dropLast() : header
    }

    func add(_ fields: [String], _ reason: String) throws {
        if handle == nil {
            guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
                let made = FileHandle(forWritingAtPath: path)
            else { throw UnreadableFile(path: path, code: errno) }
            handle = made
            waiting = CSVWriter.line(header + [Self.reason])
        }
        let known = fields.prefix(header.count)
        let padding = [String](repeating: "", count: header.count - known.count)
        waiting += CSVWriter.line(known + padding + [reason])
        if waiting.utf8.count > 64 * 1024 { try flush() }
    }

    private func flush() throws {
        try handle?.write(contentsOf: Data(waiting.utf8))
        waiting = ""
    }

    func finish() throws {
        try flush()
        try handle?.close()
        handle = nil
    }
}
