import HTTPServing
import Messaging

struct MailTemplatesPage: Sendable {
    struct Row: Sendable {
        let name: String
        let updated: String
        let updatedISO: String
        let openHref: String
        let openLabel: String
        let deleteHref: String?
    }

    let shell: Shell
    let tabs: [Tab]
    let addHref: String?
    let hasRows: Bool
    let rows: [Row]
}

struct MailTemplateFormPage: Sendable {
    let shell: Shell
    let backHref: String
    let title: String
    let action: String
    let saveLabel: String
    let canEdit: Bool
    let version: String
    let hasProblems: Bool
    let problems: [FormProblem]
    let conflict: SaveConflict?
    let name: String
    let nameError: String?
    let headerHTML: String
    let headerError: String?
    let footerHTML: String
    let footerError: String?
    let previewAction: String
    let hasUses: Bool
    let uses: [UseItem]
    let isStored: Bool
    let deleteHref: String?
}

/// Plain headers and footers that message templates name.
enum MailTemplatePages {
    private static let textLimit = 256 * 1024
    private static let bodyLimit = 2 * 1024 * 1024

    static var routes: [Route] {
        let (create, update) = (Access.one(.createMailTemplates), Access.one(.updateMailTemplates))
        let one = Paths.mailTemplate("{id}")
        return [
            Route(.get, Paths.mailTemplates, .one(.readMailTemplates)) { try list($0) },
            Route(.get, Paths.newMailTemplate, create, policy: .previews) { try show($0, nil, MailTemplateDraft()) },
            Route(.post, Paths.mailTemplates, create, bodyLimit: bodyLimit, policy: .previews) { try self.create($0) },
            Route(.get, one, .one(.readMailTemplates), policy: .previews) { visit in
                let stored = try visit.mailTemplate()
                return try show(visit, stored, stored.draft)
            },
            Route(.post, one, update, bodyLimit: bodyLimit, policy: .previews) { try save($0) },
            Route(
                .post, Paths.mailTemplatePreview, .one(.readMailTemplates), bodyLimit: bodyLimit, policy: .message
            ) { visit in
                var form = Form(visit.request)
                return DressPreview.response(EmailDress(mailTemplate: read(&form)))
            },
            Route(.get, Paths.deleteMailTemplate("{id}"), .one(.deleteMailTemplates)) { try question($0) },
            Route(.post, Paths.deleteMailTemplate("{id}"), .one(.deleteMailTemplates)) { try delete($0) },
        ]
    }

    private static func list(_ visit: Visit) throws -> Response {
        let rows = try visit.services.templates.mailTemplates().map { template in
            let updated = visit.time(template.updatedAt)
            let path = Paths.mailTemplate(template.id)
            return MailTemplatesPage.Row(
                name: template.name, updated: updated.text, updatedISO: updated.iso, openHref: path,
                openLabel: visit.canReach(.post, path) ? "Edit" : "View",
                deleteHref: visit.link(Paths.deleteMailTemplate(template.id)))
        }
        let model = MailTemplatesPage(
            shell: visit.shell(.communicationSettings), tabs: try SettingsTabs.all(visit, at: Paths.mailTemplates),
            addHref: visit.link(Paths.newMailTemplate), hasRows: !rows.isEmpty, rows: rows)
        return try visit.page("Pages/MailTemplates", model)
    }

    private static func read(_ form: inout Form) -> MailTemplateDraft {
        MailTemplateDraft(
            name: form.line("name"), headerHTML: form.text("header_html", limit: textLimit),
            footerHTML: form.text("footer_html", limit: textLimit))
    }

    private static func create(_ visit: Visit) throws -> Response {
        var form = Form(visit.request)
        let draft = read(&form)
        form.take(draft.problems)
        guard form.isValid else { return try show(visit, nil, draft, form, status: 422) }
        let id = try visit.services.templates.createMailTemplate(draft, by: visit.principal.userID, at: visit.now)
        try visit.audit("create mail template", "mail template \(id)", detail: draft.name)
        return visit.redirect(
            to: visit.link(Paths.mailTemplate(id)) ?? Paths.account, .success, "“\(draft.name)” was added.")
    }

    private static func save(_ visit: Visit) throws -> Response {
        let stored = try visit.mailTemplate()
        var form = Form(visit.request)
        let draft = read(&form)
        form.take(draft.problems)
        guard form.isValid else { return try show(visit, stored, draft, form, status: 422) }
        let version = form.isChecked("keep_mine") ? stored.version : form.number("version") ?? 0
        do {
            try visit.services.templates.saveMailTemplate(
                stored.id, version: version, draft, by: visit.principal.userID, at: visit.now)
        } catch StoreConflict.version {
            let theirs = try visit.mailTemplate()
            let conflict = SaveConflict(
                by: theirs.updatedByName, reloadHref: Paths.mailTemplate(theirs.id),
                fields: [
                    ("Name", draft.name, theirs.name), ("Header", draft.headerHTML, theirs.draft.headerHTML),
                    ("Footer", draft.footerHTML, theirs.draft.footerHTML),
                ])
            return try show(visit, stored, draft, form, status: 409, conflict: conflict)
        }
        try visit.audit("update mail template", "mail template \(stored.id)", detail: draft.name)
        return visit.redirect(to: Paths.mailTemplate(stored.id), .success, "Saved.")
    }

    private static func show(
        _ visit: Visit, _ stored: MailTemplate?, _ draft: MailTemplateDraft, _ form: Form = Form(Fields()),
        status: Int = 200, conflict: SaveConflict? = nil
    ) throws -> Response {
        let action = stored.map { Paths.mailTemplate($0.id) } ?? Paths.mailTemplates
        let uses = try stored.map { try visit.services.templates.uses(ofMailTemplate: $0.id) } ?? []
        let model = MailTemplateFormPage(
            shell: visit.shell(.communicationSettings), backHref: Paths.mailTemplates,
            title: stored?.name ?? "New mail template", action: action,
            saveLabel: stored == nil ? "Add mail template" : "Save", canEdit: visit.canReach(.post, action),
            version: form.has("version") ? form.raw("version") : String(stored?.version ?? 0),
            hasProblems: !form.isValid, problems: form.summary, conflict: conflict, name: draft.name,
            nameError: form.error("name"), headerHTML: draft.headerHTML, headerError: form.error("header_html"),
            footerHTML: draft.footerHTML, footerError: form.error("footer_html"),
            previewAction: Paths.mailTemplatePreview, hasUses: !uses.isEmpty, uses: uses.map { UseItem($0, visit) },
            isStored: stored != nil, deleteHref: stored.flatMap { visit.link(Paths.deleteMailTemplate($0.id)) })
        return try visit.page("Pages/MailTemplateForm", model, status: status)
    }

    private static func question(_ visit: Visit) throws -> Response {
        let stored = try visit.mailTemplate()
        let uses = try visit.services.templates.uses(ofMailTemplate: stored.id)
        guard uses.isEmpty else { throw inUse(stored, uses) }
        return try visit.page(
            "Pages/Confirm",
            ConfirmPage(
                shell: visit.shell(.communicationSettings), title: "Delete \(stored.name)?",
                text: "No template and no draft names it. Mails made with it stay as they are.",
                action: Paths.deleteMailTemplate(stored.id), confirmLabel: "Delete mail template",
                busyLabel: "Deleting…", danger: true, cancelHref: Paths.mailTemplate(stored.id)))
    }

    private static func delete(_ visit: Visit) throws -> Response {
        let stored = try visit.mailTemplate()
        do {
            try visit.services.templates.deleteMailTemplate(stored.id)
        } catch StoreConflict.state {
            throw inUse(stored, try visit.services.templates.uses(ofMailTemplate: stored.id))
        }
        try visit.audit("delete mail template", "mail template \(stored.id)", detail: stored.name)
        return visit.redirect(
            to: visit.link(Paths.mailTemplates) ?? Paths.account, .success, "“\(stored.name)” was deleted.")
    }

    static func inUse(_ stored: MailTemplate, _ uses: [TemplateUse]) -> Failure {
        Failure(
            409, "It is in use",
            "“\(stored.name)” is named by \(UseItem.words(uses)). Choose another there first. Nothing was deleted.")
    }
}

extension Visit {
    func mailTemplate() throws -> MailTemplate {
        guard let stored = try services.templates.mailTemplate(id()) else { throw Failure.notFound }
        return stored
    }
}
