import HTTPServing
import Messaging

/// `/api/v1/mail-templates`
enum MailTemplatesAPI {
    private static let bodyLimit = 2 * 1024 * 1024

    static var routes: [Route] {
        let one = Paths.apiMailTemplate("{id}")
        return [
            Route(.get, Paths.apiMailTemplates, .one(.readMailTemplates), face: .program, policy: .data) { context in
                // There are few: one page holds them all, whatever limit is asked for.
                var query = QueryReader(context.request)
                _ = (query.start(), query.limit())
                try query.finish()
                return API.json(.list(Page(items: try context.services.templates.mailTemplates())) { json($0) })
            },
            Route(
                .post, Paths.apiMailTemplates, .one(.createMailTemplates), face: .program, bodyLimit: bodyLimit,
                policy: .data
            ) { try create($0) },
            Route(.get, one, .one(.readMailTemplates), face: .program, policy: .data) { context in
                API.json(json(try context.mailTemplate()))
            },
            Route(.patch, one, .one(.updateMailTemplates), face: .program, bodyLimit: bodyLimit, policy: .data) {
                try change($0)
            },
            Route(.delete, one, .one(.deleteMailTemplates), face: .program, policy: .data) { try delete($0) },
        ]
    }

    static func json(_ template: MailTemplate) -> JSONValue {
        [
            "id": JSONValue(id: template.id), "name": .string(template.name),
            "header_html": .string(template.draft.headerHTML), "footer_html": .string(template.draft.footerHTML),
            "version": JSONValue(Int(template.version)), "created_at": JSONValue(template.createdAt),
            "updated_at": JSONValue(template.updatedAt),
        ]
    }

    private static func read(_ draft: inout MailTemplateDraft, _ body: inout BodyReader) throws {
        draft.name = body.line("name", limit: TemplateLimits.name) ?? draft.name
        draft.headerHTML = body.text("header_html") ?? draft.headerHTML
        draft.footerHTML = body.text("footer_html") ?? draft.footerHTML
        for problem in draft.problems where !body.rejected(problem.field) {
            body.reject(problem.field, problem.message)
        }
        try body.finish()
    }

    private static func create(_ context: RequestContext) throws -> Response {
        var body = try BodyReader(context.request)
        var draft = MailTemplateDraft()
        try read(&draft, &body)
        let id = try context.perform(CreateTemplate(draft))
        guard let template = try context.services.templates.mailTemplate(id) else { throw Failure.notFound }
        var response = API.json(json(template), status: 201)
        response.headers["Location"] = Paths.apiMailTemplate(id)
        return response
    }

    private static func change(_ context: RequestContext) throws -> Response {
        let stored = try context.mailTemplate()
        var body = try BodyReader(context.request)
        var draft = stored.draft
        let version = API.version(&body) ?? stored.version
        try read(&draft, &body)
        try context.perform(SaveTemplate(id: stored.id, version: version, draft))
        return API.json(json(try context.mailTemplate()))
    }

    private static func delete(_ context: RequestContext) throws -> Response {
        let stored = try context.mailTemplate()
        do {
            try context.perform(DeleteTemplate(stored))
        } catch StoreConflict.state {
            throw MailTemplateEditor.inUse(stored, try context.services.templates.uses(ofMailTemplate: stored.id))
        }
        return .noContent
    }
}
