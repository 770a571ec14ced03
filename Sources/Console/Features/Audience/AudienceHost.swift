import HTTPServing
import Messaging

/// A page with a draft that accepts receivers: step 3 of the wizard, or a bulk broadcast. Each registers the same
/// routes (`AudienceRoutes.all(for:)`) under its own path.
struct AudienceHost: Sendable {
    private let isBulk: Bool
    let access: Permission
    let menu: MenuEntry
    /// Path of the page that lists the receivers, with `{id}` for the draft; prefix of the other paths.
    let pattern: String
    /// Whether that page contains the search; otherwise the search has a page of its own.
    let holdsSearch: Bool

    static let compose = AudienceHost(
        isBulk: false, access: .composeSend, menu: .compose, pattern: Paths.composeRecipients("{id}"),
        holdsSearch: true)
    static let bulk = AudienceHost(
        isBulk: true, access: .updateBulk, menu: .bulk, pattern: Paths.bulk("{id}"), holdsSearch: false)

    func page(_ id: any Paths.Part) -> String { pattern.replacing("{id}", with: "\(id)") }

    func search(_ id: any Paths.Part) -> String { "\(page(id))/search" }
    func searchResults(_ id: any Paths.Part) -> String { "\(search(id))/results" }
    /// Path of the page that contains the search.
    func searchPage(_ id: any Paths.Part) -> String { holdsSearch ? page(id) : search(id) }
    func searchAll(_ id: any Paths.Part) -> String { "\(search(id))/all" }
    func adding(_ id: any Paths.Part) -> String { "\(page(id))/adding" }
    // The path segment `channels` subjects these routes to that module's switch.
    func channels(_ id: any Paths.Part) -> String { "\(page(id))/channels" }
    func newChannel(_ id: any Paths.Part) -> String { "\(channels(id))/new" }
    func channel(_ id: any Paths.Part, _ channel: any Paths.Part) -> String { "\(channels(id))/\(channel)" }
    func subscribers(_ id: any Paths.Part, _ channel: any Paths.Part) -> String {
        "\(self.channel(id, channel))/subscribers"
    }
    func removeSubscriber(_ id: any Paths.Part, _ channel: any Paths.Part, _ subscriber: any Paths.Part) -> String {
        "\(subscribers(id, channel))/\(subscriber)/remove"
    }

    /// Target of *Add From Channels*; `nil` without permission, or if channels are switched off.
    func channelsLink(_ context: RequestContext, _ id: Int64) -> String? {
        context.allows(.readChannels) ? context.link(channels(id)) : nil
    }

    /// Runs a step on the draft in the path; redirects to its current page if it has been sent meanwhile.
    func withDraft(_ context: RequestContext, _ step: (Broadcast) throws -> Response) throws -> Response {
        try isBulk ? context.withBulkDraft(step) : context.withDraft(step)
    }

    /// Term for one receiver on the draft's page.
    var person: String { isBulk ? "receiver" : "recipient" }

    /// Display name of the draft.
    func name(of draft: Broadcast) -> String { isBulk ? draft.displayName : draft.displayName }

    /// Runs a step on the draft with read access to channels and the given permissions: permission to compose does not
    /// include viewing the subscribers of a channel.
    func withChannels(
        _ context: RequestContext, _ permissions: Set<Permission> = [], _ step: (Broadcast) throws -> Response
    ) throws -> Response {
        try withDraft(context) { draft in
            for permission in permissions.union([.readChannels]) { try context.require(permission) }
            return try step(draft)
        }
    }
}

/// Routes of the audience pages of one host.
enum AudienceRoutes {
    static func all(for host: AudienceHost) -> [Route] {
        AudienceSearchPart.routes(host) + AudienceAdding.routes(host) + AudienceChannels.routes(host)
            + AudienceChannel.routes(host)
    }
}
