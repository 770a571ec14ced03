import HTTPServing
import Messaging

struct EmailWrapperFormPage: Sendable {
    /// Text and background colour of one part.
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
    let frame: EditorFrame
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
}

/// Editor of a wrapper.
struct EmailWrapperEditor: VersionedEditor {
    let context: RequestContext
    let stored: EmailWrapper?

    static let place = EditorPlace(
        title: "Email Wrappers", list: Paths.emailWrappers,
        new: Paths.newEmailWrapper, edit: { Paths.emailWrapper($0) }, view: { Paths.emailWrapper($0) },
        delete: { Paths.deleteEmailWrapper($0) }, opens: .readEmailWrappers, creates: .createEmailWrappers,
        updates: .updateEmailWrappers, deletes: .deleteEmailWrappers,
        // Three texts of up to 256 KB, percent-encoded.
        bodyLimit: 3 * 1024 * 1024, policy: .previews)
    private static let textLimit = 256 * 1024

    /// Fluid width, up to a maximum that is comfortable to read.
    static let starter = EmailWrapperDraft(
        html: """
            <table role="presentation" width="100%" align="center" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;margin:0 auto">
            <tr><td style="padding:24px">{{content}}</td></tr>
            </table>
            """)

    init(_ context: RequestContext, _ stored: EmailWrapper?) {
        self.context = context
        self.stored = stored
    }

    static func find(_ context: RequestContext) throws -> EmailWrapper { try context.emailWrapper() }

    func uses(of id: Int64) throws -> [TemplateUse] { try context.services.templates.uses(ofWrapper: id) }

    func farewell(_ stored: EmailWrapper) -> String {
        stored.isDefault
            ? "It is the default: mails that name no wrapper go without one until another is the default."
            : "No template and no draft names it. Mails made with it stay as they are."
    }

    static func compare(_ mine: EmailWrapperDraft, _ theirs: EmailWrapperDraft) -> [(String, String, String)] {
        func colours(_ draft: EmailWrapperDraft) -> String {
            WrapperPart.allCases.flatMap { [draft.colours[background: $0], draft.colours[text: $0]] }
                .map { $0 ?? "–" }.joined(separator: " ")
        }
        return [
            ("Name", mine.name, theirs.name), ("Header", mine.headerHTML, theirs.headerHTML),
            ("Wrapper HTML", mine.html, theirs.html), ("Footer", mine.footerHTML, theirs.footerHTML),
            ("Colours", colours(mine), colours(theirs)),
            ("Default", mine.isDefault ? "Yes" : "No", theirs.isDefault ? "Yes" : "No"),
        ]
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

    func page(_ draft: EmailWrapperDraft, _ form: Form, _ frame: EditorFrame, status: Int) throws -> Response {
        let model = EmailWrapperFormPage(
            shell: context.shell(.communicationSettings), frame: frame, name: draft.name, nameError: form.error("name"),
            isDefault: draft.isDefault, headerHTML: draft.headerHTML, headerError: form.error("header_html"),
            html: draft.html, htmlError: form.error("html"), footerHTML: draft.footerHTML,
            footerError: form.error("footer_html"),
            colours: WrapperPart.allCases.map { Self.colours($0, draft, form) },
            previewAction: Paths.emailWrapperPreview)
        return try context.page("Templates/EmailWrapperForm", model, status: status)
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
