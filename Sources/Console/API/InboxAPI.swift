import HTTPServing
import Messaging

/// `/api/v1/entities/{kind}/{external_id}/inbox`: what the company's portal shows a reader, and that they saw it.
enum InboxAPI {
    static var routes: [Route] {
        [
            Route(
                .get, Paths.apiInbox("{kind}", "{external_id}"), .one(.readHistory), face: .program, policy: .data
            ) { try list($0) },
            Route(
                .post, Paths.apiInboxRead("{kind}", "{external_id}", "{id}"), .one(.updateDirectory), face: .program,
                policy: .data
            ) { try read($0) },
        ]
    }

    private static func list(_ context: RequestContext) throws -> Response {
        let entity = try EntitiesAPI.entity(context)
        var query = QueryReader(context.request)
        let (start, limit) = (query.start(), query.limit())
        try query.finish()
        return API.json(.list(try context.services.notices.notices(of: entity.id, from: start, limit: limit), json))
    }

    private static func read(_ context: RequestContext) throws -> Response {
        guard context.request.body.isEmpty || BodyReader.isEmptyObject(context.request.body) else {
            throw Failure.badRequest("This call takes no body.")
        }
        let entity = try EntitiesAPI.entity(context)
        return API.json(json(try context.perform(ReadNotice(try context.id(), of: entity))))
    }

    private static func json(_ notice: Notice) -> JSONValue {
        [
            "id": JSONValue(id: notice.id), "message_id": JSONValue(id: notice.messageID),
            "title": JSONValue(notice.title.isEmpty ? nil : notice.title), "text": .string(notice.text),
            "icon": JSONValue(notice.icon.isEmpty ? nil : notice.icon),
            "action_url": JSONValue(notice.actionURL.isEmpty ? nil : notice.actionURL),
            "created_at": JSONValue(notice.createdAt), "read_at": JSONValue(notice.readAt),
        ]
    }
}

extension Paths {
    static func apiInbox(_ kind: any Part, _ externalID: any Part) -> String { "\(apiEntity(kind, externalID))/inbox" }
    static func apiInboxRead(_ kind: any Part, _ externalID: any Part, _ id: any Part) -> String {
        "\(apiInbox(kind, externalID))/\(id)/read"
    }
}
