import HTTPServing
import Messaging

/// `/api/v1/entities/{kind}`: the company's own systems keep the directory in step.
enum EntitiesAPI {
    static var routes: [Route] {
        let (all, one) = (Paths.apiEntities("{kind}"), Paths.apiEntity("{kind}", "{external_id}"))
        let writers = Access.any([.createDirectory, .updateDirectory])
        return [
            Route(.get, all, .one(.readDirectory), face: .program, policy: .data) { try list($0) },
            LinesAPI.route(all, .one(.createDirectory)) { visit in .later { try take(visit) } },
            Route(.get, one, .one(.readDirectory), face: .program, policy: .data) { visit in
                try answer(visit, try entity(visit), status: 200)
            },
            Route(.put, one, writers, face: .program, policy: .data) { try put($0) },
            Route(.delete, one, .one(.deleteDirectory), face: .program, policy: .data) { visit in
                let entity = try entity(visit)
                try visit.services.directory.deleteEntity(entity.id)
                try visit.audit("delete \(entity.kind.rawValue)", entity.externalID)
                return .noContent
            },
        ]
    }

    private static func externalID(_ visit: Visit) -> String { visit.request.parameters["external_id"] ?? "" }

    static func entity(_ visit: Visit) throws -> Entity {
        guard
            let entity = try visit.services.directory.entity(kind: try visit.kind(), externalID: externalID(visit))
        else { throw Failure.notFound }
        return entity
    }

    private static func answer(_ visit: Visit, _ entity: Entity, status: Int) throws -> Response {
        var links = LinkedRecords(visit.services.directory)
        var response = API.json(try EntityJSON.one(entity, &links), status: status)
        if status == 201 {
            response.headers["Location"] = Paths.apiEntity(entity.kind.plural, Paths.encode(entity.externalID))
        }
        return response
    }

    // MARK: One record

    /// The whole record: what the body does not name is emptied.
    private static func put(_ visit: Visit) throws -> Response {
        let (kind, externalID) = (try visit.kind(), externalID(visit))
        guard case .object(var members) = try BodyReader(visit.request).value.mergeValue else {
            throw Failure.badRequest("The body must be a JSON object.")
        }
        if let named = members["external_id"], named.text != externalID {
            throw Failure.invalid([
                Failure.Field(
                    field: "external_id", message: "The address names another record: \(externalID.prefix(60))")
            ])
        }
        members["external_id"] = .string(externalID)
        let (change, problems) = EntityReader(kind: kind, phones: try visit.phones()).read(members, isWhole: true)
        guard problems.isEmpty else { throw Failure.invalid(problems.map(Failure.Field.init)) }
        let isKnown = try visit.services.directory.entity(kind: kind, externalID: change.externalID) != nil
        try visit.require(isKnown ? .updateDirectory : .createDirectory)
        let outcome = try visit.services.directory.apply([change], of: kind, isImport: false, at: visit.now).first
        if case .rejected(let problems) = outcome { throw Failure.invalid(problems.map(Failure.Field.init)) }
        guard let saved = try visit.services.directory.entity(kind: kind, externalID: change.externalID) else {
            throw Failure.notFound
        }
        if outcome != .unchanged {
            try visit.audit("\(outcome == .created ? "create" : "update") \(kind.rawValue)", saved.externalID)
        }
        return try answer(visit, saved, status: outcome == .created ? 201 : 200)
    }

    // MARK: Many records

    /// Good lines are taken whatever the others are; the answer names the others.
    private static func take(_ visit: Visit) throws -> Response {
        let kind = try visit.kind()
        try visit.require(.updateDirectory)
        let rows = EntityRows(kind, phones: try visit.phones(), into: visit.services.directory)
        let (progress, errors) = try LinesAPI.take(visit, by: rows)
        try visit.audit(
            "import \(kind.plural)", "API",
            detail: "created \(progress.created), updated \(progress.updated), rejected \(progress.rejected)")
        return API.json([
            "created": JSONValue(progress.created), "updated": JSONValue(progress.updated),
            "unchanged": JSONValue(progress.unchanged), "rejected": JSONValue(progress.rejected), "errors": errors,
        ])
    }

    // MARK: Search

    private static func list(_ visit: Visit) throws -> Response {
        let kind = try visit.kind()
        var query = QueryReader(visit.request)
        var search = EntitySearch(kind: kind, query: query.text("q") ?? "")
        search.filters = filters(&query, visit.request.query)
        let (start, limit) = (query.start(), query.limit())
        try query.finish()
        let page = try visit.services.directory.search(search, from: start, limit: limit)
        var links = LinkedRecords(visit.services.directory)
        let items = try page.items.map { try EntityJSON.one($0, &links) }
        return API.json(["items": .list(items), "next": JSONValue(id: page.next)])
    }

    /// `filter=tier:gold`, as often as needed, or `filter[tier]=gold`.
    private static func filters(_ query: inout QueryReader, _ fields: Fields) -> [EntitySearch.Filter] {
        var filters: [EntitySearch.Filter] = []
        for name in fields.names where name.hasPrefix("filter[") && name.hasSuffix("]") {
            if let value = query.text(name) {
                filters.append(EntitySearch.Filter(field: String(name.dropFirst(7).dropLast()), value: value))
            }
        }
        _ = query.text("filter")
        for text in fields.all("filter") where !text.isEmpty {
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            if parts.count == 2 {
                filters.append(EntitySearch.Filter(field: parts[0], value: parts[1]))
            } else {
                query.reject("filter", "Write it as in tier:gold.")
            }
        }
        if filters.count > 10 { query.reject("filter", "At most 10 filters.") }
        return filters
    }
}

extension Failure.Field {
    init(_ problem: RowProblem) { self.init(field: problem.field, message: problem.message) }
}
