import HTTPServing
import Messaging

struct BulkFormPage: Sendable {
    struct Template: Sendable {
        let id: String
        let label: String
        let isSelected: Bool
    }

    struct Channel: Sendable {
        let value: String
        let label: String
        let isChecked: Bool
        /// The selected template has no content for this delivery channel.
        let isDisabled: Bool
        let note: String
    }

    let shell: Shell
    let backHref: String
    let backLabel: String
    let title: String
    let action: String
    let saveLabel: String
    let hasProblems: Bool
    let problems: [FormProblem]
    let conflict: SaveConflict?
    let version: String
    let name: String
    let nameError: String?
    let hasTemplates: Bool
    let templates: [Template]
    let templateError: String?
    /// Endpoint that returns the delivery channels of the selected template.
    let channelsHref: String
    let channels: [Channel]
    let channelsError: String?
    let resends: Bool
    let expiresAt: String
    let expiresError: String?
    let timeZone: String
    let templatesHref: String?
}

/// Pages that add a bulk and change a draft.
enum BulkEditor {
    private static let nameLimit = 200
    /// Maximum templates offered; the wizard's grid has a search for more.
    private static let mostTemplates = 200
    static let deliveryChannels = DeliveryChannel.composable

    static var routes: [Route] {
        [
            Route(.get, Paths.newBulk, .one(.createBulk)) { context in
                try page(context, nil, Form(context.request.query))
            },
            Route(.post, Paths.bulk, .one(.createBulk)) { try create($0) },
            Route(.get, Paths.editBulk("{id}"), .one(.updateBulk)) { context in
                try context.withBulkDraft { try page(context, $0, stored(context, $0)) }
            },
            Route(.post, Paths.editBulk("{id}"), .one(.updateBulk)) { context in
                try context.withBulkDraft { try save(context, $0) }
            },
            Route(.post, Paths.duplicateBulk("{id}"), .one(.createBulk)) { try duplicate($0) },
            Route(.get, Paths.deleteBulk("{id}"), .one(.deleteBulk)) { context in
                try context.withBulkDraft { try question(context, $0) }
            },
            Route(.post, Paths.deleteBulk("{id}"), .one(.deleteBulk)) { context in
                try context.withBulkDraft { try delete(context, $0) }
            },
        ]
    }

    /// Form filled from the draft; the query may select another template.
    private static func stored(_ context: RequestContext, _ draft: Broadcast) -> Form {
        let template = context.request.query["template"] ?? draft.templateID.map(String.init) ?? ""
        var pairs = [
            ("name", context.request.query["name"] ?? draft.name), ("template", template),
            ("version", String(draft.version)),
        ]
        pairs += draft.deliveryChannels.map { ("channels", $0.rawValue) }
        if draft.whenUnknown == .resend { pairs.append(("resend", "1")) }
        pairs.append(("expires_at", SendingForm.local(draft.expiresAt, context)))
        return Form(Fields(pairs))
    }

    private static func create(_ context: RequestContext) throws -> Response {
        var form = Form(context.request)
        let draft = try read(&form, context)
        guard form.isValid else { return try page(context, nil, form, status: 422) }
        let id = try context.perform(CreateBulk(draft))
        return context.redirect(
            to: Paths.bulk(id), .success, "Bulk created as a draft. Add receivers, then publish it.")
    }

    private static func save(_ context: RequestContext, _ stored: Broadcast) throws -> Response {
        var form = Form(context.request)
        let draft = try read(&form, context)
        guard form.isValid else { return try page(context, stored, form, status: 422) }
        do {
            // *Keep mine* submits the version that was shown as the conflict, so a later save is detected too.
            try context.perform(
                SaveBulk(
                    id: stored.id, version: form.number("keep_mine") ?? form.number("version") ?? 0, draft))
        } catch StoreConflict.version {
            let standing = try context.bulk()
            let conflict = SaveConflict(
                by: standing.updatedByName, version: standing.version, reloadHref: Paths.editBulk(stored.id),
                fields: [
                    ("Name", draft.name, standing.name),
                    ("Message template", draft.templateID.map(String.init) ?? "", standing.templateName ?? ""),
                    ("Channels", words(draft.deliveryChannels), words(standing.deliveryChannels)),
                ])
            return try page(context, standing, form, conflict: conflict, status: 409)
        }
        return context.redirect(to: Paths.bulk(stored.id), .success, "Saved.")
    }

    private static func words(_ channels: [DeliveryChannel]) -> String { EnglishFormat.list(channels.map(\.title)) }

    private static func read(_ form: inout Form, _ context: RequestContext) throws -> BulkDraft {
        let name = form.line("name", limit: nameLimit)
        let template = try form.number("template").flatMap { try context.services.templates.template($0) }
        let chosen = form.fields.all("channels").compactMap(DeliveryChannel.init(rawValue:)).filter(
            deliveryChannels.contains)
        guard let template, template.isActive else {
            form.reject("template", template == nil ? "Choose a message template." : "This template is not active.")
            return BulkDraft(name: name, templateID: nil, deliveryChannels: chosen)
        }
        let sending = SendingForm.read(&form, context)
        let lacking = chosen.filter { !template.deliveryChannels.contains($0) }
        if chosen.isEmpty {
            form.reject("channels", "Tick at least one delivery channel.")
        } else if !lacking.isEmpty {
            form.reject("channels", "“\(template.name)” has no content for \(words(lacking)).")
        }
        return BulkDraft(
            name: name, templateID: template.id, deliveryChannels: chosen,
            whenUnknown: sending.whenUnknown, expiresAt: sending.expiresAt)
    }

    private static func page(
        _ context: RequestContext, _ draft: Broadcast?, _ form: Form, conflict: SaveConflict? = nil, status: Int = 200
    ) throws -> Response {
        let active = try context.services.templates.templates(
            TemplateFilter(isActive: true), from: .newest, limit: mostTemplates
        ).items.filter { !Set($0.deliveryChannels).isDisjoint(with: deliveryChannels) }
        let chosen = form.number("template")
        let template = active.first { $0.id == chosen }
        let ticked = Set(form.fields.all("channels"))
        let path = draft.map { Paths.editBulk($0.id) } ?? Paths.newBulk
        let model = BulkFormPage(
            shell: context.shell(.bulk), backHref: draft.map { Paths.bulk($0.id) } ?? Paths.bulk,
            backLabel: draft?.displayName ?? "Bulk Communications", title: draft == nil ? "Add Bulk" : "Edit bulk",
            action: draft == nil ? Paths.bulk : path, saveLabel: draft == nil ? "Create" : "Save",
            hasProblems: !form.isValid, problems: form.summary, conflict: conflict,
            version: form.raw("version"), name: form.raw("name"),
            nameError: form.error("name"), hasTemplates: !active.isEmpty,
            templates: active.map {
                BulkFormPage.Template(id: String($0.id), label: $0.name, isSelected: $0.id == chosen)
            }, templateError: form.error("template"), channelsHref: path,
            channels: deliveryChannels.map { channel in
                let supports = template?.deliveryChannels.contains(channel)
                return BulkFormPage.Channel(
                    value: channel.rawValue, label: channel.title,
                    isChecked: supports == true && (ticked.isEmpty || ticked.contains(channel.rawValue)),
                    isDisabled: supports == false,
                    note: supports == false ? "Not in this template" : supports == true ? "In this template" : "")
            }, channelsError: form.error("channels"), resends: form.isChecked("resend"),
            expiresAt: form.raw("expires_at"), expiresError: form.error("expires_at"),
            timeZone: ScheduleTimes(context).zone,
            templatesHref: context.link(Paths.messageTemplates))
        return try context.page("Bulk/BulkForm", model, status: status)
    }

    // MARK: Duplicate and delete

    private static func duplicate(_ context: RequestContext) throws -> Response {
        let original = try context.watched()
        let name = String("Copy of \(original.displayName)".prefix(nameLimit))
        let copy = try context.perform(DuplicateBulk(original, name: name))
        return context.redirect(
            to: Paths.bulk(copy), .success, "This is the copy. Its receivers are being added.")
    }

    private static func question(_ context: RequestContext, _ draft: Broadcast) throws -> Response {
        try context.page(
            "Shared/Confirm",
            ConfirmPage(
                shell: context.shell(.bulk), title: "Delete this bulk?",
                text: "“\(draft.displayName)” and its list of receivers will be gone. Nothing was sent.",
                facts: [Fact(label: "Receivers", value: EnglishFormat.count(draft.receiverCount))],
                action: Paths.deleteBulk(draft.id), confirmLabel: "Delete bulk", busyLabel: "Deleting…", danger: true,
                cancelHref: Paths.bulk(draft.id)))
    }

    private static func delete(_ context: RequestContext, _ draft: Broadcast) throws -> Response {
        try context.perform(DeleteDraft(draft))
        return context.redirect(to: Paths.bulk, .success, "“\(draft.displayName)” was deleted.")
    }
}
