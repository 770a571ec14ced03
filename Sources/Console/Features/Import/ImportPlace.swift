import HTTPServing
import Messaging

/// Target of an import: the part in which the import pages differ.
struct ImportPlace: Sendable {
    let subject: ImportSubject
    let menu: MenuEntry
    let title: String
    /// Plural, as in “Import members”.
    let many: String
    let backHref: String
    let backLabel: String
    let listHref: String
    /// Path of the form; prefix of the job's path.
    let start: String
    /// Description of the expected file.
    let hint: String
    let createdLabel: String
    let unchangedLabel: String
    let hasUpdates: Bool
    /// Where an unchanged row already is.
    var standing = "in the channel"

    func job(_ id: any Paths.Part) -> String { "\(start)/\(id)" }
    func stop(_ id: any Paths.Part) -> String { "\(job(id))/stop" }
    func rejected(_ id: any Paths.Part) -> String { "\(job(id))/rejected.csv" }
}

extension ImportPlace {
    static func directory(_ kind: EntityKind) -> ImportPlace {
        let names = EntityField.of(kind).map { $0.columnName(for: kind) } + EntityField.usualAttributes(of: kind)
        return ImportPlace(
            subject: .entities(kind), menu: .directory(kind), title: "Import \(kind.plural)", many: kind.plural,
            backHref: Paths.directory(kind.plural), backLabel: kind.plural.capitalized,
            listHref: Paths.directory(kind.plural), start: Paths.directoryImport(kind.plural),
            hint: "The first line of a CSV file names the columns: \(names.joined(separator: ", ")). Anything else "
                + "becomes an attribute. A record whose external id is known is changed; what the file has no column "
                + "for stays.", createdLabel: "Created", unchangedLabel: "Unchanged", hasUpdates: true)
    }

    static func subscribers(_ channel: Channel) -> ImportPlace {
        ImportPlace(
            subject: .subscribers(channelID: channel.id), menu: .communicationSettings,
            title: "Import subscribers of \(channel.name)", many: "subscribers", backHref: Paths.channel(channel.id),
            backLabel: channel.name, listHref: Paths.channel(channel.id), start: Paths.subscriberImport(channel.id),
            hint:
                "The first line of a CSV file names the columns: first_name, last_name, email, mobile. A row that has "
                + "entity_kind and external_id instead adds a record of the directory. Existing subscribers are counted "
                + "and not added twice.", createdLabel: "Added", unchangedLabel: "Already subscribed",
            hasUpdates: false)
    }
}

/// Import of records.
enum DirectoryImportPages {
    static var routes: [Route] {
        ImportPages.routes(Paths.directoryImport("{kind}"), .one(.createDirectory)) { context in
            try context.require(.updateDirectory)
            return .directory(try context.kind())
        }
    }
}

/// Import of a channel's subscribers.
enum SubscriberImportPages {
    static var routes: [Route] {
        ImportPages.routes(Paths.subscriberImport("{id}"), .one(.updateChannels)) { .subscribers(try $0.channel()) }
    }
}

extension Paths {
    static func subscriberImport(_ channel: any Part) -> String { "\(subscribers(channel))/import" }
}
