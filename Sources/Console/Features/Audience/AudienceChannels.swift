import HTTPServing
import Messaging

/// *Add From Channels*: adds all subscribers of one or more channels.
struct AudienceChannels: Sendable {
    struct Row: Sendable {
        let id: String
        let name: String
        let description: String?
        let subscribers: String
        let isEmpty: Bool
        let manageHref: String
    }

    let shell: Shell
    let backHref: String
    let backLabel: String
    let searchHref: String
    let query: String
    let isSearch: Bool
    let createHref: String?
    let addAction: String
    let hasRows: Bool
    let rows: [Row]
    let newerHref: String?
    let olderHref: String?
}

extension AudienceChannels {
    private static let pageLength = 50
    /// Maximum channels per form; the page offers fifty.
    private static let mostAtOnce = 100

    static func routes(_ host: AudienceHost) -> [Route] {
        let access = Access.one(host.access)
        return [
            Route(.get, host.channels("{id}"), access) { context in
                try host.withChannels(context) { try show(context, host, $0) }
            },
            Route(
                .post, host.channels("{id}"), access,
                answer: { context in .later { try host.withChannels(context) { try add(context, host, $0) } } }),
            Route(.get, host.newChannel("{id}"), access) { context in
                try host.withChannels(context, [.createChannels]) { try form(context, host, $0, Form(Fields())) }
            },
            Route(.post, host.newChannel("{id}"), access) { context in
                try host.withChannels(context, [.createChannels]) { try create(context, host, $0) }
            },
        ]
    }

    private static func show(_ context: RequestContext, _ host: AudienceHost, _ draft: Broadcast) throws -> Response {
        let query = String((context.request.query["q"] ?? "").filter { !$0.isNewline }.prefix(200))
        let page = try context.services.channels.channels(matching: query, from: context.pageStart, limit: pageLength)
        let path = host.channels(draft.id)
        func link(_ name: String, _ key: Int64?) -> String? {
            key.map { Paths.with(path, [("q", query), (name, String($0))]) }
        }
        let model = AudienceChannels(
            shell: context.shell(host.menu), backHref: host.page(draft.id), backLabel: host.name(of: draft),
            searchHref: path,
            query: query, isSearch: !query.isEmpty,
            createHref: context.allows(.createChannels) ? context.link(host.newChannel(draft.id)) : nil,
            addAction: path,
            hasRows: !page.items.isEmpty, rows: page.items.map { row($0, host, draft) },
            newerHref: link("before", page.previous), olderHref: link("after", page.next))
        return try context.page("Audience/AudienceChannels", model)
    }

    private static func row(_ channel: Channel, _ host: AudienceHost, _ draft: Broadcast) -> Row {
        Row(
            id: String(channel.id), name: channel.name,
            description: channel.description.isEmpty ? nil : channel.description,
            subscribers: EnglishFormat.count(channel.subscriberCount, "subscriber"),
            isEmpty: channel.subscriberCount == 0,
            manageHref: host.channel(draft.id, channel.id))
    }

    private static func add(_ context: RequestContext, _ host: AudienceHost, _ draft: Broadcast) throws -> Response {
        var seen = Set<Int64>()
        let ids = context.request.form.all("channel").compactMap { Int64($0) }.filter { seen.insert($0).inserted }
        guard ids.count <= mostAtOnce else {
            throw Failure.badRequest("At most \(mostAtOnce) channels can be added at once.")
        }
        let found = try ids.compactMap { try context.services.channels.channel($0) }
        guard !found.isEmpty else {
            let words = ids.isEmpty ? "Tick at least one channel to add." : "The channel no longer exists."
            return context.redirect(to: host.channels(draft.id), .warning, words)
        }
        let names = EnglishFormat.list(found.prefix(3).map(\.name)) + (found.count > 3 ? " …" : "")
        let result = try context.perform(
            AddReceivers(.audiences(found.map { .channel($0.id) }), to: draft, from: "channels \(names)"))
        return AudienceSearchPart.told(context, host, result, host.page(draft.id))
    }

    // MARK: Create Channel

    private static func form(
        _ context: RequestContext, _ host: AudienceHost, _ draft: Broadcast, _ form: Form, status: Int = 200
    ) throws -> Response {
        let model = ChannelFormPage(
            shell: context.shell(host.menu), backHref: host.channels(draft.id), backLabel: "Add From Channels",
            title: "Create Channel", action: host.newChannel(draft.id), saveLabel: "Create Channel",
            hasProblems: !form.isValid, problems: form.summary,
            sections: [FormSection(title: nil, hint: nil, fields: ChannelEditor.fields(form))])
        return try context.page("Channels/ChannelForm", model, status: status)
    }

    private static func create(_ context: RequestContext, _ host: AudienceHost, _ draft: Broadcast) throws -> Response {
        var posted = Form(context.request)
        let (name, description) = ChannelEditor.read(&posted)
        guard posted.isValid else { return try form(context, host, draft, posted, status: 422) }
        let id = try context.perform(CreateChannel(name: name, description: description))
        return context.redirect(
            to: host.channel(draft.id, id), .success, "Channel created. Add subscribers.")
    }
}
