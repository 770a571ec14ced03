import HTTPServing
import Messaging

struct EmailWrapperFormPage: Sendable {
    /// The two colours of one part.
    struct Colours: Sendable {
        let label: String
        let backgroundName: String
        let background: String
        let backgroundError: String?
        let textName: String
        let text: String
        let textError: String?
    }

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
    let isDefault: Bool
    let headerHTML: String
    let headerError: String?
    let html: String
    let htmlError: String?
    let footerHTML: String
    let footerError: String?
    let colours: [Colours]
    let previewAction: String
    let hasUses: Bool
    let uses: [UseItem]
    let isStored: Bool
    let deleteHref: String?
}

/// Writing one wrapper.
struct EmailWrapperEditor {
    let visit: Visit
    let wrapper: EmailWrapper?

    /// Three texts of up to 256 KB, percent-encoded.
    static let bodyLimit = 3 * 1024 * 1024
    private static let textLimit = 256 * 1024

    init(_ visit: Visit, _ wrapper: EmailWrapper?) {
        self.visit = visit
        self.wrapper = wrapper
    }

    static func read(_ form: inout Form) -> EmailWrapperDraft {
        var draft = EmailWrapperDraft(
            name: form.line("name"), headerHTML: form.text("header_html", limit: textLimit),
            footerHTML: form.text("footer_html", limit: textLimit), html: form.text("html", limit: textLimit),
            isDefault: form.isChecked("is_default"))
        for part in WrapperPart.allCases {
            draft.colours[background: part] = colour("\(part.rawValue)_background", &form)
            draft.colours[text: part] = colour("\(part.rawValue)_text", &form)
        }
        return draft
    }

    private static func colour(_ name: String, _ form: inout Form) -> String? {
        let text = form.line(name, limit: 20)
        if text.isEmpty { return nil }
        if let colour = WrapperColours.normalised(text) { return colour }
        form.reject(name, "A colour as in #1d4ed8, or nothing.")
        return nil
    }

    func create() throws -> Response {
        var form = Form(visit.request)
        let draft = Self.read(&form)
        form.take(draft.problems)
        guard form.isValid else { return try show(draft, form, status: 422) }
        let id = try visit.services.templates.createWrapper(draft, by: visit.principal.userID, at: visit.now)
        try visit.audit("create email wrapper", "wrapper \(id)", detail: draft.name)
        return visit.redirect(
            to: visit.link(Paths.emailWrapper(id)) ?? Paths.account, .success, "“\(draft.name)” was added.")
    }

    func save() throws -> Response {
        guard let wrapper else { throw Failure.notFound }
        var form = Form(visit.request)
        let draft = Self.read(&form)
        form.take(draft.problems)
        guard form.isValid else { return try show(draft, form, status: 422) }
        let version = form.isChecked("keep_mine") ? wrapper.version : form.number("version") ?? 0
        do {
            try visit.services.templates.saveWrapper(
                wrapper.id, version: version, draft, by: visit.principal.userID, at: visit.now)
        } catch StoreConflict.version {
            return try show(draft, form, status: 409, conflict: conflict(draft, try visit.emailWrapper()))
        }
        try visit.audit("update email wrapper", "wrapper \(wrapper.id)", detail: draft.name)
        return visit.redirect(to: Paths.emailWrapper(wrapper.id), .success, "Saved.")
    }

    private func conflict(_ mine: EmailWrapperDraft, _ stored: EmailWrapper) -> SaveConflict {
        let theirs = stored.draft
        func colours(_ draft: EmailWrapperDraft) -> String {
            WrapperPart.allCases.flatMap { [draft.colours[background: $0], draft.colours[text: $0]] }
                .map { $0 ?? "–" }.joined(separator: " ")
        }
        return SaveConflict(
            by: stored.updatedByName, reloadHref: Paths.emailWrapper(stored.id),
            fields: [
                ("Name", mine.name, theirs.name), ("Header", mine.headerHTML, theirs.headerHTML),
                ("Wrapper HTML", mine.html, theirs.html), ("Footer", mine.footerHTML, theirs.footerHTML),
                ("Colours", colours(mine), colours(theirs)),
                ("Default", mine.isDefault ? "Yes" : "No", theirs.isDefault ? "Yes" : "No"),
            ])
    }

    func show(
        _ draft: EmailWrapperDraft, _ form: Form = Form(Fields()), status: Int = 200, conflict: SaveConflict? = nil
    ) throws -> Response {
        let action = wrapper.map { Paths.emailWrapper($0.id) } ?? Paths.emailWrappers
        let uses = try wrapper.map { try visit.services.templates.uses(ofWrapper: $0.id) } ?? []
        let model = EmailWrapperFormPage(
            shell: visit.shell(.communicationSettings), backHref: Paths.emailWrappers,
            title: wrapper?.name ?? "New email wrapper", action: action,
            saveLabel: wrapper == nil ? "Add email wrapper" : "Save", canEdit: visit.canReach(.post, action),
            version: form.has("version") ? form.raw("version") : String(wrapper?.version ?? 0),
            hasProblems: !form.isValid, problems: form.summary, conflict: conflict, name: draft.name,
            nameError: form.error("name"), isDefault: draft.isDefault, headerHTML: draft.headerHTML,
            headerError: form.error("header_html"), html: draft.html, htmlError: form.error("html"),
            footerHTML: draft.footerHTML, footerError: form.error("footer_html"),
            colours: WrapperPart.allCases.map { Self.colours($0, draft, form) },
            previewAction: Paths.emailWrapperPreview, hasUses: !uses.isEmpty, uses: uses.map { UseItem($0, visit) },
            isStored: wrapper != nil, deleteHref: wrapper.flatMap { visit.link(Paths.deleteEmailWrapper($0.id)) })
        return try visit.page("Pages/EmailWrapperForm", model, status: status)
    }

    private static func colours(
        _ part: WrapperPart, _ draft: EmailWrapperDraft, _ form: Form
    ) -> EmailWrapperFormPage.Colours {
        let (background, text) = ("\(part.rawValue)_background", "\(part.rawValue)_text")
        return EmailWrapperFormPage.Colours(
            label: part.rawValue.capitalized, backgroundName: background,
            background: form.has(background) ? form.raw(background) : draft.colours[background: part] ?? "",
            backgroundError: form.error(background), textName: text,
            text: form.has(text) ? form.raw(text) : draft.colours[text: part] ?? "", textError: form.error(text))
    }
}
