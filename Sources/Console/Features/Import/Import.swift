import HTTPServing
import Messaging

struct ImportPage: Sendable {
    struct Earlier: Sendable {
        let filename: String
        let href: String
        let state: String
        let rows: String
        let started: String
        let startedISO: String
    }

    let shell: Shell
    let backHref: String
    let backLabel: String
    let title: String
    let action: String
    let error: String?
    let hint: String
    let hasEarlier: Bool
    let earlier: [Earlier]
}

/// Imports a file of rows: upload, column mapping, then a background job with progress.
enum ImportPages {
    /// 64 MB of file and the form around it.
    private static let bodyLimit = 65 * 1024 * 1024
    private static let mostEarlier = 10

    typealias Place = @Sendable (RequestContext) throws -> ImportPlace

    static func routes(_ start: String, _ access: Access, _ place: @escaping Place) -> [Route] {
        let job = "\(start)/{job}"
        return [
            Route(.get, start, access) { context in try show(context, try place(context), error: nil) },
            Route(
                .post, start, access, bodyLimit: bodyLimit,
                answer: { context in .later { try upload(context, try place(context)) } }),
            Route(.get, job, access) { try ImportJobPages.show($0, try place($0)) },
            Route(.post, job, access) { try ImportJobPages.begin($0, try place($0)) },
            Route(.post, "\(job)/stop", access) { try ImportJobPages.stop($0, try place($0)) },
            Route(.get, "\(job)/rejected.csv", access, policy: .data) {
                try ImportJobPages.rejected($0, try place($0))
            },
        ]
    }

    private static func show(_ context: RequestContext, _ place: ImportPlace, error: String?) throws -> Response {
        let jobs = try context.services.imports.importJobs(
            of: place.subject, by: context.principal.userID, limit: mostEarlier)
        return try context.page(
            "Import/Import",
            ImportPage(
                shell: context.shell(place.menu), backHref: place.backHref, backLabel: place.backLabel,
                title: place.title, action: place.start, error: error, hint: place.hint, hasEarlier: !jobs.isEmpty,
                earlier: jobs.map { earlier($0, place, context) }), status: error == nil ? 200 : 422)
    }

    private static func earlier(_ job: ImportJob, _ place: ImportPlace, _ context: RequestContext) -> ImportPage.Earlier
    {
        let word =
            switch job.standing(at: context.now) {
            case .waiting: "Not started"
            case .running: "Running"
            case .done: "Done"
            case .stopped: "Stopped"
            case .failed: "Failed"
            case .interrupted: "Interrupted"
            }
        let started = context.time(job.createdAt)
        return ImportPage.Earlier(
            filename: job.filename, href: place.job(job.id), state: word,
            rows: EnglishFormat.count(job.progress.rows), started: started.text, startedISO: started.iso)
    }

    private static func upload(_ context: RequestContext, _ place: ImportPlace) throws -> Response {
        if let problem = context.request.bodyProblem { throw Failure.bodyProblem(problem) }
        guard let upload = context.request.files.first(where: { $0.field == "file" }), upload.size > 0 else {
            return try show(context, place, error: "Choose a file that is not empty.")
        }
        let file: ImportFile
        do {
            file = try ImportFile(path: upload.path, name: upload.filename, subject: place.subject)
        } catch let unusable as ImportFile.Unusable {
            return try show(context, place, error: unusable.description)
        }
        let job = ImportJob(
            id: Secrets.base64URL(context.services.randomBytes(18)), ownerID: context.principal.userID,
            filename: String(upload.filename.prefix(200)), file: file, createdAt: context.now)
        try context.site.imports.add(job, upload: upload, context)
        return context.redirect(to: place.job(job.id))
    }
}
