import HTTPServing
import Messaging

/// Step 1: by which delivery channels, and from where to start.
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
        /// For the style sheet, which shows only those that support what is chosen.
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
            Route(.get, Paths.composeNew, access) { visit in
                let asked = visit.request.query.all("delivery_channels")
                return try show(
                    visit, nil, Form(Fields()),
                    chosen: DeliveryChannel.composable.filter { asked.contains($0.rawValue) },
                    start: visit.request.query["start"] ?? "blank")
            },
            Route(.post, Paths.compose, access) { try create($0) },
            Route(.get, existing, access) { visit in
                try visit.withDraft { try show(visit, $0, Form(Fields()), chosen: $0.deliveryChannels) }
            },
            Route(.post, existing, access) { visit in try visit.withDraft { try change(visit, $0) } },
        ]
    }

    private static func create(_ visit: Visit) throws -> Response {
        var form = Form(visit.request)
        if form.has("template") { return try start(visit, &form) }
        let chosen = channels(&form)
        let start = form.raw("starting_point")
        if start == "saved" {
            form.reject("starting_point", "Choose Resume beside the draft you want to go on with.")
        } else if start == "template" {
            form.reject("starting_point", "Choose Use Template beside the template you want to start from.")
        }
        guard form.isValid else {
            return try show(visit, nil, form, chosen: chosen, start: start, status: 422)
        }
        let id = try visit.services.broadcasts.createDraft(
            name: "", deliveryChannels: chosen, composition: Composition(), by: visit.principal.userID, at: visit.now)
        try visit.audit("create draft", "broadcast \(id)")
        return visit.redirect(to: Paths.composeMessage(id))
    }

    /// *Use Template*. With no delivery channel chosen, all that the template supports.
    private static func start(_ visit: Visit, _ form: inout Form) throws -> Response {
        let names = form.fields.all("delivery_channels")
        var chosen = DeliveryChannel.composable.filter { names.contains($0.rawValue) }
        let template = try form.number("template").flatMap { try visit.services.templates.template($0) }
        guard let template, template.isActive else {
            form.reject("starting_point", "This template is not there any more, or not active.")
            return try show(visit, nil, form, chosen: chosen, start: "template", status: 422)
        }
        let supported = DeliveryChannel.composable.filter(template.deliveryChannels.contains)
        if chosen.isEmpty { chosen = supported }
        let lacking = chosen.filter { !supported.contains($0) }
        if chosen.isEmpty || !lacking.isEmpty {
            let words = lacking.isEmpty ? "what the wizard sends" : Wording.list(lacking.map(\.title))
            form.reject("starting_point", "“\(template.name)” has no content for \(words).")
            return try show(visit, nil, form, chosen: chosen, start: "template", status: 422)
        }
        let id = try visit.services.broadcasts.createDraft(
            name: template.name, deliveryChannels: chosen, composition: template.draft.composition,
            by: visit.principal.userID, at: visit.now)
        try visit.audit("create draft", "broadcast \(id)", detail: "from template \(template.id)")
        return visit.redirect(to: Paths.composeMessage(id))
    }

    private static func change(_ visit: Visit, _ draft: Broadcast) throws -> Response {
        var form = Form(visit.request)
        let chosen = channels(&form)
        guard form.isValid else { return try show(visit, draft, form, chosen: chosen, status: 422) }
        if chosen != draft.deliveryChannels {
            do {
                _ = try visit.services.broadcasts.saveDraft(
                    draft.id, version: form.number("version") ?? 0, change: DraftChange(deliveryChannels: chosen),
                    by: visit.principal.userID, at: visit.now)
                try visit.audit(
                    "update draft", "broadcast \(draft.id)", detail: chosen.map(\.rawValue).joined(separator: ", "))
            } catch StoreConflict.version {
                return try show(
                    visit, try visit.composed(), form, chosen: chosen, status: 409,
                    problem: "Somebody else changed this draft meanwhile. Press Next to keep your choice.")
            }
        }
        return visit.redirect(to: Paths.composeMessage(draft.id))
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
        _ visit: Visit, _ draft: Broadcast?, _ form: Form, chosen: [DeliveryChannel], start: String = "blank",
        status: Int = 200, problem: String? = nil
    ) throws -> Response {
        let drafts =
            draft == nil ? try visit.services.broadcasts.drafts(from: .newest, limit: 10).items : []
        let saved = drafts.filter { $0.status == .draft }.map { SavedDraft($0, visit) }
        let query = String((visit.request.query["q"] ?? "").filter { !$0.isNewline }.prefix(200))
        let templates = draft == nil ? try activeTemplates(visit, query) : Page(items: [])
        let readiness = try visit.readiness(DeliveryChannel.composable)
        let model = ComposeDelivery(
            shell: visit.shell(.compose), steps: ComposeStep.all(at: .delivery, of: draft),
            action: draft.map { Paths.composeDelivery($0.id) } ?? Paths.compose,
            version: draft.map { String($0.version) }, problem: problem,
            deliveryChannels: readiness.map { Choice($0, isChecked: chosen.contains($0.channel), visit) },
            deliveryChannelsError: form.error("delivery_channels"), isNew: draft == nil,
            startsBlank: !["saved", "template"].contains(start), startsSaved: start == "saved",
            startsTemplate: start == "template", startingPointError: form.error("starting_point"),
            templateQuery: query, templateSearchHref: Paths.composeNew, hasTemplates: !templates.items.isEmpty,
            templates: templates.items.map { TemplateRow($0, visit) }, hasMoreTemplates: templates.next != nil,
            templatesEmpty: query.isEmpty
                ? "There is no active template yet." : "No active template matches “\(query)”.",
            setUpTemplatesHref: visit.link(Paths.messageTemplates),
            hasSavedDrafts: !saved.isEmpty, savedDrafts: saved, draftsHref: Paths.drafts)
        return try visit.page("Pages/ComposeDelivery", model, status: status)
    }
}

extension ComposeDelivery {
    /// Active ones that the wizard can send at all.
    private static func activeTemplates(_ visit: Visit, _ query: String) throws -> Page<MessageTemplate> {
        var page = try visit.services.templates.templates(
            TemplateFilter(query: query, isActive: true), from: .newest, limit: 100)
        page.items.removeAll { Set($0.deliveryChannels).isDisjoint(with: DeliveryChannel.composable) }
        return page
    }
}

extension ComposeDelivery.TemplateRow {
    init(_ template: MessageTemplate, _ visit: Visit) {
        id = String(template.id)
        name = template.name
        channels = template.deliveryChannels.map(ChannelPill.init)
        channelWords = template.deliveryChannels.map(\.rawValue).joined(separator: " ")
        priority = template.priority.title
        viewHref = visit.link(Paths.messageTemplate(template.id))
    }
}

extension ComposeDelivery.Choice {
    init(_ readiness: Readiness, isChecked: Bool, _ visit: Visit) {
        value = readiness.channel.rawValue
        label = readiness.channel.title
        self.isChecked = isChecked
        isReady = readiness.state == .ready
        isSandbox = readiness.state == .sandbox
        isMissing = !isReady && !isSandbox
        providerName = isMissing ? nil : readiness.provider?.name
        setUpHref =
            isMissing
            ? ProviderSection.of(readiness.channel).flatMap { visit.link(Paths.providers($0)) } : nil
    }
}

extension ComposeDelivery.SavedDraft {
    init(_ draft: Broadcast, _ visit: Visit) {
        let updated = visit.time(draft.updatedAt)
        self.init(
            name: draft.label, channels: draft.deliveryChannels.map(ChannelPill.init), updated: updated.text,
            updatedISO: updated.iso, status: draft.status.title, resumeHref: Paths.composeResume(draft.id))
    }
}
