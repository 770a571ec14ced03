import Foundation
import HTTPServing
import Messaging

/// Query parameters of the send log. Also the format of a saved filter.
struct SendLogQuery: Sendable {
    /// Maximum length of a value, in characters.
    static let longestValue = 200

    let status: StatusGroup?
    let channel: DeliveryChannel?
    let type: String
    let from: String
    let to: String
    /// Entity reference such as `member:m-1`.
    private(set) var entity: String
    /// Broadcast id such as `17`.
    let broadcast: String
    let recipient: String
    /// Entity search of the form: the id of a record, or words that find one.
    private(set) var sought: (kind: EntityKind, words: String)?

    init(_ query: Fields) {
        let text = { (name: String) in
            String((query[name] ?? "").filter { !$0.isNewline }.prefix(Self.longestValue))
                .trimmingCharacters(in: .whitespaces)
        }
        status = StatusGroup(rawValue: text("status"))
        channel = DeliveryChannel(rawValue: text("delivery_channel"))
        type = text("type").lowercased().replacingOccurrences(of: " ", with: "_")
        from = text("from")
        to = text("to")
        entity = text("entity")
        broadcast = text("broadcast")
        recipient = text("q")
        let words = text("entity_find")
        if !words.isEmpty, let kind = EntityKind(rawValue: text("entity_kind")) { sought = (kind, words) }
    }

    /// Copy restricted to one record.
    func about(_ entity: EntityReference) -> SendLogQuery {
        var other = self
        other.entity = "\(entity.kind.rawValue):\(entity.externalID)"
        other.sought = nil
        return other
    }

    private var pairs: [(name: String, value: String)] {
        [
            ("status", status?.rawValue ?? ""), ("delivery_channel", channel?.rawValue ?? ""), ("type", type),
            ("from", from), ("to", to), ("entity", entity), ("broadcast", broadcast), ("q", recipient),
        ]
    }

    /// Canonical form for a saved filter, without other parameters.
    var text: String {
        pairs.filter { !$0.value.isEmpty }.map { "\($0.name)=\(Paths.encode($0.value))" }.joined(separator: "&")
    }

    func path(
        at base: String = Paths.sendLogs, start: PageStart = .newest, without name: String? = nil
    ) -> String {
        var query: [(String, String?)] = pairs.filter { $0.name != name }.map { ($0.name, $0.value) }
        switch start {
        case .newest: break
        case .after(let key): query.append(("after", String(key)))
        case .before(let key): query.append(("before", String(key)))
        }
        return Paths.with(base, query)
    }
}

/// A query with its references resolved.
struct SendLogSearch: Sendable {
    let query: SendLogQuery
    /// `nil` if nothing can match.
    private(set) var filter: MessageFilter?
    /// Human-readable reason why nothing can match.
    private(set) var problem: String?
    private(set) var entity: Entity?
    private(set) var broadcast: BroadcastLabel?

    init(_ query: SendLogQuery, _ context: RequestContext) throws {
        self.query = query
        var filter = MessageFilter(
            statuses: query.status?.statuses ?? [], deliveryChannel: query.channel, query: query.recipient)
        for problem in [
            Self.dates(query, &filter, context), Self.type(query, &filter), try findEntity(&filter, context),
            try findBroadcast(&filter, context),
        ] { self.problem = self.problem ?? problem }
        self.filter = problem == nil ? filter : nil
    }

    private static func dates(_ query: SendLogQuery, _ filter: inout MessageFilter, _ context: RequestContext)
        -> String?
    {
        let day = { (text: String) in CivilTime.moment(local: String(text.prefix(10)), in: context.timeZone) }
        let (start, end) = (day(query.from), day(query.to))
        if (!query.from.isEmpty && start == nil) || (!query.to.isEmpty && end == nil) {
            return "A date is written 2026-12-24."
        }
        filter.from = start
        // Includes the whole last day, which has 23 or 25 hours when the clocks change.
        filter.to = end.map { nextMidnight(after: $0, in: context.timeZone) }
        return nil
    }

    static func nextMidnight(after midnight: Timestamp, in zone: TimeZone) -> Timestamp {
        let noonAfter = CivilTime(midnight + .seconds(36 * 3600), in: zone)
        return CivilTime.moment(local: noonAfter.date, in: zone) ?? midnight + .seconds(86400)
    }

    private static func type(_ query: SendLogQuery, _ filter: inout MessageFilter) -> String? {
        guard !query.type.isEmpty else { return nil }
        filter.type = MessageType(checking: query.type)
        return filter.type == nil ? "A type is a word of letters, digits and “_”, as in manual or bulk." : nil
    }

    private mutating func findEntity(_ filter: inout MessageFilter, _ context: RequestContext) throws -> String? {
        guard !query.entity.isEmpty else { return nil }
        let parts = query.entity.split(separator: ":", maxSplits: 1)
        if parts.count == 2, let kind = EntityKind(rawValue: parts[0].lowercased()) {
            entity = try context.services.directory.entity(kind: kind, externalID: String(parts[1]))
        }
        filter.entityID = entity?.id
        return entity == nil ? "There is no such entity: \(query.entity)" : nil
    }

    private mutating func findBroadcast(_ filter: inout MessageFilter, _ context: RequestContext) throws -> String? {
        guard !query.broadcast.isEmpty else { return nil }
        if let id = Int64(query.broadcast) { broadcast = try context.services.messages.labels(of: [id])[id] }
        filter.broadcastID = broadcast?.id
        return broadcast == nil ? "There is no such broadcast: \(query.broadcast)" : nil
    }

    var chips: [FilterChip] {
        let shown = [
            ("status", "Status", query.status?.label ?? ""),
            ("delivery_channel", "Channel", query.channel?.title ?? ""),
            ("type", "Type", query.type.isEmpty ? "" : MessageType(rawValue: query.type).title),
            ("from", "From", query.from), ("to", "To", query.to),
            ("entity", "Entity", entity.map { "\($0.displayName) (\($0.externalID))" } ?? query.entity),
            ("broadcast", "Broadcast", broadcast?.title ?? query.broadcast), ("q", "Recipient", query.recipient),
        ]
        return shown.filter { !$0.2.isEmpty }.map { name, label, value in
            FilterChip(label: label, value: value, removeHref: query.path(without: name))
        }
    }
}

extension MessageType {
    /// `event_reminder` as `Event Reminder`.
    var title: String { rawValue.replacingOccurrences(of: "_", with: " ").capitalized }
}

extension BroadcastLabel {
    /// Name, or number for a broadcast without one, such as those of the API.
    var title: String { name.isEmpty ? "No. \(id)" : name }
}
