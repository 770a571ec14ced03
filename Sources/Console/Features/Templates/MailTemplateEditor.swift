import HTTPServing
import Messaging

struct MailTemplateFormPage: Sendable {
    let shell: Shell
    let frame: EditorFrame
    let name: String
    let nameError: String?
    let headerHTML: String
    let headerError: String?
    let footerHTML: String
    let footerError: String?
    let previewAction: String
}

/// Editor of a mail template.
struct MailTemplateEditor: VersionedEditor {
    let context: RequestContext
    let stored: MailTemplate?

    static let place = EditorPlace(
        title: "Mail Templates", list: Paths.mailTemplates,
        new: Paths.newMailTemplate, edit: { Paths.mailTemplate($0) }, view: { Paths.mailTemplate($0) },
        delete: { Paths.deleteMailTemplate($0) }, opens: .readMailTemplates, creates: .createMailTemplates,
        updates: .updateMailTemplates, deletes: .deleteMailTemplates,
        // Two texts of up to 256 KB, percent-encoded.
        bodyLimit: 2 * 1024 * 1024, policy: .previews)
    private static let textLimit = 256 * 1024
    static let starter = MailTemplateDraft()

    init(_ context: RequestContext, _ stored: MailTemplate?) {
        self.context = context
        self.stored = stored
    }

    static func find(_ context: RequestContext) throws -> MailTemplate { try context.mailTemplate() }

    static func read(_ form: inout Form) -> MailTemplateDraft {
        MailTemplateDraft(
            name: form.line("name"), headerHTML: form.text("header_html", limit: textLimit),
            footerHTML: form.text("footer_html", limit: textLimit))
    }

    func uses(of id: Int64) throws -> [TemplateUse] { try context.services.templates.uses(ofMailTemplate: id) }

    func farewell(_ stored: MailTemplate) -> String {
        "No template and no draft names it. Mails made with it stay as they are."
    }

    static func compare(_ mine: MailTemplateDraft, _ theirs: MailTemplateDraft) -> [(String, String, String)] {
        [
            ("Name", mine.name, theirs.name), ("Header", mine.headerHTML, theirs.headerHTML),
            ("Footer", mine.footerHTML, theirs.footerHTML),
        ]
    }

    func page(_ draft: MailTemplateDraft, _ form: Form, _ frame: EditorFrame, status: Int) throws -> Response {
        let model = MailTemplateFormPage(
            shell: context.shell(.communicationSettings), frame: frame, name: draft.name, nameError: form.error("name"),
            headerHTML: draft.headerHTML, headerError: form.error("header_html"), footerHTML: draft.footerHTML,
            footerError: form.error("footer_html"), previewAction: Paths.mailTemplatePreview)
        return try context.page("Templates/MailTemplateForm", model, status: status)
    }
}
