import HTTPServing
import Messaging

struct MessageTemplatesPage: Sendable {
    struct Row: Sendable {
        let name: String
        let channels: [ChannelPill]
        let priority: String
        let isActive: Bool
        let updated: String
        let updatedISO: String
        let viewHref: String
        let editHref: String?
        let duplicateAction: String?
    }

    let shell: Shell
    let tabs: [Tab]
    let query: String
    let searchHref: String
    let addHref: String?
    let hasRows: Bool
    let isSearch: Bool
    let rows: [Row]
    let newerHref: String?
    let olderHref: String?
}

/// Reusable content for several delivery channels.
enum MessageTemplatePages {
    private static let pageLength = 50

    static var routes: [Route] {
        [
            Route(.get, Paths.messageTemplates, .one(.readMessageTemplates)) { try list($0) },
            Route(.post, Paths.duplicateMessageTemplate("{id}"), .one(.createMessageTemplates)) { try duplicate($0) },
        ] + MessageTemplateEditor.routes + MessageTemplateView.routes
    }

    private static func list(_ visit: Visit) throws -> Response {
        let query = String((visit.request.query["q"] ?? "").filter { !$0.isNewline }.prefix(200))
        let page = try visit.services.templates.templates(
            TemplateFilter(query: query), from: visit.pageStart, limit: pageLength)
        let rows = page.items.map { template in
            let updated = visit.time(template.updatedAt)
            return MessageTemplatesPage.Row(
                name: template.name, channels: template.deliveryChannels.map(ChannelPill.init),
                priority: template.priority.title, isActive: template.isActive, updated: updated.text,
                updatedISO: updated.iso, viewHref: Paths.messageTemplate(template.id),
                editHref: visit.link(Paths.editMessageTemplate(template.id)),
                duplicateAction: visit.link(Paths.duplicateMessageTemplate(template.id), .post))
        }
        func link(_ name: String, _ key: Int64?) -> String? {
            key.map { Paths.with(Paths.messageTemplates, [("q", query), (name, String($0))]) }
        }
        let model = MessageTemplatesPage(
            shell: visit.shell(.communicationSettings), tabs: try SettingsTabs.all(visit, at: Paths.messageTemplates),
            query: query, searchHref: Paths.messageTemplates, addHref: visit.link(Paths.newMessageTemplate),
            hasRows: !rows.isEmpty, isSearch: !query.isEmpty, rows: rows, newerHref: link("before", page.previous),
            olderHref: link("after", page.next))
        return try visit.page("Pages/MessageTemplates", model)
    }

    private static func duplicate(_ visit: Visit) throws -> Response {
        let original = try visit.messageTemplate()
        var draft = original.draft
        draft.name = String("Copy of \(original.name)".prefix(TemplateLimits.name))
        let id = try visit.services.templates.createTemplate(draft, by: visit.principal.userID, at: visit.now)
        try visit.audit("duplicate message template", "template \(original.id)", detail: "as template \(id)")
        return visit.redirect(
            to: visit.link(Paths.editMessageTemplate(id)) ?? visit.link(Paths.messageTemplates) ?? Paths.account,
            .success, "“\(original.name)” was duplicated. This is the copy.")
    }
}

extension Priority {
    var title: String { name.capitalized }
}

extension Visit {
    func messageTemplate() throws -> MessageTemplate {
        guard let template = try services.templates.template(id()) else { throw Failure.notFound }
        return template
    }
}
