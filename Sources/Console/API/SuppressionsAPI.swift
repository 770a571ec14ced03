import HTTPServing
import Messaging

/// `/api/v1/suppressions`
enum SuppressionsAPI {
    static var routes: [Route] {
        let (all, one) = (Paths.apiSuppressions, Paths.apiSuppression("{id}"))
        let read = Access.one(.readSuppressions)
        return [
            Route(.get, all, read, face: .program, policy: .data) { try list($0) },
            Route(.post, all, .one(.createSuppressions), face: .program, policy: .data) { try create($0) },
            Route(.get, one, read, face: .program, policy: .data) { API.json(json(try suppression($0))) },
            Route(.delete, one, .one(.deleteSuppressions), face: .program, policy: .data) { try delete($0) },
        ]
    }

    static func json(_ suppression: Suppression) -> JSONValue {
        let address = suppression.address
        let channel: JSONValue =
            suppression.scope.channelID == 0
            ? nil
            : [
                "id": JSONValue(id: suppression.scope.channelID),
                "name": JSONValue(suppression.channelName.isEmpty ? nil : suppression.channelName),
            ]
        return [
            "id": JSONValue(id: suppression.id), "email": JSONValue(address.kind == .email ? address.value : nil),
            "mobile": JSONValue(address.kind == .mobile ? address.value : nil),
            "scope": .string(suppression.scope.kind.rawValue), "channel": channel,
            "reason": .string(suppression.reason), "source": .string(suppression.source.rawValue),
            "created_at": JSONValue(suppression.createdAt), "created_by": JSONValue(suppression.createdByName),
            "message": JSONValue(id: suppression.messageID),
        ]
    }

    private static func suppression(_ context: RequestContext) throws -> Suppression {
        guard let found = try context.services.suppressions.suppression(context.id()) else { throw Failure.notFound }
        return found
    }

    private static func list(_ context: RequestContext) throws -> Response {
        var query = QueryReader(context.request)
        var filter = SuppressionFilter(query: query.text("q") ?? "")
        filter.scope = query.word("scope")
        filter.source = query.word("source")
        if let text = query.text("channel") {
            filter.channelID = Int64(text)
            if filter.channelID == nil { query.reject("channel", "Enter the id of a channel.") }
        }
        let (start, limit) = (query.start(), query.limit())
        try query.finish()
        return API.json(
            .list(try context.services.suppressions.suppressions(filter, from: start, limit: limit)) { json($0) })
    }

    private static func create(_ context: RequestContext) throws -> Response {
        var body = try BodyReader(context.request)
        let address = try address(&body, context)
        let scope = try scope(&body, context)
        let reason = body.line("reason", limit: NewSuppression.longestReason)
        try body.finish()
        guard let address else { throw Failure.notFound }
        let new = NewSuppression(
            address: address, scope: scope, reason: reason.flatMap { $0.isEmpty ? nil : $0 } ?? "Added by the API.",
            source: .api)
        let isNew = try context.perform(SuppressAddress(new))
        let standing = try context.services.suppressions.suppressions(of: [address])[address] ?? []
        guard let made = standing.first(where: { $0.scope == scope && $0.source == .api }) else {
            throw Failure.conflict("It was removed at the same moment. Nothing was changed.")
        }
        var response = API.json(json(made), status: isNew ? 201 : 200)
        response.headers["Location"] = Paths.apiSuppression(made.id)
        return response
    }

    private static func address(_ body: inout BodyReader, _ context: RequestContext) throws -> Address? {
        let (email, mobile) = (body.line("email", limit: 320), body.line("mobile", limit: 60))
        let problems = body.problems.count
        if let email, mobile == nil {
            do throws(AddressProblem) { return try Address(email, for: .email) } catch {
                body.reject("email", error.message)
            }
        } else if let mobile, email == nil {
            let phones = try context.phones()
            do throws(AddressProblem) { return Address(kind: .mobile, value: try phones.e164(mobile)) } catch {
                body.reject("mobile", error.message)
            }
        } else if problems == 0 {
            body.reject("email", "Enter an email address or a mobile number, one of the two.")
        }
        return nil
    }

    private static func scope(_ body: inout BodyReader, _ context: RequestContext) throws -> SuppressionScope {
        let text = body.text("scope") ?? SuppressionScope.Kind.everything.rawValue
        let channel = body.text("channel_id")
        guard let kind = SuppressionScope.Kind(rawValue: text) else {
            body.reject("scope", "This must be everything, broadcasts or channel.")
            return .everything
        }
        guard kind == .channel else {
            if channel != nil { body.reject("channel_id", "Only the scope “channel” has one.") }
            return SuppressionScope(kind)
        }
        guard let id = channel.flatMap({ Int64($0) }), try context.services.channels.channel(id) != nil else {
            body.reject("channel_id", "Enter the id of an existing channel.")
            return .everything
        }
        return .channel(id)
    }

    /// What its owner asked for, or a bounce, goes only when the caller says that it is meant.
    private static func delete(_ context: RequestContext) throws -> Response {
        let standing = try suppression(context)
        var query = QueryReader(context.request)
        let isSure = query.text("sure") == "true"
        try query.finish()
        try context.perform(LiftSuppression(standing, isConfirmed: isSure))
        return .noContent
    }
}
