import Foundation
import Messaging

extension Store: ImportStore {
    /// What was found out about a file, as one JSON column: it is read and written as a whole.
    private struct Layout: Codable {
        /// Empty: NDJSON.
        var delimiter: String
        var encoding: String
        var mark: Int
        var header: [String]
        var preview: [[String]]
        var targets: [String]
    }

    private static let importColumns = """
        id, subject, owner_id, filename, file, state, reason, bytes, bytes_in_all, row_count, created, updated,
        unchanged, rejected, created_at, updated_at
        """

    private static func json(_ file: ImportFile) throws -> String {
        var delimiter = ""
        if case .csv(let byte) = file.format { delimiter = String(UnicodeScalar(byte)) }
        let layout = Layout(
            delimiter: delimiter, encoding: file.form.encoding.rawValue, mark: file.form.mark, header: file.header,
            preview: file.preview, targets: file.mapping.targets.map(\.code))
        return String(decoding: try JSONEncoder().encode(layout), as: UTF8.self)
    }

    private static func file(_ subject: ImportSubject, _ json: String) throws -> ImportFile {
        let layout = try JSONDecoder().decode(Layout.self, from: Data(json.utf8))
        return ImportFile(
            subject: subject, format: layout.delimiter.utf8.first.map { .csv(delimiter: $0) } ?? .ndjson,
            form: TextSource.Form(encoding: TextEncoding(rawValue: layout.encoding) ?? .utf8, mark: layout.mark),
            header: layout.header, preview: layout.preview,
            mapping: ColumnMapping(layout.targets.map { ColumnTarget(code: $0, of: subject) ?? .ignored }))
    }

    private static func importJob(_ columns: inout Columns) throws -> ImportJob {
        let (id, code) = (columns.text(), columns.text())
        guard let subject = ImportSubject(code: code) else { throw CorruptRow(column: 1, expected: "ImportSubject") }
        let (owner, filename) = (columns.optionalInt(), columns.text())
        var job = ImportJob(
            id: id, ownerID: owner, filename: filename, file: try file(subject, columns.text()),
            createdAt: Timestamp(milliseconds: 0))
        job.state = try columns.word()
        job.reason = columns.text()
        job.progress.bytes = columns.count()
        job.progress.bytesInAll = columns.count()
        job.progress.rows = columns.count()
        job.progress.created = columns.count()
        job.progress.updated = columns.count()
        job.progress.unchanged = columns.count()
        job.progress.rejected = columns.count()
        (job.createdAt, job.updatedAt) = (columns.time(), columns.time())
        return job
    }

    public func addImport(_ job: ImportJob) throws {
        let file = try Self.json(job.file)
        try engine.write(.accept) { connection in
            try connection.run(
                """
                INSERT INTO imports (
                    id, subject, owner_id, filename, file, state, reason, runner, bytes, bytes_in_all, row_count,
                    created, updated, unchanged, rejected, created_at, updated_at)
                VALUES ($1, $2, $3, $4, $5, $6, '', '', 0, 0, 0, 0, 0, 0, 0, $7, $7)
                """,
                [
                    .text(job.id), .text(job.file.subject.code), .int(job.ownerID), .text(job.filename), .text(file),
                    .text(job.state.rawValue), .time(job.createdAt),
                ])
        }
    }

    public func importJob(_ id: String) throws -> ImportJob? {
        try engine.read { connection in
            try connection.first(
                "SELECT \(Self.importColumns) FROM imports WHERE id = $1", [.text(id)], Self.importJob)
        }
    }

    public func importJobs(of subject: ImportSubject, by owner: Int64?, limit: Int) throws -> [ImportJob] {
        try engine.read { connection in
            // Few are kept: see `forgetImports`.
            try connection.rows(
                """
                SELECT \(Self.importColumns) FROM imports WHERE subject = $1 AND owner_id = $2
                ORDER BY created_at DESC LIMIT $3
                """, [.text(subject.code), .int(owner ?? 0), .int(limit)], Self.importJob)
        }
    }

    public func setImportFile(_ id: String, _ file: ImportFile, at: Timestamp) throws {
        let json = try Self.json(file)
        try engine.write(.accept) { connection in
            try connection.run(
                "UPDATE imports SET file = $1, updated_at = $2 WHERE id = $3 AND state <> 'running'",
                [.text(json), .time(at), .text(id)])
        }
    }

    public func beginImport(_ id: String, runner: String, at: Timestamp) throws -> Bool {
        try engine.write(.accept) { connection in
            try connection.run(
                """
                UPDATE imports SET state = 'running', reason = '', runner = $1, bytes = 0, row_count = 0, created = 0,
                    updated = 0, unchanged = 0, rejected = 0, updated_at = $2
                WHERE id = $3 AND (state IN ('waiting', 'stopped', 'failed')
                    OR (state = 'running' AND updated_at < $4))
                """, [.text(runner), .time(at), .text(id), .time(at - ImportJob.longestSilence)]) == 1
        }
    }

    @discardableResult
    public func noteImport(
        _ id: String, runner: String, _ progress: ImportProgress, at: Timestamp
    ) throws -> Bool {
        try write(id, runner, .running, "", progress, at, .background)
    }

    public func endImport(
        _ id: String, runner: String, _ state: ImportJob.State, reason: String, _ progress: ImportProgress,
        at: Timestamp
    ) throws -> Bool {
        try write(id, runner, state, reason, progress, at, .accept)
    }

    private func write(
        _ id: String, _ runner: String, _ state: ImportJob.State, _ reason: String, _ progress: ImportProgress,
        _ at: Timestamp, _ urgency: WriteUrgency
    ) throws -> Bool {
        try engine.write(urgency) { connection in
            try connection.run(
                """
                UPDATE imports SET state = $1, reason = $2, bytes = $3, bytes_in_all = $4, row_count = $5,
                    created = $6, updated = $7, unchanged = $8, rejected = $9, updated_at = $10
                WHERE id = $11 AND runner = $12 AND state = 'running'
                """,
                [
                    .text(state.rawValue), .text(reason), .int(progress.bytes), .int(progress.bytesInAll),
                    .int(progress.rows), .int(progress.created), .int(progress.updated), .int(progress.unchanged),
                    .int(progress.rejected), .time(at), .text(id), .text(runner),
                ]) == 1
        }
    }

    public func forgetImports(keeping: Int, at: Timestamp) throws -> [String] {
        try engine.write(.accept) { connection in
            let ids = try connection.rows(
                """
                SELECT id FROM imports WHERE state <> 'running' OR updated_at < $1
                ORDER BY created_at DESC, id DESC
                """, [.time(at - ImportJob.longestSilence)]
            ) { $0.text() }.dropFirst(keeping)
            for id in ids { try connection.run("DELETE FROM imports WHERE id = $1", [.text(id)]) }
            return Array(ids)
        }
    }
}
