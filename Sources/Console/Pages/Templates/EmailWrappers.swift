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
        [
            Route(.get, Paths.emailWrappers, .one(.readEmailWrappers)) { try list($0) },
            // Nothing is stored; the body is what is being written.
            Route(
                .post, Paths.emailWrapperPreview, .one(.readEmailWrappers),
                bodyLimit: EmailWrapperEditor.place.bodyLimit, policy: .message
            ) { visit in
                var form = Form(visit.request)
                return DressPreview.response(EmailDress(wrapper: EmailWrapperEditor.read(&form)))
            },
        ] + EmailWrapperEditor.routes
    }

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
