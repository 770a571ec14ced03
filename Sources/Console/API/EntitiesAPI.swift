import HTTPServing
import Messaging

/// `/api/v1/entities/{kind}`: the company's own systems keep the directory in step.
enum EntitiesAPI {
    static var routes: [Route] {
        let (all, one) = (Paths.apiEntities("{kind}"), Paths.apiEntity("{kind}", "{external_id}"))
        let writers = Access.any([.createDirectory, .updateDirectory])
        return [
            Route(.get, all, .one(.readDirectory), face: .program, policy: .data) { try list($0) },
            LinesAPI.route(all, .one(.createDirectory)) { context in .later { try take(context) } },
            Route(.get, one, .one(.readDirectory), face: .program, policy: .data) { context in
                try answer(context, try entity(context), status: 200)
            },
            Route(.put, one, writers, face: .program, policy: .data) { try put($0) },
            Route(.delete, one, .one(.deleteDirectory), face: .program, policy: .data) { context in
                let entity = try entity(context)
                try context.perform(DeleteRecord(entity))
                return .noContent
            },
        ]
    }

    private static func externalID(_ context: RequestContext) -> String {
        context.request.parameters["external_id"] ?? ""
    }

    static func entity(_ context: RequestContext) throws -> Entity {
        guard
            let entity = try context.services.directory.entity(
                kind: try context.kind(), externalID: externalID(context))
        else { throw Failure.notFound }
        return entity
    }

    private static func answer(_ context: RequestContext, _ entity: Entity, status: Int) throws -> Response {
        var links = LinkedRecords(context.services.directory)
        var response = API.json(try EntityJSON.one(entity, &links), status: status)
        if status == 201 {
            response.headers["Location"] = Paths.apiEntity(entity.kind.plural, Paths.encode(entity.externalID))
        }
        return response
    }

    // MARK: One record

    /// The whole record: what the body does not name is emptied.
    private static func put(_ context: RequestContext) throws -> Response {
        let (kind, externalID) = (try context.kind(), externalID(context))
        guard case .object(var members) = try BodyReader(context.request).value.mergeValue else {
            throw Failure.badRequest("The body must be a JSON object.")
        }
        if let named = members["external_id"], named.text != externalID {
            throw Failure.invalid([
                Failure.Field(
                    field: "external_id", message: "The address names another record: \(externalID.prefix(60))")
            ])
        }
        members["external_id"] = .string(externalID)
        let (change, problems) = EntityReader(kind: kind, phones: try context.phones()).read(members, isWhole: true)
        guard problems.isEmpty else { throw Failure.invalid(problems.map(Failure.Field.init)) }
        let outcome = try context.perform(SaveRecord(change, of: kind, .byExternalID))
        if case .rejected(let problems) = outcome { throw Failure.invalid(problems.map(Failure.Field.init)) }
        guard let saved = try context.services.directory.entity(kind: kind, externalID: change.externalID) else {
            throw Failure.notFound
        }
        return try answer(context, saved, status: outcome == .created ? 201 : 200)
    }

    // MARK: Many records

    /// Good lines are taken whatever the others are; the answer names the others.
    private static func take(_ context: RequestContext) throws -> Response {
        let kind = try context.kind()
        try context.require(.updateDirectory)
        let (progress, errors) = try LinesAPI.take(context, into: .entities(kind))
        return API.json([
            "created": JSONValue(progress.created), "updated": JSONValue(progress.updated),
            "unchanged": JSONValue(progress.unchanged), "rejected": JSONValue(progress.rejected), "errors": errors,
        ])
    }

    // MARK: Search

    private static func list(_ context: RequestContext) throws -> Response {
        let kind = try context.kind()
        var query = QueryReader(context.request)
        var search = EntitySearch(kind: kind, query: query.text("q") ?? "")
        search.filters = filters(&query, context.request.query)
        let (start, limit) = (query.start(), query.limit())
        try query.finish()
        let page = try context.services.directory.search(search, from: start, limit: limit)
        var links = LinkedRecords(context.services.directory)
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
