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

/// Pages for mail templates, the plain headers and footers used by message templates.
enum MailTemplatePages {
    static var routes: [Route] {
        [
            Route(.get, Paths.mailTemplates, .one(.readMailTemplates)) { try list($0) },
            Route(
                .post, Paths.mailTemplatePreview, .one(.readMailTemplates),
                bodyLimit: MailTemplateEditor.place.bodyLimit, policy: .message
            ) { context in
                var form = Form(context.request)
                return LayoutPreview.response(EmailLayout(mailTemplate: MailTemplateEditor.read(&form)))
            },
        ] + MailTemplateEditor.routes
    }

    private static func list(_ context: RequestContext) throws -> Response {
        let rows = try context.services.templates.mailTemplates().map { template in
            let updated = context.time(template.updatedAt)
            let path = Paths.mailTemplate(template.id)
            return MailTemplatesPage.Row(
                name: template.name, updated: updated.text, updatedISO: updated.iso, openHref: path,
                openLabel: context.canReach(.post, path) ? "Edit" : "View",
                deleteHref: context.link(Paths.deleteMailTemplate(template.id)))
        }
        let model = MailTemplatesPage(
            shell: context.shell(.communicationSettings), tabs: try SettingsTabs.all(context, at: Paths.mailTemplates),
            addHref: context.link(Paths.newMailTemplate), hasRows: !rows.isEmpty, rows: rows)
        return try context.page("Templates/MailTemplates", model)
    }
}

extension RequestContext {
    func mailTemplate() throws -> MailTemplate {
        guard let stored = try services.templates.mailTemplate(id()) else { throw Failure.notFound }
        return stored
    }
}
