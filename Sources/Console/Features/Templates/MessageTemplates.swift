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

/// Pages for message templates, reusable content for several delivery channels.
enum MessageTemplatePages {
    private static let pageLength = 50

    static var routes: [Route] {
        [
            Route(.get, Paths.messageTemplates, .one(.readMessageTemplates)) { try list($0) },
            Route(.post, Paths.duplicateMessageTemplate("{id}"), .one(.createMessageTemplates)) { try duplicate($0) },
        ] + MessageTemplateEditor.routes + MessageTemplateView.routes
    }

    private static func list(_ context: RequestContext) throws -> Response {
        let query = String((context.request.query["q"] ?? "").filter { !$0.isNewline }.prefix(200))
        let page = try context.services.templates.templates(
            TemplateFilter(query: query), from: context.pageStart, limit: pageLength)
        let rows = page.items.map { template in
            let updated = context.time(template.updatedAt)
            return MessageTemplatesPage.Row(
                name: template.name, channels: template.deliveryChannels.map(ChannelPill.init),
                priority: template.priority.title, isActive: template.isActive, updated: updated.text,
                updatedISO: updated.iso, viewHref: Paths.messageTemplate(template.id),
                editHref: context.link(Paths.editMessageTemplate(template.id)),
                duplicateAction: context.link(Paths.duplicateMessageTemplate(template.id), .post))
        }
        func link(_ name: String, _ key: Int64?) -> String? {
            key.map { Paths.with(Paths.messageTemplates, [("q", query), (name, String($0))]) }
        }
        let model = MessageTemplatesPage(
            shell: context.shell(.communicationSettings),
            tabs: try SettingsTabs.all(context, at: Paths.messageTemplates),
            query: query, searchHref: Paths.messageTemplates, addHref: context.link(Paths.newMessageTemplate),
            hasRows: !rows.isEmpty, isSearch: !query.isEmpty, rows: rows, newerHref: link("before", page.previous),
            olderHref: link("after", page.next))
        return try context.page("Templates/MessageTemplates", model)
    }

    private static func duplicate(_ context: RequestContext) throws -> Response {
        let original = try context.messageTemplate()
        let id = try context.perform(DuplicateMessageTemplate(original))
        return context.redirect(
            to: context.link(Paths.editMessageTemplate(id)) ?? context.link(Paths.messageTemplates) ?? Paths.account,
            .success, "“\(original.name)” was duplicated. This is the copy.")
    }
}

extension Priority {
    var title: String { name.capitalized }
}

extension RequestContext {
    func messageTemplate() throws -> MessageTemplate {
        guard let template = try services.templates.template(id()) else { throw Failure.notFound }
        return template
    }
}
