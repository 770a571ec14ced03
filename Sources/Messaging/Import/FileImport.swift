import Dispatch
import Foundation

/// Progress of an import.
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

/// Imports a file in commits of some hundred rows, reading the next batch while earlier ones are written. Memory is
/// bounded by a few batches, whatever the file size. Idempotent: every row identifies its record, so an interrupted
/// import can be run again.
public struct FileImport<Taker: RowTaker> {
    private typealias Batch = [(row: Taker.Row, line: Int, fields: [String])]

    private let source: TextSource
    private let format: ImportFile.Format
    private let columns: Int
    private let taker: Taker
    private let clock: WallClock
    private let rejects: any RejectedRowSink
    private let queue: CommitPipeline<Taker>
    private var progress = ImportProgress()
    private var batch: Batch = []
    /// Batches submitted to the queue, oldest first.
    private var underway: [Batch] = []

    public init(
        _ file: ImportFile, at path: String, by taker: Taker, rejects: any RejectedRowSink, clock: WallClock = .system
    ) throws {
        self.init(
            try TextSource(path: path, form: file.form), format: file.format, columns: file.header.count, by: taker,
            rejects: rejects, clock: clock)
    }

    /// Imports NDJSON lines.
    public init(
        lines source: TextSource, by taker: Taker, rejects: any RejectedRowSink, clock: WallClock = .system
    ) {
        self.init(source, format: .ndjson, columns: 1, by: taker, rejects: rejects, clock: clock)
    }

    private init(
        _ source: TextSource, format: ImportFile.Format, columns: Int, by taker: Taker, rejects: any RejectedRowSink,
        clock: WallClock
    ) {
        self.source = source
        self.format = format
        self.columns = columns
        self.taker = taker
        self.clock = clock
        self.rejects = rejects
        queue = CommitPipeline(taker)
    }

    /// Runs to the end of the file, or until `report`, called after every commit, returns false.
    public mutating func run(report: (ImportProgress) -> Bool = { _ in true }) throws -> ImportProgress {
        progress.bytesInAll = source.size
        // No write may be pending after this returns, for whatever reason.
        defer { queue.rest() }
        switch format {
        case .csv(let delimiter): try runTable(delimiter, report)
        case .ndjson: try runLines(report)
        }
        try rejects.finish()
        return progress
    }

    private mutating func runTable(_ delimiter: UInt8, _ report: (ImportProgress) -> Bool) throws {
        var table = CSVReader(source, delimiter: delimiter)
        _ = try table.next()
        while let record = try table.next() {
            progress.rows += 1
            progress.bytes = source.position
            if let problem = record.problem {
                try reject(record.line, record.fields, problem)
            } else if record.fields.count != columns {
                try reject(record.line, record.fields, Self.wrongCount(record.fields.count, columns))
            } else {
                try add(taker.read(record.fields), record.line, record.fields)
            }
            guard try goesOn(report) else { return }
        }
        try finish(report)
    }

    private static func wrongCount(_ found: Int, _ wanted: Int) -> String {
        "The line has \(found) columns, the header \(wanted). A quote or delimiter may be missing."
    }

    private mutating func runLines(_ report: (ImportProgress) -> Bool) throws {
        var lines = LineReader(source, limit: MergeValue.maximumBytes)
        while let line = try lines.next() {
            if let bytes = line.bytes, bytes.allSatisfy(FileImportLimits.isBlank) { continue }
            progress.rows += 1
            progress.bytes = source.position
            let text = String(decoding: (line.bytes ?? []).prefix(2_000), as: UTF8.self)
            try add(taker.read(line: line.bytes), line.number, [text])
            guard try goesOn(report) else { return }
        }
        try finish(report)
    }

    private mutating func add(_ read: Result<Taker.Row, RowProblems>, _ line: Int, _ fields: [String]) throws {
        switch read {
        case .success(let row): batch.append((row, line, fields))
        case .failure(let problems): try reject(line, fields, problems)
        }
    }

    // MARK: Commits

    private mutating func goesOn(_ report: (ImportProgress) -> Bool) throws -> Bool {
        guard batch.count >= FileImportLimits.batchRows else { return true }
        if underway.count == FileImportLimits.batchesUnderway { try settle() }
        begin()
        guard report(progress) else {
            try settleAll()
            try rejects.finish()
            return false
        }
        return true
    }

    private mutating func finish(_ report: (ImportProgress) -> Bool) throws {
        begin()
        try settleAll()
        _ = report(progress)
    }

    private mutating func begin() {
        guard !batch.isEmpty else { return }
        queue.begin(batch.map(\.row), at: clock.now())
        underway.append(batch)
        batch = []
        batch.reserveCapacity(FileImportLimits.batchRows)
    }

    private mutating func settleAll() throws {
        while !underway.isEmpty { try settle() }
    }

    /// Waits for the oldest batch.
    private mutating func settle() throws {
        let written = underway.removeFirst()
        for (row, outcome) in zip(written, try queue.outcomes()) {
            switch outcome {
            case .created: progress.created += 1
            case .updated: progress.updated += 1
            case .unchanged: progress.unchanged += 1
            case .rejected(let problems): try reject(row.line, row.fields, RowProblems(problems))
            }
        }
    }

    private mutating func reject(_ line: Int, _ fields: [String], _ reason: String) throws {
        try reject(line, fields, RowProblems([RowProblem("", reason)]))
    }

    private mutating func reject(_ line: Int, _ fields: [String], _ problems: RowProblems) throws {
        progress.rejected += 1
        try rejects.add(line: line, fields: fields, problems)
    }
}

public enum FileImportLimits {
    /// Rows per commit: few enough not to delay an accept noticeably, enough to amortise an fsync.
    public static let batchRows = 500
    /// Batches read ahead of the writer, so that a single slow commit stalls neither side.
    static let batchesUnderway = 3

    /// Bytes that alone make no line.
    static func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 }
}

/// Prepares batches on one thread and writes them on another, in order. After a failed write no later batch is written.
///
/// `@unchecked Sendable`: `results` is guarded by `lock`; `hasFailed` is used only by the committing thread.
private final class CommitPipeline<Taker: RowTaker>: @unchecked Sendable {
    private let taker: Taker
    private let preparations = DispatchQueue(label: "import preparations")
    private let commits = DispatchQueue(label: "import commits")
    private let done = DispatchSemaphore(value: 0)
    private let lock = NSLock()
    private var results: [Result<[RowOutcome], any Error>] = []
    private var hasFailed = false
    private var begun = 0

    init(_ taker: Taker) { self.taker = taker }

    func begin(_ rows: [Taker.Row], at: Timestamp) {
        begun += 1
        preparations.async { [self] in
            let prepared = taker.prepare(rows)
            commits.async { self.write(prepared, at: at) }
        }
    }

    private func write(_ rows: Taker.Prepared, at: Timestamp) {
        let result = Result { hasFailed ? [] : try taker.take(rows, at: at) }
        if case .failure = result { hasFailed = true }
        lock.withLock { results.append(result) }
        done.signal()
    }

    /// Waits for the oldest outstanding batch and returns its outcomes.
    func outcomes() throws -> [RowOutcome] {
        done.wait()
        begun -= 1
        return try lock.withLock { results.removeFirst() }.get()
    }

    /// Waits until no write is pending.
    func rest() {
        for _ in 0..<begun { done.wait() }
        begun = 0
    }
}
