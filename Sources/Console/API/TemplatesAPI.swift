import HTTPServing
import Messaging

/// `/api/v1/templates`
enum TemplatesAPI {
    private static let bodyLimit = 4 * 1024 * 1024

    static var routes: [Route] {
        let one = Paths.apiTemplate("{id}")
        return [
            Route(.get, Paths.apiTemplates, .one(.readMessageTemplates), face: .program, policy: .data) {
                try list($0)
            },
            Route(
                .post, Paths.apiTemplates, .one(.createMessageTemplates), face: .program, bodyLimit: bodyLimit,
                policy: .data
            ) { try create($0) },
            Route(.get, one, .one(.readMessageTemplates), face: .program, policy: .data) { context in
                API.json(TemplateJSON.one(try context.messageTemplate()))
            },
            Route(.patch, one, .one(.updateMessageTemplates), face: .program, bodyLimit: bodyLimit, policy: .data) {
                try change($0)
            },
            Route(.delete, one, .one(.deleteMessageTemplates), face: .program, policy: .data) { context in
                let template = try context.messageTemplate()
                try context.perform(DeleteTemplate(template))
                return .noContent
            },
        ]
    }

    private static func list(_ context: RequestContext) throws -> Response {
        var query = QueryReader(context.request)
        var filter = TemplateFilter(query: query.text("q") ?? "")
        if let text = query.text("active") {
            filter.isActive = text == "true"
            if !["true", "false"].contains(text) { query.reject("active", "This must be true or false.") }
        }
        if let channel: DeliveryChannel = query.word("delivery_channel") { filter.supports = [channel] }
        let (start, limit) = (query.start(), query.limit())
        try query.finish()
        return API.json(
            .list(try context.services.templates.templates(filter, from: start, limit: limit), TemplateJSON.one))
    }

    private static func create(_ context: RequestContext) throws -> Response {
        var body = try BodyReader(context.request)
        var draft = MessageTemplateDraft()
        try TemplateRequest.read(&draft, &body, context)
        let id = try context.perform(CreateTemplate(draft))
        guard let template = try context.services.templates.template(id) else { throw Failure.notFound }
        var response = API.json(TemplateJSON.one(template), status: 201)
        response.headers["Location"] = Paths.apiTemplate(id)
        return response
    }

    private static func change(_ context: RequestContext) throws -> Response {
        let template = try context.messageTemplate()
        var body = try BodyReader(context.request)
        var draft = template.draft
        let version = API.version(&body) ?? template.version
        try TemplateRequest.read(&draft, &body, context)
        try context.perform(SaveTemplate(id: template.id, version: version, draft))
        return API.json(TemplateJSON.one(try context.messageTemplate()))
    }
}

enum TemplateJSON {
    static func one(_ template: MessageTemplate) -> JSONValue {
        let draft = template.draft
        func texts(_ list: [String]) -> JSONValue { .list(list.map(JSONValue.string)) }
        func notification(_ part: MessageTemplateDraft.NotificationPart) -> JSONValue {
            if part == MessageTemplateDraft.NotificationPart() { return nil }
            return [
                "title": .string(part.title), "body": .string(part.body), "icon": .string(part.icon),
                "action_url": .string(part.actionURL),
            ]
        }
        let hasEmail = !(draft.email.subject.isEmpty && draft.email.html.isEmpty)
        let email: JSONValue =
            hasEmail
            ? [
                "subject": .string(draft.email.subject), "html": .string(draft.email.html),
                "provider_id": JSONValue(id: draft.email.providerID),
            ] : nil
        let sms: JSONValue =
            draft.sms.text.isEmpty
            ? nil : ["text": .string(draft.sms.text), "provider_id": JSONValue(id: draft.sms.providerID)]
        let whatsapp: JSONValue =
            draft.whatsapp == MessageTemplateDraft.WhatsAppPart()
            ? nil
            : [
                "text": .string(draft.whatsapp.text), "provider_id": JSONValue(id: draft.whatsapp.providerID),
                "provider_template": .string(draft.whatsapp.providerTemplate),
                "language": .string(draft.whatsapp.language), "parameters": texts(draft.whatsapp.parameters),
            ]
        return [
            "id": JSONValue(id: template.id), "name": .string(template.name),
            "priority": .string(template.priority.name), "active": .bool(template.isActive),
            "wrapper_id": .string(draft.email.wrapper.text),
            "mail_template_id": JSONValue(id: draft.email.mailTemplateID), "email": email, "sms": sms,
            "whatsapp": whatsapp, "push": notification(draft.push), "in_app": notification(draft.inApp),
            "variables": texts(draft.variables), "found_variables": texts(TemplateVariables(of: draft).found),
            "delivery_channels": texts(template.deliveryChannels.map(\.rawValue)),
            "version": JSONValue(Int(template.version)), "created_at": JSONValue(template.createdAt),
            "updated_at": JSONValue(template.updatedAt),
        ]
    }
}

/// What `POST /templates` and `PATCH /templates/{id}` ask for. What is not named stays; a delivery channel that is null
/// loses its content.
enum TemplateRequest {
    /// The API's names of what the check names as the form does.
    private static let names = [
        "email_subject": "email.subject", "email_html": "email.html", "email_provider": "email.provider_id",
        "email_wrapper": "wrapper_id", "email_mail_template": "mail_template_id", "sms_text": "sms.text",
        "sms_provider": "sms.provider_id", "whatsapp_text": "whatsapp.text",
        "whatsapp_provider": "whatsapp.provider_id", "whatsapp_template": "whatsapp.provider_template",
        "whatsapp_parameters": "whatsapp.parameters", "push_title": "push.title", "push_body": "push.body",
        "push_icon": "push.icon", "push_action_url": "push.action_url", "in_app_title": "in_app.title",
        "in_app_body": "in_app.body", "in_app_icon": "in_app.icon", "in_app_action_url": "in_app.action_url",
        "content": "email",
    ]

    static func read(_ draft: inout MessageTemplateDraft, _ body: inout BodyReader, _ context: RequestContext) throws {
        draft.name = body.line("name", limit: TemplateLimits.name) ?? draft.name
        draft.isActive = body.bool("active") ?? draft.isActive
        if let text = body.text("priority") {
            if let priority = Priority(name: text) {
                draft.priority = priority
            } else {
                body.reject("priority", "This must be low, normal, high or urgent.")
            }
        }
        draft.variables = API.texts("variables", &body) ?? draft.variables
        email(&draft.email, &body)
        part("sms", &draft.sms, MessageTemplateDraft.TextPart(), &body) { part, body in
            part.text = body.text("text") ?? part.text
            part.providerID = API.id("provider_id", &body) ?? part.providerID
        }
        part("whatsapp", &draft.whatsapp, MessageTemplateDraft.WhatsAppPart(), &body) { part, body in
            part.text = body.text("text") ?? part.text
            part.providerID = API.id("provider_id", &body) ?? part.providerID
            part.providerTemplate = body.line("provider_template", limit: 200) ?? part.providerTemplate
            part.language = body.line("language", limit: 20) ?? part.language
            part.parameters = API.texts("parameters", &body) ?? part.parameters
        }
        notification("push", &draft.push, &body)
        notification("in_app", &draft.inApp, &body)
        for problem in try draft.problems + TemplateReferences(context).problems(draft) {
            let name = names[problem.field] ?? problem.field
            if !body.rejected(name) { body.reject(name, problem.message) }
        }
        try body.finish()
    }

    private static func email(_ email: inout MessageTemplateDraft.EmailPart, _ body: inout BodyReader) {
        let (wrapper, mailTemplate) = (email.wrapper, email.mailTemplateID)
        part("email", &email, MessageTemplateDraft.EmailPart(), &body) { part, body in
            part.subject = body.line("subject", limit: ContentLimits.subject) ?? part.subject
            if let html = body.text("html"), html != part.html {
                part.html = html
                // The builder's document belongs to the HTML it made.
                part.project = ""
            }
            part.providerID = API.id("provider_id", &body) ?? part.providerID
        }
        (email.wrapper, email.mailTemplateID) = (wrapper, mailTemplate)
        if body.has("wrapper_id") {
            if let choice = WrapperChoice(text: body.text("wrapper_id") ?? "default") {
                email.wrapper = choice
            } else {
                body.reject("wrapper_id", "This must be an id, “default” or “none”.")
            }
        }
        email.mailTemplateID = API.id("mail_template_id", &body) ?? email.mailTemplateID
    }

    static func notification(
        _ name: String, _ part: inout MessageTemplateDraft.NotificationPart, _ body: inout BodyReader
    ) {
        self.part(name, &part, MessageTemplateDraft.NotificationPart(), &body) { part, body in
            part.title = body.line("title", limit: TemplateLimits.notificationTitle) ?? part.title
            part.body = body.text("body") ?? part.body
            part.icon = body.line("icon", limit: TemplateLimits.url) ?? part.icon
            part.actionURL = body.line("action_url", limit: TemplateLimits.url) ?? part.actionURL
        }
    }

    private static func part<Part>(
        _ name: String, _ part: inout Part, _ empty: Part, _ body: inout BodyReader,
        _ read: (inout Part, inout BodyReader) -> Void
    ) {
        guard body.has(name) else { return }
        guard var nested = body.nested(name) else {
            if !body.rejected(name) { part = empty }
            return
        }
        read(&part, &nested)
        nested.rejectUnknown()
        body.take(problemsOf: nested)
    }
}
