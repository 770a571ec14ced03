import Foundation
import HTTPServing
import Messaging

struct DirectoryImportPage: Sendable {
    let shell: Shell
    let backHref: String
    let backLabel: String
    let title: String
    let action: String
    let error: String?
    let columns: String
}

struct DirectoryImportJobPage: Sendable {
    struct Column: Sendable {
        let title: String
        let name: String
        let options: [SelectOption]
        let samples: [String]
    }

    let shell: Shell
    let backHref: String
    let backLabel: String
    let title: String
    let filename: String
    let encoding: String
    let isWaiting: Bool
    let action: String
    let problem: String?
    let isTable: Bool
    let columns: [Column]
    let lines: [String]
    let many: String
    let importHref: String
    let progress: ImportProgressPart
}

/// The part of the page that renews itself while an import runs.
struct ImportProgressPart: Sendable {
    let shell: Shell
    let isShown: Bool
    let isRunning: Bool
    let refreshHref: String
    let title: String
    let tone: String
    let icon: String
    let percent: String
    let stats: [Stat]
    let rejectedHref: String?
    let rejectedLabel: String
    let stopAction: String
    let listHref: String
}

/// A file of records: uploaded, looked at with the way its columns go, then taken by a job that shows how far it is.
enum DirectoryImportPages {
    /// 64 MB of file, and what a form puts around it.
    private static let bodyLimit = 65 * 1024 * 1024

    static var routes: [Route] {
        let (start, job) = (Paths.directoryImport("{kind}"), Paths.importJob("{kind}", "{job}"))
        let access = Access.one(.createDirectory)
        return [
            Route(.get, start, access) { visit in try show(visit, error: nil) },
            Route(.post, start, access, bodyLimit: bodyLimit, answer: { visit in .later { try upload(visit) } }),
            Route(.get, job, access) { visit in try showJob(visit, try self.job(visit)) },
            Route(.post, job, access) { visit in try begin(visit, try self.job(visit)) },
            Route(.post, Paths.importStop("{kind}", "{job}"), access) { visit in
                let job = try self.job(visit)
                visit.site.imports.stop(job.id)
                return visit.redirect(to: Paths.importJob(job.file.kind.plural, job.id), .info, "The import stops.")
            },
            Route(.get, Paths.importRejected("{kind}", "{job}"), access, policy: .data) { visit in
                try rejected(visit, try self.job(visit))
            },
        ]
    }

    /// Everybody sees the imports they started.
    private static func job(_ visit: Visit) throws -> ImportDesk.Job {
        try visit.require(.updateDirectory)
        guard let job = visit.site.imports.job(visit.request.parameters["job"] ?? ""),
            job.file.kind == (try visit.kind()), job.ownerID == visit.principal.userID
        else {
            throw Failure(
                404, "This import is no longer known",
                "It was long ago, or the program was started again. What it had taken by then is kept; import the file "
                    + "again to take the rest. Nothing is taken twice.")
        }
        return job
    }

    private static func show(_ visit: Visit, error: String?) throws -> Response {
        try visit.require(.updateDirectory)
        let kind = try visit.kind()
        let names = EntityField.of(kind).map { $0.columnName(for: kind) } + EntityField.usualAttributes(of: kind)
        return try visit.page(
            "Pages/DirectoryImport",
            DirectoryImportPage(
                shell: visit.shell(MenuEntry.directory(kind)), backHref: Paths.directory(kind.plural),
                backLabel: kind.plural.capitalized, title: "Import \(kind.plural)",
                action: Paths.directoryImport(kind.plural), error: error, columns: names.joined(separator: ", ")),
            status: error == nil ? 200 : 422)
    }

    private static func upload(_ visit: Visit) throws -> Response {
        try visit.require(.updateDirectory)
        let kind = try visit.kind()
        if let problem = visit.request.bodyProblem { throw Failure.bodyProblem(problem) }
        guard let upload = visit.request.files.first(where: { $0.field == "file" }), upload.size > 0 else {
            return try show(visit, error: "Choose a file that is not empty.")
        }
        let file: EntityFile
        do {
            file = try EntityFile(path: upload.path, name: upload.filename, kind: kind)
        } catch let unusable as EntityFile.Unusable {
            return try show(visit, error: unusable.description)
        }
        let id = Secrets.base64URL(visit.services.randomBytes(18))
        visit.site.imports.add(file, upload: upload, ownerID: visit.principal.userID, id: id)
        return visit.redirect(to: Paths.importJob(kind.plural, id))
    }

    private static func begin(_ visit: Visit, _ job: ImportDesk.Job) throws -> Response {
        let (kind, path) = (job.file.kind, Paths.importJob(job.file.kind.plural, job.id))
        guard job.state == .waiting else { return visit.redirect(to: path) }
        if case .csv = job.file.format {
            let targets = job.file.header.indices.map { index in
                ColumnTarget(code: visit.request.form["column_\(index)"] ?? "", kind: kind) ?? .ignored
            }
            let mapping = ColumnMapping(targets)
            visit.site.imports.map(job.id, mapping)
            if let problem = mapping.problem {
                return try showJob(visit, try self.job(visit), problem: problem, status: 422)
            }
        }
        let services = visit.services
        let (userID, actor, from) = (visit.principal.userID, visit.principal.name, visit.client.text)
        let hasStarted = visit.site.imports.start(job.id, into: services.directory, clock: services.clock) { ended in
            let counts = ended.progress
            let entry = AuditEntry(
                at: services.clock.now(), userID: userID, actor: actor, action: "import \(kind.plural)",
                subject: ended.filename, remoteAddress: from,
                detail:
                    "created \(counts.created), updated \(counts.updated), unchanged \(counts.unchanged), "
                    + "rejected \(counts.rejected)")
            do { try services.access.record(entry) } catch {
                services.logger.error("an import is missing in the audit", metadata: ["error": "\(error)"])
            }
        }
        if hasStarted { return visit.redirect(to: path) }
        return try showJob(
            visit, job, problem: "Other imports are running. Start this one when one of them is done.", status: 409)
    }

    private static func rejected(_ visit: Visit, _ job: ImportDesk.Job) throws -> Response {
        guard job.state != .running, job.progress.rejected > 0,
            let size = try FileManager.default.attributesOfItem(atPath: job.rejected.path)[.size] as? Int
        else { throw Failure.notFound }
        var response = Response(
            status: 200,
            headers: Headers([
                ("Content-Type", "text/csv; charset=utf-8"),
                ("Content-Disposition", "attachment; filename=\"rejected-\(job.file.kind.plural).csv\""),
            ]))
        response.body = .file(path: job.rejected.path, size: size)
        return response
    }

    private static func showJob(
        _ visit: Visit, _ job: ImportDesk.Job, problem: String? = nil, status: Int = 200
    ) throws -> Response {
        let kind = job.file.kind
        let progress = ImportProgressPart(job, visit)
        if visit.isPartial, visit.request.headers["HX-Target"] == "import-progress" {
            return try visit.partial("Partials/DirectoryImportProgress", progress)
        }
        let isTable = job.file.format != .ndjson
        let model = DirectoryImportJobPage(
            shell: visit.shell(MenuEntry.directory(kind)), backHref: Paths.directory(kind.plural),
            backLabel: kind.plural.capitalized, title: "Import \(kind.plural)", filename: job.filename,
            encoding: job.file.form.encoding.rawValue, isWaiting: job.state == .waiting,
            action: Paths.importJob(kind.plural, job.id), problem: problem, isTable: isTable,
            columns: isTable ? columns(job.file) : [], lines: isTable ? [] : job.file.preview.compactMap(\.first),
            many: kind.plural, importHref: Paths.directoryImport(kind.plural), progress: progress)
        return try visit.page("Pages/DirectoryImportJob", model, status: status)
    }

    private static func columns(_ file: EntityFile) -> [DirectoryImportJobPage.Column] {
        file.header.enumerated().map { index, title in
            let chosen = index < file.mapping.targets.count ? file.mapping.targets[index] : .ignored
            var targets: [(ColumnTarget, String)] = [(.ignored, "Leave out")]
            targets += EntityField.of(file.kind).map { (.field($0), $0.title(for: file.kind)) }
            let slug = ColumnMapping.slug(title)
            if !slug.isEmpty { targets.append((.attribute(slug), "Attribute “\(slug)”")) }
            return .init(
                title: title.isEmpty ? "Column \(index + 1)" : title, name: "column_\(index)",
                options: targets.map {
                    SelectOption(value: $0.0.code, label: $0.1, selected: $0.0 == chosen)
                }, samples: file.preview.prefix(3).map { index < $0.count ? $0[index] : "" })
        }
    }
}

extension ImportProgressPart {
    init(_ job: ImportDesk.Job, _ visit: Visit) {
        let (kind, counts) = (job.file.kind.plural, job.progress)
        shell = visit.shell(MenuEntry.directory(job.file.kind))
        isShown = job.state != .waiting
        isRunning = job.state == .running
        refreshHref = Paths.importJob(kind, job.id)
        switch job.state {
        case .waiting, .running: (title, tone, icon) = ("Importing \(job.filename)", "info", "clock")
        case .done:
            (title, tone, icon) =
                counts.rejected == 0
                ? ("All of it was taken", "success", "delivered") : ("Taken, but for some rows", "warning", "alert")
        case .stopped: (title, tone, icon) = ("Stopped. What was taken by then is kept.", "warning", "alert")
        case .failed(let words):
            (title, tone, icon) = ("\(words) What was taken by then is kept.", "error", "alert")
        }
        percent = String(job.state == .done ? 100 : counts.percent)
        stats = [
            Stat(label: "Rows", value: Wording.count(counts.rows), note: nil, tone: "", href: nil),
            Stat(label: "Created", value: Wording.count(counts.created), note: nil, tone: "green", href: nil),
            Stat(label: "Updated", value: Wording.count(counts.updated), note: nil, tone: "", href: nil),
            Stat(label: "Unchanged", value: Wording.count(counts.unchanged), note: nil, tone: "", href: nil),
            Stat(
                label: "Rejected", value: Wording.count(counts.rejected), note: nil,
                tone: counts.rejected > 0 ? "red" : "", href: nil),
        ]
        rejectedHref = counts.rejected > 0 && !isRunning ? Paths.importRejected(kind, job.id) : nil
        rejectedLabel = "Download \(Wording.count(counts.rejected, "rejected row")) with the reasons"
        stopAction = Paths.importStop(kind, job.id)
        listHref = Paths.directory(kind)
    }
}
