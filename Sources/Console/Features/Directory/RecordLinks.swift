import Messaging

/// Records or channels linked to a record: the newest, and a link to the rest.
struct RecordLinks: Sendable {
    struct Item: Sendable {
        let label: String
        let detail: String
        let href: String?
    }
    let id: String
    let title: String
    let items: [Item]
    let allHref: String?

    /// Maximum shown per kind.
    private static let most = 10

    static func all(of entity: Entity, _ context: RequestContext) throws -> [RecordLinks] {
        let groups = try EntityKind.allCases.compactMap { try records($0, linkedTo: entity, context) }
        return groups + (try channels(of: entity, context).map { [$0] } ?? [])
    }

    private static func records(_ kind: EntityKind, linkedTo entity: Entity, _ context: RequestContext) throws
        -> RecordLinks?
    {
        let found = try context.services.directory.entities(kind, linkedTo: entity.reference, limit: most + 1)
        guard !found.isEmpty else { return nil }
        let list = Paths.with(
            Paths.directory(kind.plural), [("field", entity.kind.rawValue), ("value", entity.externalID)])
        return RecordLinks(
            id: kind.plural, title: kind.plural.capitalized,
            items: found.prefix(most).map {
                Item(
                    label: $0.displayName, detail: $0.externalID, href: context.link(Paths.record(kind.plural, $0.id)))
            }, allHref: found.count > most ? context.link(list) : nil)
    }

    /// Channels, if the visitor may read them.
    private static func channels(of entity: Entity, _ context: RequestContext) throws -> RecordLinks? {
        guard context.allows(.readChannels) else { return nil }
        let found = try context.services.directory.channels(of: entity.id, limit: most + 1)
        guard !found.isEmpty else { return nil }
        return RecordLinks(
            id: "channels", title: "Subscribed to",
            items: found.prefix(most).map {
                Item(
                    label: $0.name, detail: EnglishFormat.count($0.subscriberCount, "subscriber"),
                    href: context.link(Paths.channel($0.id)))
            }, allHref: found.count > most ? context.link(Paths.channels) : nil)
    }
}
