import HTTPServing
import Messaging

struct EmailWrappersPage: Sendable {
    struct Row: Sendable {
        let name: String
        let isDefault: Bool
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

/// Branded shells around the content of mails.
enum EmailWrapperPages {
    static var routes: [Route] {
        let (create, update) = (Access.one(.createEmailWrappers), Access.one(.updateEmailWrappers))
        let one = Paths.emailWrapper("{id}")
        let limit = EmailWrapperEditor.bodyLimit
        return [
            Route(.get, Paths.emailWrappers, .one(.readEmailWrappers)) { try list($0) },
            Route(.get, Paths.newEmailWrapper, create, policy: .previews) { visit in
                try EmailWrapperEditor(visit, nil).show(EmailWrapperDraft(html: starter))
            },
            Route(.post, Paths.emailWrappers, create, bodyLimit: limit, policy: .previews) { visit in
                try EmailWrapperEditor(visit, nil).create()
            },
            Route(.get, one, .one(.readEmailWrappers), policy: .previews) { visit in
                let wrapper = try visit.emailWrapper()
                return try EmailWrapperEditor(visit, wrapper).show(wrapper.draft)
            },
            Route(.post, one, update, bodyLimit: limit, policy: .previews) { visit in
                try EmailWrapperEditor(visit, visit.emailWrapper()).save()
            },
            // Nothing is stored; the body is what is being written.
            Route(
                .post, Paths.emailWrapperPreview, .one(.readEmailWrappers), bodyLimit: limit, policy: .message
            ) { visit in
                var form = Form(visit.request)
                return DressPreview.response(EmailDress(wrapper: EmailWrapperEditor.read(&form)))
            },
            Route(.get, Paths.deleteEmailWrapper("{id}"), .one(.deleteEmailWrappers)) { try question($0) },
            Route(.post, Paths.deleteEmailWrapper("{id}"), .one(.deleteEmailWrappers)) { try delete($0) },
        ]
    }

    private static let starter = """
        <table role="presentation" width="600" align="center" cellpadding="24" cellspacing="0" border="0">
        <tr><td>{{content}}</td></tr>
        </table>
        """

    private static func list(_ visit: Visit) throws -> Response {
        let rows = try visit.services.templates.wrappers().map { wrapper in
            let updated = visit.time(wrapper.updatedAt)
            let path = Paths.emailWrapper(wrapper.id)
            return EmailWrappersPage.Row(
                name: wrapper.name, isDefault: wrapper.isDefault, updated: updated.text, updatedISO: updated.iso,
                openHref: path, openLabel: visit.canReach(.post, path) ? "Edit" : "View",
                deleteHref: visit.link(Paths.deleteEmailWrapper(wrapper.id)))
        }
        let model = EmailWrappersPage(
            shell: visit.shell(.communicationSettings), tabs: try SettingsTabs.all(visit, at: Paths.emailWrappers),
            addHref: visit.link(Paths.newEmailWrapper), hasRows: !rows.isEmpty, rows: rows)
        return try visit.page("Pages/EmailWrappers", model)
    }

    private static func question(_ visit: Visit) throws -> Response {
        let wrapper = try visit.emailWrapper()
        let uses = try visit.services.templates.uses(ofWrapper: wrapper.id)
        guard uses.isEmpty else { throw inUse(wrapper, uses) }
        return try visit.page(
            "Pages/Confirm",
            ConfirmPage(
                shell: visit.shell(.communicationSettings), title: "Delete \(wrapper.name)?",
                text: wrapper.isDefault
                    ? "It is the default: mails that name no wrapper go without one until another is the default."
                    : "No template and no draft names it. Mails made with it stay as they are.",
                action: Paths.deleteEmailWrapper(wrapper.id), confirmLabel: "Delete wrapper", busyLabel: "Deleting…",
                danger: true, cancelHref: Paths.emailWrapper(wrapper.id)))
    }

    private static func delete(_ visit: Visit) throws -> Response {
        let wrapper = try visit.emailWrapper()
        do {
            try visit.services.templates.deleteWrapper(wrapper.id)
        } catch StoreConflict.state {
            throw inUse(wrapper, try visit.services.templates.uses(ofWrapper: wrapper.id))
        }
        try visit.audit("delete email wrapper", "wrapper \(wrapper.id)", detail: wrapper.name)
        return visit.redirect(
            to: visit.link(Paths.emailWrappers) ?? Paths.account, .success, "“\(wrapper.name)” was deleted.")
    }

    static func inUse(_ wrapper: EmailWrapper, _ uses: [TemplateUse]) -> Failure {
        Failure(
            409, "It is in use",
            "“\(wrapper.name)” is named by \(UseItem.words(uses)). Choose another wrapper there first. Nothing was deleted."
        )
    }
}

extension Visit {
    func emailWrapper() throws -> EmailWrapper {
        guard let wrapper = try services.templates.wrapper(id()) else { throw Failure.notFound }
        return wrapper
    }
}

/// A wrapper or a mail template as it stands in the form, around a sample text.
enum DressPreview {
    private static let sample = """
        <p>Dear {{member.first_name}},</p><p>This is where your message goes. Everything around it comes from here.</p>
        <p>Kind regards</p>
        """

    static func response(_ dress: EmailDress) -> Response {
        let content = Composition(emailSubject: "Preview", emailHTML: sample).dressed(in: dress).frozen(for: .email)
        do {
            let renderer = try ContentRenderer(content)
            return MessageFrame.response(try renderer.render(SampleValues.values(for: renderer.paths)).html)
        } catch {
            let words = (error as? ContentProblems)?.problems.values.first ?? "This cannot be shown."
            return MessageFrame.response("<p>\(HTMLText.escape(words))</p>")
        }
    }
}
