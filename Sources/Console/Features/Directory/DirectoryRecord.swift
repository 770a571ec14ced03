import HTTPServing
import Messaging

struct DirectoryRecordPage: Sendable {
    struct Fact: Sendable {
        let label: String
        let value: String
        let href: String?
    }

    let shell: Shell
    let backHref: String
    let backLabel: String
    let title: String
    let kindLabel: String
    let externalID: String
    let emailHref: String?
    let smsHref: String?
    let editHref: String?
    let deleteHref: String?
    let facts: [Fact]
    let hasAttributes: Bool
    let attributes: [Fact]
    let seesMessages: Bool
    let hasMessages: Bool
    let rows: [SendLogRow]
    let live: Bool
    let refreshHref: String
    let logHref: String
    let hasPages: Bool
    let newerHref: String?
    let olderHref: String?
    let note: String?
    let groups: [RecordLinks]
    let hasDevices: Bool
    let devices: [RecordDevice]
    let hasSuppressions: Bool
    /// Suppressions of the record's addresses.
    let suppressions: [String]
    let suppressionsHref: String?
}

/// Page of one record: fields, attributes, links and messages.
enum DirectoryRecordPages {
    private static let messages = 20

    static var routes: [Route] {
        let delete = Paths.deleteRecord("{kind}", "{id}")
        return [
            Route(.get, Paths.record("{kind}", "{id}"), .one(.readDirectory), policy: .previews) { context in
                try show(context)
            },
            Route(.get, delete, .one(.deleteDirectory)) { context in try confirm(context) },
            Route(.post, delete, .one(.deleteDirectory)) { context in try self.delete(context) },
        ]
    }

    private static func show(_ context: RequestContext) throws -> Response {
        let entity = try context.record()
        let (kind, id) = (entity.kind.plural, entity.id)
        let sees = context.link(Paths.sendLogs) != nil
        let log =
            sees
            ? try context.services.messages.messages(
                MessageFilter(entityID: id), from: context.pageStart, limit: messages)
            : Page(items: [])
        var words = RowWords(context)
        let devices = try RecordDevices.all(of: entity, context)
        let path = Paths.record(kind, id)
        let newer = log.previous.map { Paths.with(path, [("before", String($0))]) }
        let older = log.next.map { Paths.with(path, [("after", String($0))]) }
        let receiver = try context.services.directory.receiver(of: entity, origin: .search).receiver
        let standing = try suppressions(of: receiver, context)
        let model = DirectoryRecordPage(
            shell: context.shell(MenuEntry.directory(entity.kind)), backHref: Paths.directory(kind),
            backLabel: kind.capitalized, title: entity.displayName, kindLabel: entity.kind.title,
            externalID: entity.externalID,
            emailHref: receiver.email.isEmpty ? nil : context.link(Paths.recordEmail(kind, id)),
            smsHref: receiver.mobile.isEmpty ? nil : context.link(Paths.recordSMS(kind, id)),
            editHref: context.link(Paths.editRecord(kind, id)), deleteHref: context.link(Paths.deleteRecord(kind, id)),
            facts: try facts(entity, context), hasAttributes: !entity.attributes.isEmpty,
            attributes: entity.attributes.members.sorted { $0.key < $1.key }.map { name, value in
                .init(label: DirectoryQuery.label(name, entity.kind), value: shown(value), href: nil)
            }, seesMessages: sees, hasMessages: !log.items.isEmpty, rows: log.items.map { SendLogRow($0, &words) },
            live: false, refreshHref: path,
            logHref: Paths.with(Paths.sendLogs, [("entity", "\(entity.kind.rawValue):\(entity.externalID)")]),
            hasPages: newer != nil || older != nil, newerHref: newer, olderHref: older,
            note: log.items.isEmpty && newer != nil ? "There are no older messages." : nil,
            groups: try RecordLinks.all(of: entity, context), hasDevices: !devices.isEmpty, devices: devices,
            hasSuppressions: !standing.isEmpty,
            suppressions: standing.map { "\($0.address.value): \($0.words) (\($0.source.title))" },
            suppressionsHref: standing.first.flatMap { first in
                context.link(Paths.suppressions).map { Paths.with($0, [("q", first.address.value)]) }
            })
        return try context.page("Directory/DirectoryRecord", model)
    }

    private static func suppressions(of receiver: Receiver, _ context: RequestContext) throws -> [Suppression] {
        let addresses = [DeliveryChannel.email, .sms].compactMap { channel -> Address? in
            guard case .usable(let address) = ReceiverAddress(of: receiver, for: channel) else { return nil }
            return address
        }
        let standing = try context.services.suppressions.suppressions(of: addresses)
        return addresses.flatMap { standing[$0] ?? [] }
    }

    static func shown(_ value: MergeValue) -> String {
        switch value {
        case .list, .object: value.json
        default: value.text
        }
    }

    private static func facts(_ entity: Entity, _ context: RequestContext) throws -> [DirectoryRecordPage.Fact] {
        var links = LinkedRecords(context.services.directory)
        return try EntityField.of(entity.kind).map { field in
            let linked = try links.entity(field, of: entity)
            return .init(
                label: field.title(for: entity.kind), value: try links.text(field, of: entity),
                href: linked.map { Paths.record($0.kind.plural, $0.id) })
        }
    }

    private static func confirm(_ context: RequestContext) throws -> Response {
        let entity = try context.record()
        let path = Paths.record(entity.kind.plural, entity.id)
        return try context.page(
            "Shared/Confirm",
            ConfirmPage(
                shell: context.shell(MenuEntry.directory(entity.kind)), title: "Delete \(entity.displayName)?",
                text:
                    "The record goes for good, with its devices and its in-app inbox. Messages already sent or planned keep the name and the address they have.",
                facts: [Fact(label: "External ID", value: entity.externalID)],
                action: Paths.deleteRecord(entity.kind.plural, entity.id), confirmLabel: "Delete",
                busyLabel: "Deleting…", danger: true, cancelHref: path))
    }

    private static func delete(_ context: RequestContext) throws -> Response {
        let entity = try context.record()
        try context.perform(DeleteRecord(entity))
        return context.redirect(
            to: Paths.directory(entity.kind.plural), .success, "\(entity.displayName) was deleted.")
    }
}
