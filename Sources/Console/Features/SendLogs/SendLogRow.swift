import Foundation
import Messaging

struct EntityLink: Sendable {
    let label: String
    let href: String?

    /// Links to the record if the visitor may open it.
    init(_ entity: EntityReference, isOpen: Bool) {
        label = "\(entity.kind.title): \(entity.name)"
        href = isOpen ? Paths.record(entity.kind.plural, entity.id) : nil
    }
}

extension RequestContext {
    /// All kinds share the route of the one checked here.
    var opensRecords: Bool { canReach(.get, Paths.record(EntityKind.member.plural, 1)) }
}

/// One row of the send log.
struct SendLogRow: Sendable {
    let id: String
    let status: String
    let statusLabel: String
    let isFailed: Bool
    let isUnknown: Bool
    let channel: String
    let channelLabel: String
    let sandbox: Bool
    let date: String
    let dateISO: String
    let dateFull: String
    let entity: EntityLink?
    let recipient: String
    let subject: String
    let problem: String?
    let detailsHref: String

    init(_ row: MessageRow, _ words: inout RowWords) {
        let moment = row.sentAt ?? row.createdAt
        id = String(row.id)
        status = row.status.rawValue
        statusLabel = row.status.words
        isFailed = row.status == .failed
        isUnknown = row.status == .unknown
        channel = row.deliveryChannel.rawValue
        channelLabel = row.deliveryChannel.title
        sandbox = row.isSandbox
        (date, dateFull) = words.date(moment)
        dateISO = moment.rfc3339
        entity = row.entity.map { EntityLink($0, isOpen: words.opensRecords) }
        recipient = Self.recipient(row)
        subject = row.subject
        problem = row.error.flatMap { $0.isEmpty ? nil : $0 }
        detailsHref = Paths.sendLog(row.id)
    }

    static func recipient(_ row: MessageRow) -> String {
        if row.address.isEmpty { return row.recipientName.isEmpty ? "Nobody" : row.recipientName }
        let address = address(row.address, row.deliveryChannel)
        return row.recipientName.isEmpty ? address : "\(row.recipientName) · \(address)"
    }

    /// Shortens device tokens, which are long and meaningless to users; the details page shows them in full.
    static func address(_ address: String, _ channel: DeliveryChannel) -> String {
        channel.addressKind == .device ? "device \(DeviceToken.shortened(address))" : address
    }
}

/// Formats the dates of a list, omitting the current year. The UTC offset is computed once per quarter of an hour,
/// within which no zone changes it, instead of once per row.
struct RowWords {
    /// Whether the visitor may open the records of the messages.
    let opensRecords: Bool
    private let zone: TimeZone
    private let zoneName: String
    private let thisYear: Int64
    private var known: (quarter: Int64, offset: Int64)?

    init(_ context: RequestContext) {
        self.init(zone: context.timeZone, now: context.now, opensRecords: context.opensRecords)
    }

    init(zone: TimeZone, now: Timestamp, opensRecords: Bool) {
        self.opensRecords = opensRecords
        self.zone = zone
        zoneName = zone.identifier == "GMT" ? "UTC" : zone.identifier
        thisYear = CivilTime(now, in: zone).year
    }

    mutating func date(_ moment: Timestamp) -> (short: String, full: String) {
        let parts = CivilTime(moment, offsetSeconds: offset(moment))
        let year = parts.year == thisYear ? "" : " \(parts.year)"
        return (
            "\(parts.day) \(parts.monthName)\(year), \(parts.shortClock)",
            "\(parts.day) \(parts.monthName) \(parts.year), \(parts.clock) \(zoneName)"
        )
    }

    private mutating func offset(_ moment: Timestamp) -> Int64 {
        let quarter = moment.milliseconds / 900_000
        if let known, known.quarter == quarter { return known.offset }
        let seconds = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000))
        known = (quarter, Int64(seconds))
        return Int64(seconds)
    }
}

extension SendLogRow: PageFields {
    var pageFields: [String: PageValue] {
        var fields: [String: PageValue] = [
            "id": .text(id), "status": .text(status), "statusLabel": .text(statusLabel), "isFailed": .flag(isFailed),
            "isUnknown": .flag(isUnknown), "channel": .text(channel), "channelLabel": .text(channelLabel),
            "sandbox": .flag(sandbox), "date": .text(date), "dateISO": .text(dateISO), "dateFull": .text(dateFull),
            "recipient": .text(recipient), "subject": .text(subject), "detailsHref": .text(detailsHref),
        ]
        if let problem { fields["problem"] = .text(problem) }
        if let entity {
            var link: [String: PageValue] = ["label": .text(entity.label)]
            if let href = entity.href { link["href"] = .text(href) }
            fields["entity"] = .fields(link)
        }
        return fields
    }
}
