import Foundation
import HTTPServing
import Messaging

struct ImportJobPage: Sendable {
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

/// Fragment that refreshes itself while an import runs.
struct ImportProgressPart: Sendable {
    let shell: Shell
    let isShown: Bool
    let isRunning: Bool
    let refreshHref: String
    let title: String
    let text: String?
    let tone: String
    let icon: String
    let percent: String
    let stats: [Stat]
    let rejectedHref: String?
    let rejectedLabel: String
    let stopAction: String
    let againAction: String?
    let listHref: String
}

/// Page of one import: column mapping, then progress.
enum ImportJobPages {
    /// Users see only the imports they started.
    private static func job(_ context: RequestContext, _ place: ImportPlace) throws -> ImportJob {
        let id = context.request.parameters["job"] ?? ""
        guard let job = try context.services.imports.importJob(id), job.file.subject == place.subject,
            job.ownerID == context.principal.userID
        else {
            throw Failure(
                404, "This import is no longer known",
                "It was long ago. What it had taken by then is kept; import the file again to take the rest. Nothing is "
                    + "taken twice.")
        }
        return job
    }

    static func show(_ context: RequestContext, _ place: ImportPlace) throws -> Response {
        try show(context, place, try job(context, place))
    }

    static func stop(_ context: RequestContext, _ place: ImportPlace) throws -> Response {
        let job = try job(context, place)
        try context.site.imports.stop(job, context)
        return context.redirect(to: place.job(job.id), .info, "The import stops.")
    }

    static func begin(_ context: RequestContext, _ place: ImportPlace) throws -> Response {
        var job = try job(context, place)
        let path = place.job(job.id)
        // Idempotent: a second click changes nothing.
        if [.done, .running].contains(job.standing(at: context.now)) { return context.redirect(to: path) }
        if job.state == .waiting, job.file.format != .ndjson {
            let targets = job.file.header.indices.map { index in
                ColumnTarget(code: context.request.form["column_\(index)"] ?? "", of: place.subject) ?? .ignored
            }
            job.file.mapping = ColumnMapping(targets)
            if let problem = job.file.problem {
                try remember(job, context)
                return try show(context, place, job, problem: problem, status: 422)
            }
        }
        switch try context.site.imports.start(job, context) {
        case .started, .notWaiting: return context.redirect(to: path)
        case .noFile:
            try remember(job, context)
            return try show(
                context, place, job, problem: "The uploaded file is no longer available. Choose it again.", status: 409)
        case .tooMany:
            try remember(job, context)
            return try show(
                context, place, job, problem: "Other imports are running. Start this one when one of them is done.",
                status: 409)
        }
    }

    /// Stores the selected columns of an import that could not start.
    private static func remember(_ job: ImportJob, _ context: RequestContext) throws {
        if job.state == .waiting { try context.perform(MapImportColumns(of: job)) }
    }

    static func rejected(_ context: RequestContext, _ place: ImportPlace) throws -> Response {
        let job = try job(context, place)
        let path = context.site.imports.rejectedPath(job.id)
        guard job.standing(at: context.now) != .running,
            let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        else { throw Failure.notFound }
        var response = Response(
            status: 200,
            headers: Headers([
                ("Content-Type", "text/csv; charset=utf-8"),
                ("Content-Disposition", "attachment; filename=\"rejected-\(place.many).csv\""),
            ]))
        response.body = .file(path: path, size: size)
        return response
    }

    private static func show(
        _ context: RequestContext, _ place: ImportPlace, _ job: ImportJob, problem: String? = nil, status: Int = 200
    ) throws -> Response {
        let progress = ImportProgressPart(job, place, context)
        if context.isPartial, context.request.headers["HX-Target"] == "import-progress" {
            return try context.partial("Import/ImportProgress", progress)
        }
        let isTable = job.file.format != .ndjson
        let model = ImportJobPage(
            shell: context.shell(place.menu), backHref: place.backHref, backLabel: place.backLabel, title: place.title,
            filename: job.filename, encoding: job.file.form.encoding.rawValue, isWaiting: job.state == .waiting,
            action: place.job(job.id), problem: problem, isTable: isTable, columns: isTable ? columns(job.file) : [],
            lines: isTable ? [] : job.file.preview.compactMap(\.first), many: place.many, importHref: place.start,
            progress: progress)
        return try context.page("Import/ImportJob", model, status: status)
    }

    private static func columns(_ file: ImportFile) -> [ImportJobPage.Column] {
        file.header.enumerated().map { index, title in
            let chosen = index < file.mapping.targets.count ? file.mapping.targets[index] : .ignored
            var targets: [(ColumnTarget, String)] = [(.ignored, "Leave out")]
            targets += file.subject.columns.map { (.field($0.name), $0.title) }
            let slug = ColumnMapping.slug(title)
            if file.subject.takesAttributes, !slug.isEmpty { targets.append((.attribute(slug), "Attribute “\(slug)”")) }
            return .init(
                title: title.isEmpty ? "Column \(index + 1)" : title, name: "column_\(index)",
                options: targets.map {
                    SelectOption(value: $0.0.code, label: $0.1, selected: $0.0 == chosen)
                }, samples: file.preview.prefix(3).map { index < $0.count ? $0[index] : "" })
        }
    }
}

extension ImportProgressPart {
    init(_ job: ImportJob, _ place: ImportPlace, _ context: RequestContext) {
        let counts = context.site.imports.progress(job.id) ?? job.progress
        let state = job.standing(at: context.now)
        shell = context.shell(place.menu)
        isShown = state != .waiting
        isRunning = state == .running
        refreshHref = place.job(job.id)
        var text: String?
        switch state {
        case .waiting, .running: (title, tone, icon) = ("Importing \(job.filename)", "info", "clock")
        case .done:
            (title, tone, icon) =
                counts.rejected == 0
                ? ("Everything was imported", "success", "delivered")
                : ("Imported, except for \(EnglishFormat.count(counts.rejected, "row"))", "warning", "alert")
        case .stopped: (title, tone, icon) = ("Stopped. What was imported by then is kept.", "warning", "alert")
        case .failed: (title, tone, icon) = ("\(job.reason) What was imported by then is kept.", "error", "alert")
        case .interrupted:
            (title, tone, icon) = ("Interrupted: the program stopped while this ran.", "warning", "alert")
            text =
                "At least what is counted here was imported, and is kept. Start it again for the rest: nothing is "
                + "imported twice."
        }
        let unchanged = place.hasUpdates ? nil : counts.unchanged
        if let unchanged, unchanged > 0, !isRunning {
            let word = unchanged == 1 ? "row names a person who is" : "rows name people who are"
            text = [
                text, "\(EnglishFormat.count(unchanged)) \(word) \(place.standing) already; they were not added twice.",
            ]
            .compactMap { $0 }.joined(separator: " ")
        }
        self.text = text
        percent = String(state == .done ? 100 : counts.percent)
        stats = Self.stats(counts, place)
        let hasRejected = counts.rejected > 0 && !isRunning
        rejectedHref = hasRejected ? place.rejected(job.id) : nil
        rejectedLabel = "Download \(EnglishFormat.count(counts.rejected, "rejected row")) with the reasons"
        stopAction = place.stop(job.id)
        let canGoOn = [.stopped, .failed, .interrupted].contains(state) && context.site.imports.hasUpload(job.id)
        againAction = canGoOn ? place.job(job.id) : nil
        listHref = place.listHref
    }

    private static func stats(_ counts: ImportProgress, _ place: ImportPlace) -> [Stat] {
        func stat(_ label: String, _ count: Int, _ tone: String = "") -> Stat {
            Stat(label: label, value: EnglishFormat.count(count), note: nil, tone: tone, href: nil)
        }
        let updated = place.hasUpdates ? [stat("Updated", counts.updated)] : []
        return [stat("Rows", counts.rows), stat(place.createdLabel, counts.created, "green")] + updated
            + [
                stat(place.unchangedLabel, counts.unchanged),
                stat("Rejected", counts.rejected, counts.rejected > 0 ? "red" : ""),
            ]
    }
}
