import HTTPServing
import Messaging

/// `/api/v1/mail-templates`
enum MailTemplatesAPI {
    private static let bodyLimit = 2 * 1024 * 1024

    static var routes: [Route] {
        let one = Paths.apiMailTemplate("{id}")
        return [
            Route(.get, Paths.apiMailTemplates, .one(.readMailTemplates), face: .program, policy: .data) { visit in
                // There are few: one page holds them all, whatever limit is asked for.
                var query = QueryReader(visit.request)
                _ = (query.start(), query.limit())
                try query.finish()
                return API.json(.list(Page(items: try visit.services.templates.mailTemplates())) { json($0) })
            },
            Route(
                .post, Paths.apiMailTemplates, .one(.createMailTemplates), face: .program, bodyLimit: bodyLimit,
                policy: .data
            ) { try create($0) },
            Route(.get, one, .one(.readMailTemplates), face: .program, policy: .data) { visit in
                API.json(json(try visit.mailTemplate()))
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

    private static func create(_ visit: Visit) throws -> Response {
        var body = try BodyReader(visit.request)
        var draft = MailTemplateDraft()
        try read(&draft, &body)
        let id = try visit.services.templates.createMailTemplate(draft, by: visit.principal.userID, at: visit.now)
        try visit.audit("create mail template", "mail template \(id)", detail: draft.name)
        guard let template = try visit.services.templates.mailTemplate(id) else { throw Failure.notFound }
        var response = API.json(json(template), status: 201)
        response.headers["Location"] = Paths.apiMailTemplate(id)
        return response
    }

    private static func change(_ visit: Visit) throws -> Response {
        let stored = try visit.mailTemplate()
        var body = try BodyReader(visit.request)
        var draft = stored.draft
        let version = API.version(&body) ?? stored.version
        try read(&draft, &body)
        try visit.services.templates.saveMailTemplate(
            stored.id, version: version, draft, by: visit.principal.userID, at: visit.now)
        try visit.audit("update mail template", "mail template \(stored.id)", detail: draft.name)
        return API.json(json(try visit.mailTemplate()))
    }

    private static func delete(_ visit: Visit) throws -> Response {
        let stored = try visit.mailTemplate()
        do {
            try visit.services.templates.deleteMailTemplate(stored.id)
        } catch StoreConflict.state {
            throw MailTemplateEditor.inUse(stored, try visit.services.templates.uses(ofMailTemplate: stored.id))
        }
        try visit.audit("delete mail template", "mail template \(stored.id)", detail: stored.name)
        return .noContent
    }
}
