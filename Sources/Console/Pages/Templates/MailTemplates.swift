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

/// Plain headers and footers that message templates name.
enum MailTemplatePages {
    static var routes: [Route] {
        [
            Route(.get, Paths.mailTemplates, .one(.readMailTemplates)) { try list($0) },
            Route(
                .post, Paths.mailTemplatePreview, .one(.readMailTemplates),
                bodyLimit: MailTemplateEditor.place.bodyLimit, policy: .message
            ) { visit in
                var form = Form(visit.request)
                return DressPreview.response(EmailDress(mailTemplate: MailTemplateEditor.read(&form)))
            },
        ] + MailTemplateEditor.routes
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
}

extension Visit {
    func mailTemplate() throws -> MailTemplate {
        guard let stored = try services.templates.mailTemplate(id()) else { throw Failure.notFound }
        return stored
    }
}
