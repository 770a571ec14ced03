import HTTPServing
import Messaging

/// Form of *Add filter* with the current filters.
struct SendLogFilter: Sendable {
    let statuses: [SelectOption]
    let channels: [SelectOption]
    let type: String
    let types: [String]
    let from: String
    let to: String
    let kinds: [SelectOption]
    let entity: String
    let entityHint: String
    let broadcasts: [SelectOption]
    let recipient: String
}

extension SendLogFilter {
    /// Maximum broadcasts offered.
    private static let broadcastChoices = 20

    init(_ query: SendLogQuery, _ search: SendLogSearch, _ context: RequestContext) throws {
        func options(_ choices: [(value: String, label: String)], _ chosen: String) -> [SelectOption] {
            ([("", "Any")] + choices).map { SelectOption(value: $0.0, label: $0.1, selected: $0.0 == chosen) }
        }
        statuses = options(StatusGroup.allCases.map { ($0.rawValue, $0.label) }, query.status?.rawValue ?? "")
        channels = options(DeliveryChannel.allCases.map { ($0.rawValue, $0.title) }, query.channel?.rawValue ?? "")
        (type, types) = (query.type, [MessageType.manual, .bulk, .reply].map(\.rawValue))
        (from, to, recipient) = (query.from, query.to, query.recipient)
        let kind = search.entity?.kind ?? query.sought?.kind ?? .member
        kinds = EntityKind.allCases.map {
            SelectOption(value: $0.rawValue, label: $0.title, selected: $0 == kind)
        }
        entity = search.entity?.externalID ?? query.sought?.words ?? ""
        entityHint = context.allows(.readDirectory) ? "Its id, or a name to look for" : "Its id"
        var known = try context.services.messages.latestBroadcasts(limit: Self.broadcastChoices)
        if let chosen = search.broadcast, !known.contains(where: { $0.id == chosen.id }) { known.insert(chosen, at: 0) }
        broadcasts = options(known.map { (String($0.id), $0.title) }, query.broadcast)
    }
}

/// Records offered if the entity search has several matches.
struct EntityPicks: Sendable {
    struct Pick: Sendable {
        let label: String
        let detail: String
        let href: String
    }
    let title: String
    let items: [Pick]
    let more: String?
}

/// Result of the entity search.
enum EntityPick: Sendable {
    case none
    case one(EntityReference)
    case several(EntityPicks)
    case nobody(String)

    private static let most = 10

    init(_ query: SendLogQuery, _ context: RequestContext) throws {
        guard let (kind, words) = query.sought else {
            self = .none
            return
        }
        if let exact = try context.services.directory.entity(kind: kind, externalID: words) {
            self = .one(exact.reference)
            return
        }
        // A search by name reads the directory and requires its permission.
        let page =
            context.allows(.readDirectory)
            ? try context.services.directory.search(
                EntitySearch(kind: kind, query: words), from: .newest, limit: Self.most) : Page(items: [])
        switch page.items.count {
        case 0: self = .nobody("There is no \(kind.rawValue) “\(words)”.")
        case 1 where page.next == nil: self = .one(page.items[0].reference)
        default:
            let items = page.items.map { entity in
                EntityPicks.Pick(
                    label: entity.displayName,
                    detail: [entity.externalID, entity.email, entity.mobile].filter { !$0.isEmpty }
                        .joined(separator: " · "), href: query.about(entity.reference).path())
            }
            self = .several(
                EntityPicks(
                    title: "Which \(kind.rawValue) do you mean?", items: items,
                    more: page.next == nil ? nil : "There are more. Add a word, or write the id."))
        }
    }

    var picks: EntityPicks? {
        if case .several(let picks) = self { picks } else { nil }
    }
    var problem: String? {
        if case .nobody(let words) = self { words } else { nil }
    }
}
