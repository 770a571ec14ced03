import HTTPServing
import Messaging

/// *Manage*: who is in a channel, without leaving the draft it is to be added to.
struct AudienceChannel: Sendable {
    let shell: Shell
    let backHref: String
    let name: String
    let description: String?
    let count: String
    let countWord: String
    /// Adds all subscribers to the draft.
    let importAction: String
    let channelId: String
    let canImport: Bool
    /// `nil`: this visitor may not add anybody to the channel.
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
            Route(.get, host.channel("{id}", "{channel}"), access) { visit in
                try host.withChannels(visit) { try show(visit, host, $0, Form(Fields())) }
            },
            Route(.post, host.subscribers("{id}", "{channel}"), access) { visit in
                try host.withChannels(visit, [.updateChannels]) { try add(visit, host, $0) }
            },
            Route(.post, host.removeSubscriber("{id}", "{channel}", "{subscriber}"), access) { visit in
                try host.withChannels(visit, [.updateChannels]) { try remove(visit, host, $0) }
            },
        ]
    }

    private static func channel(_ visit: Visit) throws -> Channel {
        guard let channel = try visit.services.channels.channel(visit.id("channel")) else { throw Failure.notFound }
        return channel
    }

    private static func show(
        _ visit: Visit, _ host: AudienceHost, _ draft: Broadcast, _ form: Form, status: Int = 200
    ) throws -> Response {
        let channel = try channel(visit)
        let page = try visit.services.channels.subscribers(
            of: channel.id, from: visit.pageStart, limit: ChannelPages.pageLength)
        let path = host.channel(draft.id, channel.id)
        let mayChange = visit.allows(.updateChannels)
        let model = AudienceChannel(
            shell: visit.shell(host.menu), backHref: host.channels(draft.id), name: channel.name,
            description: channel.description.isEmpty ? nil : channel.description,
            count: Wording.count(channel.subscriberCount),
            countWord: channel.subscriberCount == 1 ? "subscriber" : "subscribers",
            importAction: host.channels(draft.id), channelId: String(channel.id),
            canImport: channel.subscriberCount > 0,
            addAction: mayChange ? visit.link(host.subscribers(draft.id, channel.id), .post) : nil,
            hasProblems: !form.isValid, problems: form.summary,
            sections: [
                FormSection(
                    title: nil, hint: "At least one of email or mobile. They stay in the channel for other messages.",
                    fields: SubscriberForm.typedFields(form, try visit.phones()))
            ], hasRows: !page.items.isEmpty,
            rows: page.items.map { subscriber in
                let action = host.removeSubscriber(draft.id, channel.id, subscriber.id)
                return ChannelDetailPages.row(subscriber, visit, removeAction: mayChange ? action : nil)
            },
            newerHref: page.previous.map { Paths.with(path, [("before", String($0))]) },
            olderHref: page.next.map { Paths.with(path, [("after", String($0))]) })
        return try visit.page("Pages/AudienceChannel", model, status: status)
    }

    private static func add(_ visit: Visit, _ host: AudienceHost, _ draft: Broadcast) throws -> Response {
        let channel = try channel(visit)
        var form = Form(visit.request)
        let subscriber = SubscriberForm.typed(&form, try visit.phones())
        guard form.isValid else { return try show(visit, host, draft, form, status: 422) }
        switch try visit.services.channels.addSubscriber(subscriber, to: channel.id, at: visit.now) {
        case .present(let existing):
            form.reject(subscriber.email.isEmpty ? "mobile" : "email", SubscriberPages.words(existing, visit))
            return try show(visit, host, draft, form, status: 422)
        case .added:
            try visit.audit("add subscriber", "channel \(channel.id)", detail: subscriber.source)
            return visit.redirect(
                to: host.channel(draft.id, channel.id), .success,
                "\(subscriber.label) was added to “\(channel.name)”.")
        }
    }

    private static func remove(_ visit: Visit, _ host: AudienceHost, _ draft: Broadcast) throws -> Response {
        let channel = try channel(visit)
        let back = host.channel(draft.id, channel.id)
        do {
            try visit.services.channels.removeSubscriber(visit.id("subscriber"), from: channel.id, at: visit.now)
        } catch StoreConflict.notFound {
            return visit.redirect(to: back, .info, "This subscriber was removed already.")
        }
        try visit.audit("remove subscriber", "channel \(channel.id)")
        return visit.redirect(to: back, .success, "The subscriber was removed from the channel.")
    }
}
