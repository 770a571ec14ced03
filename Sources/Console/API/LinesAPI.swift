import HTTPServing
import Messaging

/// Bodies of NDJSON: one object a line, a million of them if need be. They come as a file and are read line by line.
enum LinesAPI {
    /// As an upload: a million lines.
    static let bodyLimit = 64 * 1024 * 1024
    /// Lines whose problems are listed; all of them are counted.
    static let mostErrors = 1000

    static func route(_ pattern: String, _ access: Access, answer: @escaping Route.Handler) -> Route {
        var route = Route(
            .post, pattern, access, face: .program, bodyLimit: bodyLimit, policy: .data, answer: answer)
        route.spoolsBody = true
        return route
    }

    static func isLines(_ request: Request) -> Bool {
        ["application/x-ndjson", "application/ndjson", "application/jsonl"].contains(mediaType(request))
    }

    private static func mediaType(_ request: Request) -> String {
        request.headers["Content-Type"]?.lowercased().prefix { $0 != ";" && $0 != " " }.description ?? ""
    }

    /// Takes every good line; answers the counts and the first problems.
    static func take(
        _ context: RequestContext, into target: ImportLines.Target
    ) throws -> (progress: ImportProgress, errors: JSONValue) {
        if let problem = context.request.bodyProblem { throw Failure.bodyProblem(problem) }
        guard isLines(context.request) || mediaType(context.request) == "application/json" else {
            throw Failure(
                415, "NDJSON is needed", "Send one JSON object a line with “Content-Type: application/x-ndjson”.")
        }
        let rejects = FirstRejectedRows(most: mostErrors)
        let source: ImportLines.Source =
            if let file = context.request.bodyFile {
                .file(path: file.path, TextSource.Form(encoding: .utf8, mark: try mark(of: file)))
            } else {
                .bytes(context.request.body)
            }
        let progress = try context.perform(
            ImportLines(source, into: target, rejects: rejects, clock: context.services.clock))
        guard progress.rows > 0 else { throw Failure.badRequest("The body holds no line.") }
        let errors = rejects.rows.map { row -> JSONValue in
            [
                "line": JSONValue(row.line),
                "errors": .list(row.problems.map { ["field": .string($0.field), "message": .string($0.message)] }),
            ]
        }
        return (progress, .list(errors))
    }

    /// Bytes of the byte order mark some programs write.
    private static func mark(of file: UploadedFile) throws -> Int {
        try file.read(limit: 3) == [0xEF, 0xBB, 0xBF] ? 3 : 0
    }

    /// A body that is one object, whether it came as a file or not. More than `limit` bytes are refused.
    static func single(_ request: Request, limit: Int = 1024 * 1024) throws -> Request {
        guard let file = request.bodyFile else { return request }
        guard file.size <= limit else {
            throw Failure(
                413, "The body is too large", "One object has at most \(limit / 1024) KB. Send NDJSON for many.")
        }
        var request = request
        request.body = try file.read(limit: limit)
        return request
    }
}
