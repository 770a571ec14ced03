import Crypto
import Foundation
import HTTPServing
import Messaging

/// `/api/v1/messages`
enum MessagesAPI {
    /// Email has a permission of its own; everything else, which mostly goes to a telephone, shares one.
    static let senders: Access = .any([.sendEmail, .sendSMS])
    /// As on the message's page; the act asks for that of the message's delivery channel.
    private static let deciders = SendLogDetailsPages.acting

    static var routes: [Route] {
        [
            Route(
                .post, Paths.apiMessages, senders, face: .program, policy: .data,
                answer: { context in .waiting { try send(context) } }),
            Route(.get, Paths.apiMessages, .one(.readHistory), face: .program, policy: .data) { try list($0) },
            Route(.get, Paths.apiMessage("{id}"), .one(.readHistory), face: .program, policy: .data) { context in
                API.json(MessageJSON.details(try message(context, context.id()), context.services.unsubscribe))
            },
            Route(.post, Paths.apiMessageAction("{id}", "cancel"), deciders, face: .program, policy: .data) { context in
                try move(context) { $0 == .pending ? .cancel : nil }
            },
            Route(.post, Paths.apiMessageAction("{id}", "retry"), deciders, face: .program, policy: .data) { context in
                try move(context) { status in
                    switch status {
                    case .failed: .retry
                    case .unknown: .retryDespiteDoubt
                    default: nil
                    }
                }
            },
            Route(.post, Paths.apiMessageAction("{id}", "assume-sent"), deciders, face: .program, policy: .data) {
                try move($0) { $0 == .unknown ? .assumeSent : nil }
            },
        ]
    }

    // MARK: Sending

    private static func send(_ context: RequestContext) throws -> Response {
        let body = try BodyReader(context.request)
        // The same for bodies that say the same; kept apart for each token, whose keys are its own.
        let idempotency = try idempotencyKey(context.request).map { key in
            (key: "api:\(context.principal.tokenID ?? 0):\(key)", bodyHash: digest(body.value.canonicalBytes))
        }
        if let idempotency,
            let known = try context.services.broadcasts.accepted(key: idempotency.key, bodyHash: idempotency.bodyHash)
        {
            return try repeated(context, known)
        }
        let asked = try MessageRequest.read(context, body)
        var single = asked.message
        single.idempotency = idempotency
        let accepted = try context.perform(SendMessage(single, merging: asked.merge))
        // Another call with the same key was quicker.
        guard case .new(let message) = accepted else { return try repeated(context, accepted) }
        let sentBy: String? = if case .user(let user) = context.principal { user.name } else { nil }
        let json = MessageJSON.accepted(message, of: single, sentBy: sentBy, context.services.unsubscribe)
        return answer(json, message.id, status: 202)
    }

    private static func repeated(_ context: RequestContext, _ accepted: Accepted) throws -> Response {
        guard case .repeated(let id) = accepted else {
            throw Failure(
                409, "The key was used before", "This Idempotency-Key came before with another body. Nothing was sent.")
        }
        return answer(MessageJSON.details(try message(context, id), context.services.unsubscribe), id, status: 200)
    }

    private static func answer(_ json: JSONValue, _ id: Int64, status: Int) -> Response {
        var response = API.json(json, status: status)
        response.headers["Location"] = Paths.apiMessage(id)
        return response
    }

    private static func message(_ context: RequestContext, _ id: Int64) throws -> MessageDetails {
        guard let details = try context.services.messages.message(id) else { throw Failure.notFound }
        return details
    }

    /// 1 to 255 printable ASCII characters.
    private static func idempotencyKey(_ request: Request) throws -> String? {
        let keys = request.headers.all("Idempotency-Key")
        guard let key = keys.first else { return nil }
        guard keys.count == 1, (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else {
            throw Failure.badRequest("Idempotency-Key must be one header of 1 to 255 printable ASCII characters.")
        }
        return key
    }

    private static func digest(_ bytes: [UInt8]) -> String {
        Hexadecimal.text(Array(SHA256.hash(data: bytes)))
    }

    // MARK: Reading

    private static func list(_ context: RequestContext) throws -> Response {
        var query = QueryReader(context.request)
        let filter = try filter(&query, context)
        let (start, limit) = (query.start(), query.limit())
        try query.finish()
        guard let filter else { return API.json(["items": [], "next": nil]) }
        return API.json(
            .list(try context.services.messages.messages(filter, from: start, limit: limit), MessageJSON.row))
    }

    /// `nil`: no message can match.
    private static func filter(_ query: inout QueryReader, _ context: RequestContext) throws -> MessageFilter? {
        var filter = MessageFilter()
        for name in query.list("status") {
            if let status = MessageStatus(rawValue: name) {
                filter.statuses.insert(status)
            } else {
                query.reject("status", "“\(name.prefix(60))” is not a status.")
            }
        }
        filter.deliveryChannel = query.word("delivery_channel")
        if let text = query.text("direction") {
            filter.direction = MessageDirection(rawValue: text)
            if filter.direction == nil { query.reject("direction", "This must be outbound or inbound.") }
        }
        if let text = query.text("type") {
            filter.type = MessageType(checking: text)
            if filter.type == nil { query.reject("type", "Lower-case letters, digits and _ only.") }
        }
        filter.query = query.text("q") ?? ""
        filter.from = moment(&query, "from", endOfDay: false)
        filter.to = moment(&query, "to", endOfDay: true)
        if let text = query.text("broadcast") {
            filter.broadcastID = Int64(text)
            if filter.broadcastID == nil { query.reject("broadcast", "This must be the id of a broadcast.") }
        }
        guard let entity = query.text("entity") else { return filter }
        filter.entityID = try entityID(entity, &query, context)
        return filter.entityID == nil ? nil : filter
    }

    private static func moment(_ query: inout QueryReader, _ name: String, endOfDay: Bool) -> Timestamp? {
        guard let text = query.text(name) else { return nil }
        if let moment = Timestamp(rfc3339: text) { return moment }
        if !text.contains("T"), let day = CivilTime.moment(local: text, in: .gmt) {
            return endOfDay ? day + .seconds(86_400) - .milliseconds(1) : day
        }
        query.reject(name, "This must be a time as in 2026-12-24T08:00:00Z, or a day as in 2026-12-24.")
        return nil
    }

    /// `member:m-1`, or our own number.
    private static func entityID(_ text: String, _ query: inout QueryReader, _ context: RequestContext) throws -> Int64?
    {
        if let id = Int64(text) { return id }
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, let kind = EntityKind(rawValue: parts[0]) else {
            query.reject("entity", "Write it as in member:m-1.")
            return nil
        }
        return try context.services.directory.entity(kind: kind, externalID: parts[1])?.id
    }

    // MARK: Moving by hand

    private static func move(
        _ context: RequestContext, _ decision: (MessageStatus) -> MoveMessage.Decision?
    ) throws -> Response {
        guard context.request.body.isEmpty || BodyReader.isEmptyObject(context.request.body) else {
            throw Failure.badRequest("This call takes no body.")
        }
        let id = try context.id()
        let row = try message(context, id).row
        guard row.direction == .outbound, let decision = decision(row.status) else { throw wrongState(row.status) }
        do {
            try context.perform(MoveMessage(id, by: decision))
        } catch StoreConflict.state {
            throw wrongState(try message(context, id).row.status)
        }
        return API.json(MessageJSON.details(try message(context, id), context.services.unsubscribe))
    }

    private static func wrongState(_ status: MessageStatus) -> Failure {
        .conflict("The message is \(status.rawValue), and that cannot be done to it. Nothing was changed.")
    }
}
