import HTTPServing
import Messaging

struct ChannelDetailPage: Sendable {
    struct Row: Sendable {
        let name: String
        let email: String?
        let mobile: String?
        let source: String
        let added: String
        let addedISO: String
        let removeAction: String?
    }

    let shell: Shell
    let backHref: String
    let name: String
    let description: String?
    let count: String
    let countWord: String
    let addHref: String?
    let importHref: String?
    let editHref: String?
    let deleteHref: String?
    let hasRows: Bool
    let rows: [Row]
    let newerHref: String?
    let olderHref: String?
}

/// Page of one channel with its subscribers.
enum ChannelDetailPages {
    static var routes: [Route] {
        [
            Route(.get, Paths.channel("{id}"), .one(.readChannels)) { try show($0) },
            Route(.get, Paths.subscribers("{id}"), .one(.readChannels)) { context in
                context.redirect(to: Paths.channel(try context.id()))
            },
        ]
    }

    private static func show(_ context: RequestContext) throws -> Response {
        let channel = try context.channel()
        let page = try context.services.channels.subscribers(
            of: channel.id, from: context.pageStart, limit: ChannelPages.pageLength)
        let path = Paths.channel(channel.id)
        let model = ChannelDetailPage(
            shell: context.shell(.communicationSettings), backHref: Paths.channels, name: channel.name,
            description: channel.description.isEmpty ? nil : channel.description,
            count: EnglishFormat.count(channel.subscriberCount),
            countWord: channel.subscriberCount == 1 ? "subscriber" : "subscribers",
            addHref: context.link(Paths.newSubscriber(channel.id)),
            importHref: context.link(Paths.subscriberImport(channel.id)),
            editHref: context.link(Paths.editChannel(channel.id)),
            deleteHref: context.link(Paths.deleteChannel(channel.id)), hasRows: !page.items.isEmpty,
            rows: page.items.map { subscriber in
                let action = context.link(Paths.removeSubscriber(channel.id, subscriber.id), .post)
                return row(subscriber, context, removeAction: action)
            },
            newerHref: page.previous.map { Paths.with(path, [("before", String($0))]) },
            olderHref: page.next.map { Paths.with(path, [("after", String($0))]) })
        return try context.page("Channels/ChannelDetail", model)
    }

    static func row(_ subscriber: Subscriber, _ context: RequestContext, removeAction: String?) -> ChannelDetailPage.Row
    {
        let added = context.time(subscriber.createdAt)
        return ChannelDetailPage.Row(
            name: subscriber.name.isEmpty ? subscriber.entity?.name ?? "No name" : subscriber.name,
            email: subscriber.email.isEmpty ? nil : subscriber.email,
            mobile: subscriber.mobile.isEmpty ? nil : subscriber.mobile, source: subscriber.source, added: added.text,
            addedISO: added.iso,
            removeAction: removeAction)
    }
}
