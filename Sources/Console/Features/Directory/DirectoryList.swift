import HTTPServing
import Messaging

struct DirectoryListPage: Sendable {
    let shell: Shell
    let title: String
    let many: String
    let action: String
    let query: String
    let newHref: String?
    let newLabel: String
    let importHref: String?
    let filters: [FilterChip]
    let hasFilters: Bool
    let clearHref: String
    let fields: [SelectOption]
    /// Hidden fields of the search form: the filters.
    let kept: [HiddenField]
    /// Hidden fields of the filter form: the words and the filters.
    let hidden: [HiddenField]
    let columns: [String]
    let rows: [DirectoryRow]
    let hasRows: Bool
    let hasPages: Bool
    let newerHref: String?
    let olderHref: String?
    let note: String?
}

struct DirectoryRow: Sendable {
    struct Cell: Sendable {
        let label: String
        let text: String
    }
    let name: String
    let href: String
    let cells: [Cell]
}

/// Records of one kind: searchable, filterable, newest first, with keyset pagination.
enum DirectoryListPages {
    static let pageSize = 50

    static var routes: [Route] {
        [
            Route(.get, Paths.directoryHome, .one(.readDirectory)) { context in
                context.redirect(to: Paths.directory(EntityKind.member.plural))
            },
            Route(.get, Paths.directory("{kind}"), .one(.readDirectory)) { context in try show(context) },
        ]
    }

    /// Columns besides the name.
    static func columns(of kind: EntityKind) -> [String] {
        switch kind {
        case .member: ["external_id", "email", "mobile", "location"]
        case .location, .account: ["external_id", "email", "mobile"]
        case .transaction: ["external_id", "member", "account", "amount", "reference"]
        }
    }

    private static func show(_ context: RequestContext) throws -> Response {
        let kind = try context.kind()
        let query = DirectoryQuery(kind, context.request.query)
        let directory = context.services.directory
        let page = try directory.search(query.search, from: context.pageStart, limit: pageSize)
        var known = page.items
        if !query.isOpen { known += try directory.search(EntitySearch(kind: kind), from: .newest, limit: 20).items }
        var links = LinkedRecords(directory)
        let columns = columns(of: kind)
        let rows = try page.items.map { try row($0, columns, &links) }
        let newer = page.previous.map { query.path(start: .before($0)) }
        let older = page.next.map { query.path(start: .after($0)) }
        let imports = context.allows(.updateDirectory) ? context.link(Paths.directoryImport(kind.plural)) : nil
        return try context.page(
            "Directory/DirectoryList",
            DirectoryListPage(
                shell: context.shell(MenuEntry.directory(kind)), title: kind.plural.capitalized, many: kind.plural,
                action: Paths.directory(kind.plural), query: query.words,
                newHref: context.link(Paths.newRecord(kind.plural)), newLabel: "Add \(kind.rawValue)",
                importHref: imports, filters: query.chips, hasFilters: !query.isOpen,
                clearHref: Paths.directory(kind.plural), fields: query.fields(among: known), kept: query.kept,
                hidden: query.hidden,
                columns: ["Name"] + columns.map { DirectoryQuery.label($0, kind) }, rows: rows, hasRows: !rows.isEmpty,
                hasPages: newer != nil || older != nil, newerHref: newer, olderHref: older,
                note: page.isPartial
                    ? "Many \(kind.plural) were looked through for this page. Others may match too: go on with “Older”."
                    : nil))
    }

    private static func row(
        _ entity: Entity, _ columns: [String], _ links: inout LinkedRecords
    ) throws -> DirectoryRow {
        let cells = try columns.map { column in
            let text =
                try EntityField(columnName: column, for: entity.kind).map { try links.text($0, of: entity) }
                ?? entity.attributes[key: column]?.text ?? ""
            return DirectoryRow.Cell(label: DirectoryQuery.label(column, entity.kind), text: text)
        }
        return DirectoryRow(
            name: entity.displayName, href: Paths.record(entity.kind.plural, entity.id), cells: cells)
    }
}
