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

/// Pages for email wrappers, the branded HTML shells of mails.
enum EmailWrapperPages {
    static var routes: [Route] {
        [
            Route(.get, Paths.emailWrappers, .one(.readEmailWrappers)) { try list($0) },
            // Nothing is stored; the body is the form being edited.
            Route(
                .post, Paths.emailWrapperPreview, .one(.readEmailWrappers),
                bodyLimit: EmailWrapperEditor.place.bodyLimit, policy: .message
            ) { context in
                var form = Form(context.request)
                return LayoutPreview.response(EmailLayout(wrapper: EmailWrapperEditor.read(&form)))
            },
        ] + EmailWrapperEditor.routes
    }

    private static func list(_ context: RequestContext) throws -> Response {
        let rows = try context.services.templates.wrappers().map { wrapper in
            let updated = context.time(wrapper.updatedAt)
            let path = Paths.emailWrapper(wrapper.id)
            return EmailWrappersPage.Row(
                name: wrapper.name, isDefault: wrapper.isDefault, updated: updated.text, updatedISO: updated.iso,
                openHref: path, openLabel: context.canReach(.post, path) ? "Edit" : "View",
                deleteHref: context.link(Paths.deleteEmailWrapper(wrapper.id)))
        }
        let model = EmailWrappersPage(
            shell: context.shell(.communicationSettings), tabs: try SettingsTabs.all(context, at: Paths.emailWrappers),
            addHref: context.link(Paths.newEmailWrapper), hasRows: !rows.isEmpty, rows: rows)
        return try context.page("Templates/EmailWrappers", model)
    }
}

extension RequestContext {
    func emailWrapper() throws -> EmailWrapper {
        guard let wrapper = try services.templates.wrapper(id()) else { throw Failure.notFound }
        return wrapper
    }
}

/// Preview of a wrapper or mail template from its form, around a sample text.
enum LayoutPreview {
    private static let sample = """
        <p>Dear {{member.first_name}},</p><p>This is where your message goes. Everything around it comes from here.</p>
        <p>Kind regards</p>
        """

    static func response(_ layout: EmailLayout) -> Response {
        let content = Composition(emailSubject: "Preview", emailHTML: sample).wrapped(in: layout).frozen(for: .email)
        do {
            let renderer = try ContentRenderer(content)
            return MessageFrame.response(try renderer.render(SampleValues.values(for: renderer.paths)).html)
        } catch {
            let words = (error as? ContentProblems)?.problems.values.first ?? "This cannot be shown."
            return MessageFrame.response("<p>\(HTMLText.escape(words))</p>")
        }
    }
}
