import Messaging

/// What `POST /broadcasts` and `PATCH /broadcasts/{id}` ask for. What is not named stays.
enum BroadcastRequest {
    /// The API's names of what the check names as the form does.
    private static let names = [
        "email_subject": "content.email.subject", "email_html": "content.email.html", "sms_text": "content.sms.text",
        "whatsapp_text": "content.whatsapp.text", "push_title": "content.push.title", "push_body": "content.push.body",
        "push_icon": "content.push.icon", "push_action_url": "content.push.action_url",
        "in_app_title": "content.in_app.title", "in_app_body": "content.in_app.body",
        "in_app_icon": "content.in_app.icon", "in_app_action_url": "content.in_app.action_url",
    ]

    static func read(_ context: RequestContext, _ body: inout BodyReader, over stored: Broadcast?) throws -> BulkDraft {
        var draft = BulkDraft(
            name: stored?.name ?? "", templateID: stored?.templateID, composition: stored?.composition ?? Composition(),
            deliveryChannels: stored?.deliveryChannels ?? [], whenUnknown: stored?.whenUnknown ?? .hold,
            expiresAt: stored?.expiresAt)
        let isChanged = ["template_id", "content", "delivery_channels"].contains { body.has($0) }
        let template = try source(&draft, &body, context, isNew: stored == nil)
        deliveryChannels(&draft, &body, isNew: stored == nil)
        if isChanged, body.problems.isEmpty {
            rejectUnsupported(draft, template?.deliveryChannels, template?.name ?? "The content", &body)
        }
        draft.name = body.line("name", limit: BroadcastsAPI.nameLimit) ?? draft.name
        if draft.name.isEmpty { draft.name = template?.name ?? draft.composition.emailSubject }
        whenUnknown(&draft, &body)
        expiry(&draft, &body, now: context.now)
        try body.finish()
        return draft
    }

    /// The delivery channels a broadcast's own texts are for.
    static func supported(_ composition: Composition) -> [DeliveryChannel] {
        DeliveryChannel.composable.filter { channel in
            let texts =
                switch channel {
                case .email: [composition.emailSubject, composition.emailHTML]
                case .sms: [composition.smsText]
                case .push: composition.push?.texts ?? []
                case .inApp: composition.inApp?.texts ?? []
                default: [composition.whatsappText]
                }
            return !texts.allSatisfy(\.isEmpty)
        }
    }

    // MARK: Template or content

    /// The template, where it is one that says what is sent.
    private static func source(
        _ draft: inout BulkDraft, _ body: inout BodyReader, _ context: RequestContext, isNew: Bool
    ) throws -> MessageTemplate? {
        let (hasTemplate, hasContent) = (body.value("template_id") != nil, body.value("content") != nil)
        switch (hasTemplate, hasContent) {
        case (true, true):
            body.reject("content", "The template has it. Leave one of the two out.")
            return nil
        case (true, false): return try template(&draft, &body, context)
        case (false, true):
            if draft.templateID != nil { draft.composition = Composition() }
            draft.templateID = nil
            content(&draft.composition, &body)
            return nil
        case (false, false):
            if isNew { body.reject("template_id", "Give a template_id, or content.") }
            guard let id = draft.templateID else { return nil }
            let template = try context.services.templates.template(id)
            if template == nil, body.has("delivery_channels") {
                body.reject("template_id", "The template was deleted. Choose another.")
            }
            return template
        }
    }

    private static func template(
        _ draft: inout BulkDraft, _ body: inout BodyReader, _ context: RequestContext
    ) throws -> MessageTemplate? {
        guard let text = body.text("template_id") else { return nil }
        guard let template = try Int64(text).flatMap({ try context.services.templates.template($0) }) else {
            body.reject("template_id", "There is no template “\(text.prefix(60))”.")
            return nil
        }
        if !template.isActive { body.reject("template_id", "“\(template.name)” is not active.") }
        (draft.templateID, draft.composition) = (template.id, Composition())
        return template
    }

    private static func content(_ composition: inout Composition, _ body: inout BodyReader) {
        guard var content = body.nested("content") else { return }
        part("email", &content) { part in
            guard var email = part else {
                (composition.emailSubject, composition.emailHTML, composition.emailProject) = ("", "", "")
                return nil
            }
            composition.emailSubject =
                email.line("subject", limit: ContentLimits.subject) ?? composition.emailSubject
            if let html = email.text("html"), html != composition.emailHTML {
                // The builder's document belongs to the HTML it made.
                (composition.emailHTML, composition.emailProject) = (html, "")
            }
            return email
        }
        text("sms", &composition.smsText, &content)
        text("whatsapp", &composition.whatsappText, &content)
        notification("push", &composition.push, &content)
        notification("in_app", &composition.inApp, &content)
        content.rejectUnknown()
        body.take(problemsOf: content)
        let given = supported(composition)
        if given.isEmpty, body.problems.isEmpty {
            body.reject("content", "Write it for at least one of \(API.ways("and")).")
        }
        for problem in MessageCheck(composition, given).all {
            let name = names[problem.field] ?? "content"
            if !body.rejected(name) { body.reject(name, problem.message) }
        }
    }

    private static func notification(
        _ name: String, _ stored: inout MessageTemplateDraft.NotificationPart?, _ content: inout BodyReader
    ) {
        var part = stored ?? MessageTemplateDraft.NotificationPart()
        TemplateRequest.notification(name, &part, &content)
        stored = part.isEmpty ? nil : part
    }

    private static func text(_ name: String, _ text: inout String, _ content: inout BodyReader) {
        part(name, &content) { part in
            guard var nested = part else {
                text = ""
                return nil
            }
            text = nested.text("text") ?? text
            return nested
        }
    }

    /// Reads a member that is there; null takes the delivery channel's text away.
    private static func part(
        _ name: String, _ content: inout BodyReader, _ read: (BodyReader?) -> BodyReader?
    ) {
        guard content.has(name) else { return }
        let nested = content.nested(name)
        guard nested != nil || !content.rejected(name) else { return }
        guard var part = read(nested) else { return }
        part.rejectUnknown()
        content.take(problemsOf: part)
    }

    // MARK: The rest

    private static func deliveryChannels(_ draft: inout BulkDraft, _ body: inout BodyReader, isNew: Bool) {
        let name = "delivery_channels"
        guard isNew || body.has(name) else { return }
        guard let asked = API.texts(name, &body) else {
            if !body.rejected(name) { body.reject(name, "Say how: \(API.ways("or")).") }
            return
        }
        for word in asked {
            guard let channel = DeliveryChannel(rawValue: word) else {
                body.reject(name, "There is no delivery channel “\(word.prefix(60))”. Use \(API.ways("or")).")
                continue
            }
            if !DeliveryChannel.composable.contains(channel) {
                body.reject(name, "\(channel.title) is not available here. Use \(API.ways("or")).")
            }
        }
        if asked.isEmpty { body.reject(name, "Name at least one of \(API.ways("and")).") }
        draft.deliveryChannels = DeliveryChannel.composable.filter { asked.contains($0.rawValue) }
    }

    private static func rejectUnsupported(
        _ draft: BulkDraft, _ ofTemplate: [DeliveryChannel]?, _ source: String, _ body: inout BodyReader
    ) {
        let supported = ofTemplate ?? Self.supported(draft.composition)
        let lacking = draft.deliveryChannels.filter { !supported.contains($0) }
        guard !lacking.isEmpty else { return }
        let what = ofTemplate == nil ? source : "“\(source)”"
        body.reject("delivery_channels", "\(what) has nothing for \(EnglishFormat.list(lacking.map(\.title))).")
    }

    /// Null takes it away.
    private static func expiry(_ draft: inout BulkDraft, _ body: inout BodyReader, now: Timestamp) {
        guard body.has("expires_at") else { return }
        draft.expiresAt = body.time("expires_at")
        if let end = draft.expiresAt, end <= now { body.reject("expires_at", "This is over already.") }
    }

    private static func whenUnknown(_ draft: inout BulkDraft, _ body: inout BodyReader) {
        guard let text = body.text("when_unknown") else { return }
        guard let choice = WhenUnknown(rawValue: text) else {
            body.reject("when_unknown", "This must be hold or resend.")
            return
        }
        draft.whenUnknown = choice
    }
}
