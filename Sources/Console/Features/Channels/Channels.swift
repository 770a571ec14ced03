import HTTPServing
import Messaging

struct ChannelsPage: Sendable {
    struct Row: Sendable {
        let name: String
        let description: String
        let subscribers: String
        let viewHref: String
        let editHref: String?
        let deleteHref: String?
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

/// Pages for channels, named lists of subscribers.
enum ChannelPages {
    static let pageLength = 50

    static var routes: [Route] {
        [
            Route(.get, Paths.channels, .one(.readChannels)) { try list($0) }
        ] + ChannelEditor.routes + ChannelDetailPages.routes + SubscriberPages.routes + SubscriberImportPages.routes
    }

    private static func list(_ context: RequestContext) throws -> Response {
        let query = String((context.request.query["q"] ?? "").filter { !$0.isNewline }.prefix(200))
        let page = try context.services.channels.channels(matching: query, from: context.pageStart, limit: pageLength)
        let rows = page.items.map { channel in
            ChannelsPage.Row(
                name: channel.name, description: channel.description,
                subscribers: EnglishFormat.count(channel.subscriberCount), viewHref: Paths.channel(channel.id),
                editHref: context.link(Paths.editChannel(channel.id)),
                deleteHref: context.link(Paths.deleteChannel(channel.id)))
        }
        func link(_ name: String, _ key: Int64?) -> String? {
            key.map { Paths.with(Paths.channels, [("q", query), (name, String($0))]) }
        }
        let model = ChannelsPage(
            shell: context.shell(.communicationSettings), tabs: try SettingsTabs.all(context, at: Paths.channels),
            query: query, searchHref: Paths.channels, addHref: context.link(Paths.newChannel), hasRows: !rows.isEmpty,
            isSearch: !query.isEmpty, rows: rows, newerHref: link("before", page.previous),
            olderHref: link("after", page.next))
        return try context.page("Channels/Channels", model)
    }
}

extension RequestContext {
    func channel() throws -> Channel {
        guard let channel = try services.channels.channel(id()) else { throw Failure.notFound }
        return channel
    }
}
