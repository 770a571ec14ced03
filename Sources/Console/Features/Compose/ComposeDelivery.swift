import HTTPServing
import Messaging

/// Step 1: delivery channels and starting point.
struct ComposeDelivery: Sendable {
    struct Choice: Sendable {
        let value: String
        let label: String
        let isChecked: Bool
        let isReady: Bool
        let isSandbox: Bool
        let isMissing: Bool
        let providerName: String?
        let setUpHref: String?
    }

    struct SavedDraft: Sendable {
        let name: String
        let channels: [ChannelPill]
        let updated: String
        let updatedISO: String
        let status: String
        let resumeHref: String
    }

    struct TemplateRow: Sendable {
        let id: String
        let name: String
        let channels: [ChannelPill]
        /// Used by the style sheet to show only templates that support the selected channels.
        let channelWords: String
        let priority: String
        let viewHref: String?
    }

    let shell: Shell
    let steps: [ComposeStep]
    let action: String
    let version: String?
    let problem: String?
    let deliveryChannels: [Choice]
    let deliveryChannelsError: String?
    let isNew: Bool
    let startsBlank: Bool
    let startsSaved: Bool
    let startsTemplate: Bool
    let startingPointError: String?
    let templateQuery: String
    let templateSearchHref: String
    let hasTemplates: Bool
    let templates: [TemplateRow]
    let hasMoreTemplates: Bool
    let templatesEmpty: String
    let setUpTemplatesHref: String?
    let hasSavedDrafts: Bool
    let savedDrafts: [SavedDraft]
    let draftsHref: String

    static var routes: [Route] {
        let access = Access.one(.composeSend)
        let existing = Paths.composeDelivery("{id}")
        return [
            Route(.get, Paths.composeNew, access) { context in
                let asked = context.request.query.all("delivery_channels")
                return try show(
                    context, nil, Form(Fields()),
                    chosen: DeliveryChannel.composable.filter { asked.contains($0.rawValue) },
                    start: context.request.query["start"] ?? "blank")
            },
            Route(.post, Paths.compose, access) { try create($0) },
            Route(.get, existing, access) { context in
                try context.withDraft { try show(context, $0, Form(Fields()), chosen: $0.deliveryChannels) }
            },
            Route(.post, existing, access) { context in try context.withDraft { try change(context, $0) } },
        ]
    }

    private static func create(_ context: RequestContext) throws -> Response {
        var form = Form(context.request)
        if form.has("template") { return try start(context, &form) }
        let chosen = channels(&form)
        let start = form.raw("starting_point")
        if start == "saved" {
            form.reject("starting_point", "Choose Resume next to the draft you want to continue.")
        } else if start == "template" {
            form.reject("starting_point", "Choose Use Template next to the template you want to start from.")
        }
        guard form.isValid else {
            return try show(context, nil, form, chosen: chosen, start: start, status: 422)
        }
        let id = try context.perform(CreateDraft(chosen))
        return context.redirect(to: Paths.composeMessage(id))
    }

    /// *Use Template*. Without a selected delivery channel, uses all that the template supports.
    private static func start(_ context: RequestContext, _ form: inout Form) throws -> Response {
        let names = form.fields.all("delivery_channels")
        var chosen = DeliveryChannel.composable.filter { names.contains($0.rawValue) }
        let template = try form.number("template").flatMap { try context.services.templates.template($0) }
        guard let template, template.isActive else {
            form.reject("starting_point", "This template was deleted or is not active.")
            return try show(context, nil, form, chosen: chosen, start: "template", status: 422)
        }
        let supported = DeliveryChannel.composable.filter(template.deliveryChannels.contains)
        if chosen.isEmpty { chosen = supported }
        let lacking = chosen.filter { !supported.contains($0) }
        if chosen.isEmpty || !lacking.isEmpty {
            let words = lacking.isEmpty ? "what the wizard sends" : EnglishFormat.list(lacking.map(\.title))
            form.reject("starting_point", "“\(template.name)” has no content for \(words).")
            return try show(context, nil, form, chosen: chosen, start: "template", status: 422)
        }
        let id = try context.perform(CreateDraft(chosen, from: template))
        return context.redirect(to: Paths.composeMessage(id))
    }

    private static func change(_ context: RequestContext, _ draft: Broadcast) throws -> Response {
        var form = Form(context.request)
        let chosen = channels(&form)
        guard form.isValid else { return try show(context, draft, form, chosen: chosen, status: 422) }
        if chosen != draft.deliveryChannels {
            do {
                try context.perform(
                    SaveDraft(
                        id: draft.id, version: form.number("version") ?? 0,
                        change: DraftChange(deliveryChannels: chosen),
                        detail: chosen.map(\.rawValue).joined(separator: ", ")))
            } catch StoreConflict.version {
                return try show(
                    context, try context.composed(), form, chosen: chosen, status: 409,
                    problem: "Someone else changed this draft. Press Next to keep your choice.")
            }
        }
        return context.redirect(to: Paths.composeMessage(draft.id))
    }

    private static func channels(_ form: inout Form) -> [DeliveryChannel] {
        let names = form.fields.all("delivery_channels")
        let chosen = DeliveryChannel.composable.filter { names.contains($0.rawValue) }
        if chosen.isEmpty || names.contains(where: { name in !chosen.contains { $0.rawValue == name } }) {
            form.reject("delivery_channels", "Choose at least one delivery channel.")
        }
        return chosen
    }

    private static func show(
        _ context: RequestContext, _ draft: Broadcast?, _ form: Form, chosen: [DeliveryChannel],
        start: String = "blank",
        status: Int = 200, problem: String? = nil
    ) throws -> Response {
        let drafts =
            draft == nil ? try context.services.broadcasts.drafts(from: .newest, limit: 10).items : []
        let saved = drafts.filter { $0.status == .draft }.map { SavedDraft($0, context) }
        let query = String((context.request.query["q"] ?? "").filter { !$0.isNewline }.prefix(200))
        let templates = draft == nil ? try activeTemplates(context, query) : Page(items: [])
        let readiness = try context.readiness(DeliveryChannel.composable)
        let model = ComposeDelivery(
            shell: context.shell(.compose), steps: ComposeStep.all(at: .delivery, of: draft),
            action: draft.map { Paths.composeDelivery($0.id) } ?? Paths.compose,
            version: draft.map { String($0.version) }, problem: problem,
            deliveryChannels: readiness.map { Choice($0, isChecked: chosen.contains($0.channel), context) },
            deliveryChannelsError: form.error("delivery_channels"), isNew: draft == nil,
            startsBlank: !["saved", "template"].contains(start), startsSaved: start == "saved",
            startsTemplate: start == "template", startingPointError: form.error("starting_point"),
            templateQuery: query, templateSearchHref: Paths.composeNew, hasTemplates: !templates.items.isEmpty,
            templates: templates.items.map { TemplateRow($0, context) }, hasMoreTemplates: templates.next != nil,
            templatesEmpty: query.isEmpty
                ? "There is no active template yet." : "No active template matches “\(query)”.",
            setUpTemplatesHref: context.link(Paths.messageTemplates),
            hasSavedDrafts: !saved.isEmpty, savedDrafts: saved, draftsHref: Paths.drafts)
        return try context.page("Compose/ComposeDelivery", model, status: status)
    }
}

extension ComposeDelivery {
    /// Active templates that the wizard can send.
    private static func activeTemplates(_ context: RequestContext, _ query: String) throws -> Page<MessageTemplate> {
        var page = try context.services.templates.templates(
            TemplateFilter(query: query, isActive: true), from: .newest, limit: 100)
        page.items.removeAll { Set($0.deliveryChannels).isDisjoint(with: DeliveryChannel.composable) }
        return page
    }
}

extension ComposeDelivery.TemplateRow {
    init(_ template: MessageTemplate, _ context: RequestContext) {
        id = String(template.id)
        name = template.name
        channels = template.deliveryChannels.map(ChannelPill.init)
        channelWords = template.deliveryChannels.map(\.rawValue).joined(separator: " ")
        priority = template.priority.title
        viewHref = context.link(Paths.messageTemplate(template.id))
    }
}

extension ComposeDelivery.Choice {
    init(_ readiness: Readiness, isChecked: Bool, _ context: RequestContext) {
        value = readiness.channel.rawValue
        label = readiness.channel.title
        self.isChecked = isChecked
        isReady = readiness.state == .ready
        isSandbox = readiness.state == .sandbox
        isMissing = !isReady && !isSandbox
        providerName = isMissing ? nil : readiness.provider?.name
        setUpHref =
            isMissing
            ? ProviderSection.of(readiness.channel).flatMap { context.link(Paths.providers($0)) } : nil
    }
}

extension ComposeDelivery.SavedDraft {
    init(_ draft: Broadcast, _ context: RequestContext) {
        let updated = context.time(draft.updatedAt)
        self.init(
            name: draft.displayName, channels: draft.deliveryChannels.map(ChannelPill.init), updated: updated.text,
            updatedISO: updated.iso, status: draft.status.title, resumeHref: Paths.composeResume(draft.id))
    }
}
