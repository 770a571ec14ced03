import HTTPServing
import Messaging

/// *Add From Channels*: one or more of them, all their subscribers at once.
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
    /// What one form may name. The page offers fifty.
    private static let mostAtOnce = 100

    static func routes(_ host: AudienceHost) -> [Route] {
        let access = Access.one(host.access)
        return [
            Route(.get, host.channels("{id}"), access) { visit in
                try host.withChannels(visit) { try show(visit, host, $0) }
            },
            Route(
                .post, host.channels("{id}"), access,
                answer: { visit in .later { try host.withChannels(visit) { try add(visit, host, $0) } } }),
            Route(.get, host.newChannel("{id}"), access) { visit in
                try host.withChannels(visit, [.createChannels]) { try form(visit, host, $0, Form(Fields())) }
            },
            Route(.post, host.newChannel("{id}"), access) { visit in
                try host.withChannels(visit, [.createChannels]) { try create(visit, host, $0) }
            },
        ]
    }

    private static func show(_ visit: Visit, _ host: AudienceHost, _ draft: Broadcast) throws -> Response {
        let query = String((visit.request.query["q"] ?? "").filter { !$0.isNewline }.prefix(200))
        let page = try visit.services.channels.channels(matching: query, from: visit.pageStart, limit: pageLength)
        let path = host.channels(draft.id)
        func link(_ name: String, _ key: Int64?) -> String? {
            key.map { Paths.with(path, [("q", query), (name, String($0))]) }
        }
        let model = AudienceChannels(
            shell: visit.shell(host.menu), backHref: host.page(draft.id), backLabel: host.name(of: draft),
            searchHref: path,
            query: query, isSearch: !query.isEmpty,
            createHref: visit.allows(.createChannels) ? visit.link(host.newChannel(draft.id)) : nil, addAction: path,
            hasRows: !page.items.isEmpty, rows: page.items.map { row($0, host, draft) },
            newerHref: link("before", page.previous), olderHref: link("after", page.next))
        return try visit.page("Pages/AudienceChannels", model)
    }

    private static func row(_ channel: Channel, _ host: AudienceHost, _ draft: Broadcast) -> Row {
        Row(
            id: String(channel.id), name: channel.name,
            description: channel.description.isEmpty ? nil : channel.description,
            subscribers: Wording.count(channel.subscriberCount, "subscriber"), isEmpty: channel.subscriberCount == 0,
            manageHref: host.channel(draft.id, channel.id))
    }

    private static func add(_ visit: Visit, _ host: AudienceHost, _ draft: Broadcast) throws -> Response {
        var seen = Set<Int64>()
        let ids = visit.request.form.all("channel").compactMap { Int64($0) }.filter { seen.insert($0).inserted }
        guard ids.count <= mostAtOnce else {
            throw Failure.badRequest("At most \(mostAtOnce) channels can be added at once.")
        }
        let found = try ids.compactMap { try visit.services.channels.channel($0) }
        guard !found.isEmpty else {
            let words = ids.isEmpty ? "Tick at least one channel to add." : "The channel is not there any more."
            return visit.redirect(to: host.channels(draft.id), .warning, words)
        }
        let result = try visit.addAudiences(found.map { .channel($0.id) }, to: draft.id)
        let names = Wording.list(found.prefix(3).map(\.name)) + (found.count > 3 ? " …" : "")
        return try AudienceSearchPart.told(visit, host, result, draft, from: "channels \(names)", host.page(draft.id))
    }

    // MARK: Create Channel

    private static func form(
        _ visit: Visit, _ host: AudienceHost, _ draft: Broadcast, _ form: Form, status: Int = 200
    ) throws -> Response {
        let model = ChannelFormPage(
            shell: visit.shell(host.menu), backHref: host.channels(draft.id), backLabel: "Add From Channels",
            title: "Create Channel", action: host.newChannel(draft.id), saveLabel: "Create Channel",
            hasProblems: !form.isValid, problems: form.summary,
            sections: [FormSection(title: nil, hint: nil, fields: ChannelEditor.fields(form))])
        return try visit.page("Pages/ChannelForm", model, status: status)
    }

    private static func create(_ visit: Visit, _ host: AudienceHost, _ draft: Broadcast) throws -> Response {
        var posted = Form(visit.request)
        let (name, description) = ChannelEditor.read(&posted)
        guard posted.isValid else { return try form(visit, host, draft, posted, status: 422) }
        let id = try visit.services.channels.createChannel(name: name, description: description, at: visit.now)
        try visit.audit("create channel", "channel \(id)", detail: name)
        return visit.redirect(
            to: host.channel(draft.id, id), .success, "“\(name)” is there. Add who belongs to it.")
    }
}
