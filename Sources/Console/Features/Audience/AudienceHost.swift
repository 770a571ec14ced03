import HTTPServing
import Messaging

/// A draft that takes receivers: step 3 of the wizard, or a bulk broadcast. Each registers the same pages
/// (`AudienceRoutes.all(for:)`) under addresses of its own.
struct AudienceHost: Sendable {
    private let isBulk: Bool
    let access: Permission
    let menu: MenuEntry
    /// The page that lists the receivers, with `{id}` for the draft; the addresses of these pages begin with it.
    let pattern: String
    /// Whether that page holds the search; otherwise the search is a page of its own.
    let holdsSearch: Bool

    static let compose = AudienceHost(
        isBulk: false, access: .composeSend, menu: .compose, pattern: Paths.composeRecipients("{id}"),
        holdsSearch: true)
    static let bulk = AudienceHost(
        isBulk: true, access: .updateBulk, menu: .bulk, pattern: Paths.bulk("{id}"), holdsSearch: false)

    func page(_ id: any Paths.Part) -> String { pattern.replacing("{id}", with: "\(id)") }

    func search(_ id: any Paths.Part) -> String { "\(page(id))/search" }
    func searchResults(_ id: any Paths.Part) -> String { "\(search(id))/results" }
    /// The page with the search on it.
    func searchPage(_ id: any Paths.Part) -> String { holdsSearch ? page(id) : search(id) }
    func searchAll(_ id: any Paths.Part) -> String { "\(search(id))/all" }
    func adding(_ id: any Paths.Part) -> String { "\(page(id))/adding" }
    // A part called `channels` puts these under the switch of that module.
    func channels(_ id: any Paths.Part) -> String { "\(page(id))/channels" }
    func newChannel(_ id: any Paths.Part) -> String { "\(channels(id))/new" }
    func channel(_ id: any Paths.Part, _ channel: any Paths.Part) -> String { "\(channels(id))/\(channel)" }
    func subscribers(_ id: any Paths.Part, _ channel: any Paths.Part) -> String {
        "\(self.channel(id, channel))/subscribers"
    }
    func removeSubscriber(_ id: any Paths.Part, _ channel: any Paths.Part, _ subscriber: any Paths.Part) -> String {
        "\(subscribers(id, channel))/\(subscriber)/remove"
    }

    /// Where *Add From Channels* leads; `nil` for whoever may not, and while channels are switched off.
    func channelsLink(_ context: RequestContext, _ id: Int64) -> String? {
        context.allows(.readChannels) ? context.link(channels(id)) : nil
    }

    /// Runs a step on the draft of this path; one that was sent meanwhile leads to where it is now.
    func withDraft(_ context: RequestContext, _ step: (Broadcast) throws -> Response) throws -> Response {
        try isBulk ? context.withBulkDraft(step) : context.withDraft(step)
    }

    /// Who is added, as the page of the draft calls them.
    var person: String { isBulk ? "receiver" : "recipient" }

    /// What people call the draft.
    func name(of draft: Broadcast) -> String { isBulk ? draft.displayName : draft.displayName }

    /// A channel, asked for beside a draft: whoever may write is not by that allowed to see who is in a list.
    func withChannels(
        _ context: RequestContext, _ permissions: Set<Permission> = [], _ step: (Broadcast) throws -> Response
    ) throws -> Response {
        try withDraft(context) { draft in
            for permission in permissions.union([.readChannels]) { try context.require(permission) }
            return try step(draft)
        }
    }
}

/// Every page and part of the audience of one host.
enum AudienceRoutes {
    static func all(for host: AudienceHost) -> [Route] {
        AudienceSearchPart.routes(host) + AudienceAdding.routes(host) + AudienceChannels.routes(host)
            + AudienceChannel.routes(host)
    }
}
