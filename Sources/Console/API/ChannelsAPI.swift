import HTTPServing
import Messaging

/// `/api/v1/channels` and their subscribers.
enum ChannelsAPI {
    static var routes: [Route] {
        let one = Paths.apiChannel("{id}")
        let subscribers = Paths.apiSubscribers("{id}")
        let (read, update) = (Access.one(.readChannels), Access.one(.updateChannels))
        return [
            Route(.get, Paths.apiChannels, read, face: .program, policy: .data) { try list($0) },
            Route(.post, Paths.apiChannels, .one(.createChannels), face: .program, policy: .data) { try create($0) },
            Route(.get, one, read, face: .program, policy: .data) { API.json(json(try $0.channel())) },
            Route(.patch, one, update, face: .program, policy: .data) { try change($0) },
            Route(.delete, one, .one(.deleteChannels), face: .program, policy: .data) { context in
                let channel = try context.channel()
                try context.perform(DeleteChannel(channel))
                return .noContent
            },
            Route(.get, subscribers, read, face: .program, policy: .data) { try people($0) },
            LinesAPI.route(subscribers, update) { context in
                // Many lines take their time; one subscriber is answered at once.
                LinesAPI.isLines(context.request) ? .later { try addMany(context) } : .now(try add(context))
            },
            Route(
                .delete, Paths.apiSubscriber("{id}", "{subscriber}"), update, face: .program, policy: .data
            ) { context in
                let channel = try context.channel()
                try context.perform(RemoveSubscriber(context.id("subscriber"), from: channel.id))
                return .noContent
            },
        ]
    }

    static func json(_ channel: Channel) -> JSONValue {
        [
            "id": JSONValue(id: channel.id), "name": .string(channel.name),
            "description": .string(channel.description), "subscribers": JSONValue(channel.subscriberCount),
            "created_at": JSONValue(channel.createdAt), "updated_at": JSONValue(channel.updatedAt),
        ]
    }

    static func json(_ subscriber: Subscriber) -> JSONValue {
        func text(_ text: String) -> JSONValue { JSONValue(text.isEmpty ? nil : text) }
        let entity: JSONValue =
            subscriber.entity.map {
                ["kind": .string($0.kind.rawValue), "external_id": .string($0.externalID), "name": .string($0.name)]
            } ?? nil
        return [
            "id": JSONValue(id: subscriber.id), "first_name": text(subscriber.firstName),
            "last_name": text(subscriber.lastName), "email": text(subscriber.email),
            "mobile": text(subscriber.mobile), "entity": entity, "created_at": JSONValue(subscriber.createdAt),
        ]
    }

    private static func list(_ context: RequestContext) throws -> Response {
        var query = QueryReader(context.request)
        let (text, start, limit) = (query.text("q") ?? "", query.start(), query.limit())
        try query.finish()
        return API.json(
            .list(try context.services.channels.channels(matching: text, from: start, limit: limit)) { json($0) })
    }

    private static func create(_ context: RequestContext) throws -> Response {
        var body = try BodyReader(context.request)
        let name = body.line("name", limit: ChannelEditor.nameLimit)
        let description = description(&body)
        if (name ?? "").isEmpty, !body.rejected("name") { body.reject("name", "Give the channel a name.") }
        try body.finish()
        let id = try context.perform(CreateChannel(name: name ?? "", description: description ?? ""))
        return try answer(context, id, status: 201)
    }

    private static func change(_ context: RequestContext) throws -> Response {
        let channel = try context.channel()
        var body = try BodyReader(context.request)
        let name = body.line("name", limit: ChannelEditor.nameLimit)
        if name?.isEmpty == true { body.reject("name", "Give the channel a name.") }
        let description = description(&body)
        try body.finish()
        try context.perform(
            UpdateChannel(
                id: channel.id, version: channel.version, name: name ?? channel.name,
                description: description ?? channel.description))
        return try answer(context, channel.id, status: 200)
    }

    private static func description(_ body: inout BodyReader) -> String? {
        let text = body.text("description")
        if (text ?? "").utf8.count > ChannelEditor.descriptionLimit {
            body.reject("description", "At most \(EnglishFormat.count(ChannelEditor.descriptionLimit)) bytes.")
        }
        return text
    }

    private static func answer(_ context: RequestContext, _ id: Int64, status: Int) throws -> Response {
        guard let channel = try context.services.channels.channel(id) else { throw Failure.notFound }
        var response = API.json(json(channel), status: status)
        response.headers["Location"] = Paths.apiChannel(id)
        return response
    }

    // MARK: Subscribers

    private static func people(_ context: RequestContext) throws -> Response {
        let channel = try context.channel()
        var query = QueryReader(context.request)
        let (start, limit) = (query.start(), query.limit())
        try query.finish()
        return API.json(
            .list(try context.services.channels.subscribers(of: channel.id, from: start, limit: limit)) { json($0) })
    }

    private static func add(_ context: RequestContext) throws -> Response {
        let channel = try context.channel()
        let phones = try context.phones()
        var body = try BodyReader(LinesAPI.single(context.request))
        let subscriber = try body.value("entity") == nil ? typed(&body, phones) : linked(&body, context)
        try body.finish()
        guard let subscriber else { throw Failure.notFound }
        switch try context.perform(AddSubscriber(subscriber, to: channel.id)) {
        case .present(let existing):
            throw Failure(409, "Already exists", SubscriberPages.words(existing, context))
        case .added(let id):
            var stored = subscriber
            (stored.id, stored.createdAt) = (id, context.now)
            var response = API.json(json(stored), status: 201)
            response.headers["Location"] = Paths.apiSubscriber(channel.id, id)
            return response
        }
    }

    /// Good lines are taken whatever the others are; who is in the channel already is counted.
    private static func addMany(_ context: RequestContext) throws -> Response {
        let channel = try context.channel()
        let (progress, errors) = try LinesAPI.take(context, into: .subscribers(channelID: channel.id))
        return API.json([
            "added": JSONValue(progress.created), "present": JSONValue(progress.unchanged),
            "rejected": JSONValue(progress.rejected), "errors": errors,
        ])
    }

    private static func typed(_ body: inout BodyReader, _ phones: PhoneReader) -> Subscriber? {
        var subscriber = Subscriber()
        subscriber.firstName = body.line("first_name", limit: 100) ?? ""
        subscriber.lastName = body.line("last_name", limit: 100) ?? ""
        let (email, mobile) = (body.line("email", limit: 320) ?? "", body.line("mobile", limit: 60) ?? "")
        if email.isEmpty, mobile.isEmpty, body.problems.isEmpty {
            body.reject("email", "Enter an email address or a mobile number, or an entity.")
        }
        if !email.isEmpty {
            do throws(AddressProblem) { subscriber.email = try EmailAddress(email).text } catch {
                body.reject("email", error.message)
            }
        }
        if !mobile.isEmpty {
            do throws(AddressProblem) { subscriber.mobile = try phones.e164(mobile) } catch {
                body.reject("mobile", error.message)
            }
        }
        return subscriber
    }

    private static func linked(_ body: inout BodyReader, _ context: RequestContext) throws -> Subscriber? {
        for name in ["first_name", "last_name", "email", "mobile"] where body.value(name) != nil {
            body.reject(name, "An entity has its own.")
        }
        guard var reference = body.nested("entity") else { return nil }
        defer {
            reference.rejectUnknown()
            body.take(problemsOf: reference)
        }
        let (kindName, externalID) = (reference.text("kind"), reference.line("external_id", limit: 200) ?? "")
        guard let kind = kindName.flatMap(EntityKind.init(rawValue:)) else {
            reference.reject("kind", "This must be one of \(EnglishFormat.list(EntityKind.allCases.map(\.rawValue))).")
            return nil
        }
        guard let entity = try context.services.directory.entity(kind: kind, externalID: externalID) else {
            if !reference.rejected("external_id") {
                reference.reject("external_id", "There is no \(kind.rawValue) “\(externalID)”.")
            }
            return nil
        }
        let person = try context.services.directory.receiver(of: entity, origin: .channel).receiver
        return Subscriber(
            firstName: person.firstName, lastName: person.lastName, email: person.email, mobile: person.mobile,
            entity: entity.reference)
    }
}
