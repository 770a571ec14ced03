import HTTPServing
import Messaging

/// *Manage*: subscribers of a channel, shown within the draft they are to be added to.
struct AudienceChannel: Sendable {
    let shell: Shell
    let backHref: String
    let name: String
    let description: String?
    let count: String
    let countWord: String
    /// Target that adds all subscribers to the draft.
    let importAction: String
    let channelId: String
    let canImport: Bool
    /// `nil` if the visitor may not add subscribers to the channel.
    let addAction: String?
    let hasProblems: Bool
    let problems: [FormProblem]
    let sections: [FormSection]
    let hasRows: Bool
    let rows: [ChannelDetailPage.Row]
    let newerHref: String?
    let olderHref: String?
}

extension AudienceChannel {
    static func routes(_ host: AudienceHost) -> [Route] {
        let access = Access.one(host.access)
        return [
            Route(.get, host.channel("{id}", "{channel}"), access) { context in
                try host.withChannels(context) { try show(context, host, $0, Form(Fields())) }
            },
            Route(.post, host.subscribers("{id}", "{channel}"), access) { context in
                try host.withChannels(context, [.updateChannels]) { try add(context, host, $0) }
            },
            Route(.post, host.removeSubscriber("{id}", "{channel}", "{subscriber}"), access) { context in
                try host.withChannels(context, [.updateChannels]) { try remove(context, host, $0) }
            },
        ]
    }

    private static func channel(_ context: RequestContext) throws -> Channel {
        guard let channel = try context.services.channels.channel(context.id("channel")) else { throw Failure.notFound }
        return channel
    }

    private static func show(
        _ context: RequestContext, _ host: AudienceHost, _ draft: Broadcast, _ form: Form, status: Int = 200
    ) throws -> Response {
        let channel = try channel(context)
        let page = try context.services.channels.subscribers(
            of: channel.id, from: context.pageStart, limit: ChannelPages.pageLength)
        let path = host.channel(draft.id, channel.id)
        let mayChange = context.allows(.updateChannels)
        let model = AudienceChannel(
            shell: context.shell(host.menu), backHref: host.channels(draft.id), name: channel.name,
            description: channel.description.isEmpty ? nil : channel.description,
            count: EnglishFormat.count(channel.subscriberCount),
            countWord: channel.subscriberCount == 1 ? "subscriber" : "subscribers",
            importAction: host.channels(draft.id), channelId: String(channel.id),
            canImport: channel.subscriberCount > 0,
            addAction: mayChange ? context.link(host.subscribers(draft.id, channel.id), .post) : nil,
            hasProblems: !form.isValid, problems: form.summary,
            sections: [
                FormSection(
                    title: nil, hint: "At least one of email or mobile. They stay in the channel for other messages.",
                    fields: SubscriberForm.typedFields(form, try context.phones()))
            ], hasRows: !page.items.isEmpty,
            rows: page.items.map { subscriber in
                let action = host.removeSubscriber(draft.id, channel.id, subscriber.id)
                return ChannelDetailPages.row(subscriber, context, removeAction: mayChange ? action : nil)
            },
            newerHref: page.previous.map { Paths.with(path, [("before", String($0))]) },
            olderHref: page.next.map { Paths.with(path, [("after", String($0))]) })
        return try context.page("Audience/AudienceChannel", model, status: status)
    }

    private static func add(_ context: RequestContext, _ host: AudienceHost, _ draft: Broadcast) throws -> Response {
        let channel = try channel(context)
        var form = Form(context.request)
        let subscriber = SubscriberForm.typed(&form, try context.phones())
        guard form.isValid else { return try show(context, host, draft, form, status: 422) }
        switch try context.perform(AddSubscriber(subscriber, to: channel.id)) {
        case .present(let existing):
            form.reject(subscriber.email.isEmpty ? "mobile" : "email", SubscriberPages.words(existing, context))
            return try show(context, host, draft, form, status: 422)
        case .added:
            return context.redirect(
                to: host.channel(draft.id, channel.id), .success,
                "\(subscriber.label) was added to “\(channel.name)”.")
        }
    }

    private static func remove(_ context: RequestContext, _ host: AudienceHost, _ draft: Broadcast) throws -> Response {
        let channel = try channel(context)
        let back = host.channel(draft.id, channel.id)
        do {
            try context.perform(RemoveSubscriber(context.id("subscriber"), from: channel.id))
        } catch StoreConflict.notFound {
            return context.redirect(to: back, .info, "This subscriber was removed already.")
        }
        return context.redirect(to: back, .success, "The subscriber was removed from the channel.")
    }
}
