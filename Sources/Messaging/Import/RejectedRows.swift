import Foundation

/// Receives the rows that an import rejected.
public protocol RejectedRowSink: AnyObject {
    func add(line: Int, fields: [String], _ problems: RowProblems) throws
    func finish() throws
}

/// File of rejected rows with the reason in an additional last column. Created with the first rejected row, and written
/// incrementally.
public final class RejectedRows: RejectedRowSink {
    /// Name of the last column.
    static let reason = "reason"
    /// Maximum size in bytes, so that an entirely invalid file does not fill the disk a second time.
    public static let mostBytes = 64 * 1024 * 1024

    private let path: String
    private let header: [String]
    private let mostBytes: Int
    private var handle: FileHandle?
    private var waiting = ""
    private var written = 0
    private var leftOut = 0

    public init(path: String, of file: ImportFile, mostBytes: Int = RejectedRows.mostBytes) {
        self.path = path
        self.mostBytes = mostBytes
        let header = file.format == .ndjson ? ["line"] : file.header
        self.header = header.last == Self.reason ? header.dropLast() : header
        // Removes the file of an interrupted run.
        unlink(path)
    }

    public func add(line: Int, fields: [String], _ problems: RowProblems) throws {
        if handle == nil {
            guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
                let made = FileHandle(forWritingAtPath: path)
            else { throw UnreadableFile(path: path, code: errno) }
            handle = made
            waiting = CSVWriter.line(header + [Self.reason])
        }
        let known = fields.prefix(header.count)
        let padding = [String](repeating: "", count: header.count - known.count)
        let text = CSVWriter.line(known + padding + ["Line \(line): \(problems.words)"])
        guard written + waiting.utf8.count + text.utf8.count <= mostBytes else {
            leftOut += 1
            return
        }
        waiting += text
        if waiting.utf8.count > 64 * 1024 { try flush() }
    }

    private func flush() throws {
        try handle?.write(contentsOf: Data(waiting.utf8))
        written += waiting.utf8.count
        waiting = ""
    }

    public func finish() throws {
        if leftOut > 0 {
            let padding = [String](repeating: "", count: header.count)
            waiting += CSVWriter.line(
                padding + ["\(leftOut) more were rejected. This file holds \(mostBytes / 1024) KB at most."])
        }
        try flush()
        try handle?.synchronize()
        try handle?.close()
        handle = nil
    }
}

/// Keeps the first rejected rows in memory, for an API response.
public final class FirstRejectedRows: RejectedRowSink {
    public private(set) var rows: [(line: Int, problems: [RowProblem])] = []
    private let most: Int

    public init(most: Int) { self.most = most }

    public func add(line: Int, fields: [String], _ problems: RowProblems) {
        if rows.count < most { rows.append((line, problems.all)) }
    }

    public func finish() { rows.sort { $0.line < $1.line } }
}
