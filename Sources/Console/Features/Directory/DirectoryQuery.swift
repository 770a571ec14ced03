import HTTPServing
import Messaging

/// Query parameters of a record list: words, and any number of filters as pairs of `field` and `value`.
struct DirectoryQuery: Sendable {
    /// Limits the length of the URL.
    private static let mostFilters = 10

    let kind: EntityKind
    let words: String
    let filters: [EntitySearch.Filter]

    init(_ kind: EntityKind, _ query: Fields) {
        self.kind = kind
        func clean(_ text: String) -> String { String(text.filter { !$0.isNewline }.prefix(200)).trimmed }
        words = clean(query["q"] ?? "")
        let pairs = zip(query.all("field"), query.all("value")).map { (clean($0), clean($1)) }
        var seen: Set<EntitySearch.Filter> = []
        filters = pairs.filter { !$0.0.isEmpty && !$0.1.isEmpty }.prefix(Self.mostFilters)
            .map { EntitySearch.Filter(field: $0.0, value: $0.1) }.filter { seen.insert($0).inserted }
    }

    var search: EntitySearch { EntitySearch(kind: kind, query: words, filters: filters) }
    var isOpen: Bool { words.isEmpty && filters.isEmpty }

    func path(start: PageStart = .newest, without filter: EntitySearch.Filter? = nil, words: String? = nil) -> String {
        var query: [(String, String?)] = [("q", words ?? self.words)]
        for kept in filters where kept != filter { query += [("field", kept.field), ("value", kept.value)] }
        switch start {
        case .newest: break
        case .after(let key): query.append(("after", String(key)))
        case .before(let key): query.append(("before", String(key)))
        }
        return Paths.with(Paths.directory(kind.plural), query)
    }

    var chips: [FilterChip] {
        let search = words.isEmpty ? [] : [FilterChip(label: "Search", value: words, removeHref: path(words: ""))]
        return search
            + filters.map {
                FilterChip(label: Self.label($0.field, kind), value: $0.value, removeHref: path(without: $0))
            }
    }

    /// Hidden fields of a form.
    var kept: [HiddenField] {
        filters.flatMap { [HiddenField(name: "field", value: $0.field), HiddenField(name: "value", value: $0.value)] }
    }
    var hidden: [HiddenField] { (words.isEmpty ? [] : [HiddenField(name: "q", value: words)]) + kept }

    /// Standard columns, and the attributes of the displayed and the newest records, because attributes are not
    /// declared anywhere.
    func fields(among records: [Entity]) -> [SelectOption] {
        let standard = EntityField.of(kind).map { $0.columnName(for: kind) }
        var attributes = Set(records.flatMap(\.attributes.members.keys)).union(EntityField.usualAttributes(of: kind))
        attributes.formUnion(filters.map(\.field))
        let names = standard + attributes.subtracting(standard).sorted()
        return [SelectOption(value: "", label: "Choose a field", selected: true)]
            + names.map { SelectOption(value: $0, label: Self.label($0, kind), selected: false) }
    }

    static func label(_ field: String, _ kind: EntityKind) -> String {
        if let standard = EntityField(columnName: field, for: kind) { return standard.title(for: kind) }
        let words = field.split(separator: "_").joined(separator: " ")
        return EnglishFormat.opening(words)
    }
}

extension String {
    var trimmed: String { String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()) }
}

extension RequestContext {
    /// Entity kind in the path; 404 for anything else.
    func kind() throws -> EntityKind {
        guard let kind = EntityKind(plural: request.parameters["kind"] ?? "") else { throw Failure.notFound }
        return kind
    }

    /// Record in the path.
    func record() throws -> Entity {
        let kind = try kind()
        guard let entity = try services.directory.entity(id()), entity.kind == kind else { throw Failure.notFound }
        return entity
    }
}

/// Linked records, each looked up once per page.
struct LinkedRecords {
    private let directory: any DirectoryQueries
    private var known: [Int64: Entity?] = [:]

    init(_ directory: any DirectoryQueries) { self.directory = directory }

    /// `nil` without a link, or if the record was deleted.
    mutating func entity(_ id: Int64?) throws -> Entity? {
        guard let id else { return nil }
        if let entity = known[id] { return entity }
        let entity = try directory.entity(id)
        known[id] = .some(entity)
        return entity
    }

    mutating func entity(_ field: EntityField, of entity: Entity) throws -> Entity? {
        switch field {
        case .member: try self.entity(entity.memberID)
        case .account: try self.entity(entity.accountID)
        case .location: try self.entity(entity.locationID)
        default: nil
        }
    }

    /// Column value as text; links are shown by name.
    mutating func text(_ field: EntityField, of entity: Entity) throws -> String {
        switch field {
        case .externalID: entity.externalID
        case .name: entity.name
        case .firstName: entity.firstName
        case .lastName: entity.lastName
        case .email: entity.email
        case .mobile: entity.mobile
        case .timeZone: entity.timeZone
        case .language: entity.language
        case .location, .account, .member: try self.entity(field, of: entity)?.displayName ?? ""
        }
    }
}
