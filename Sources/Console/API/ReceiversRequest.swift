import Messaging

/// What `POST /broadcasts/{id}/receivers` asks for: channels, a search, or people it names itself.
enum ReceiversRequest: Sendable {
    case audiences([Audience])
    case people([Receiver])

    static let mostPeople = 10_000
    private static let mostChannels = 100
    private static let mostFilters = 10
    /// Enough of them to mend a list by.
    private static let mostProblems = 200
    /// About twenty for each of as many people as a call may name.
    private static let mostValues = 250_000
    private static let ways = ["channels", "search", "people"]

    static func read(_ context: RequestContext) throws -> ReceiversRequest {
        var body = try BodyReader(context.request, mostValues: mostValues)
        var given: [String] = []
        for way in ways where body.value(way) != nil { given.append(way) }
        guard given.count == 1, let way = given.first else {
            body.reject(
                given.first ?? "channels",
                given.isEmpty ? "Give channels, a search or people." : "Give one of \(EnglishFormat.list(given)) only.")
            throw Failure.invalid(body.problems)
        }
        let request: ReceiversRequest =
            switch way {
            case "channels": .audiences(try channels(&body, context))
            case "search": .audiences(search(&body).map { [.search($0)] } ?? [])
            default: .people(try people(&body, context))
            }
        try body.finish()
        return request
    }

    // MARK: Channels

    private static func channels(_ body: inout BodyReader, _ context: RequestContext) throws -> [Audience] {
        guard context.isOn(.channels) else {
            body.reject("channels", "Channels are switched off here.")
            return []
        }
        // Whoever reads the receivers reads the channel.
        try context.require(.readChannels)
        guard let texts = API.texts("channels", &body) else { return [] }
        if texts.isEmpty { body.reject("channels", "Name at least one.") }
        guard texts.count <= mostChannels else {
            body.reject("channels", "At most \(mostChannels) in one call.")
            return []
        }
        var seen = Set<Int64>()
        return try texts.compactMap { text in
            guard let id = Int64(text), try context.services.channels.channel(id) != nil else {
                body.reject("channels", "There is no channel “\(text.prefix(60))”.")
                return nil
            }
            return seen.insert(id).inserted ? .channel(id) : nil
        }
    }

    // MARK: Search

    private static func search(_ body: inout BodyReader) -> EntitySearch? {
        guard var asked = body.nested("search") else { return nil }
        defer {
            asked.rejectUnknown()
            body.take(problemsOf: asked)
        }
        let query = asked.line("q", limit: 200) ?? ""
        let filters = filters(&asked)
        guard let kind = asked.text("kind").flatMap(EntityKind.init(rawValue:)) else {
            if !asked.rejected("kind") {
                asked.reject("kind", "This must be one of \(EnglishFormat.list(EntityKind.allCases.map(\.rawValue))).")
            }
            return nil
        }
        return EntitySearch(kind: kind, query: query, filters: filters)
    }

    private static func filters(_ asked: inout BodyReader) -> [EntitySearch.Filter] {
        guard let value = asked.value("filters") else { return [] }
        guard case .list(let items) = value, items.count <= mostFilters else {
            asked.reject("filters", "A list of at most \(mostFilters) filters, each with field and value.")
            return []
        }
        return items.enumerated().compactMap { index, item -> EntitySearch.Filter? in
            guard case .object(let object) = item else {
                asked.reject("filters[\(index)]", "This must be an object, not \(item.kindName).")
                return nil
            }
            var reader = BodyReader(object, at: "search.filters[\(index)].")
            let (field, text) = (reader.line("field", limit: 200) ?? "", wanted(&reader))
            for (name, text) in [("field", field), ("value", text)] where text.isEmpty && !reader.rejected(name) {
                reader.reject(name, "This is needed.")
            }
            reader.rejectUnknown()
            asked.take(problemsOf: reader)
            return EntitySearch.Filter(field: field, value: text)
        }
    }

    /// An attribute may be a number or a flag: its value may be asked for as it is kept.
    private static func wanted(_ reader: inout BodyReader) -> String {
        switch reader.value("value") {
        case .number(let literal)?: literal
        case .bool(let flag)?: flag ? "true" : "false"
        default: reader.line("value", limit: 200) ?? ""
        }
    }

    // MARK: People

    private static func people(_ body: inout BodyReader, _ context: RequestContext) throws -> [Receiver] {
        guard case .list(let items)? = body.value("people") else {
            body.reject("people", "This must be a list.")
            return []
        }
        guard (1...mostPeople).contains(items.count) else {
            body.reject("people", "1 to \(EnglishFormat.count(mostPeople)) in one call.")
            return []
        }
        let phones = try context.phones()
        var people: [Receiver] = []
        for (index, item) in items.enumerated() where body.problems.count < mostProblems {
            guard case .object(let object) = item else {
                body.reject("people[\(index)]", "This must be an object, not \(item.kindName).")
                continue
            }
            var person = BodyReader(object, at: "people[\(index)].")
            people.append(try receiver(&person, phones, context))
            person.rejectUnknown()
            body.take(problemsOf: person)
        }
        return people
    }

    /// What is written out goes over what the record has.
    private static func receiver(
        _ person: inout BodyReader, _ phones: PhoneReader, _ context: RequestContext
    ) throws -> Receiver {
        var receiver = try entity(&person, context) ?? Receiver(origin: .api)
        if let name = person.line("first_name", limit: 100) { receiver.firstName = name }
        if let name = person.line("last_name", limit: 100) { receiver.lastName = name }
        if let email = person.line("email", limit: 320), !email.isEmpty {
            do throws(AddressProblem) { receiver.email = try EmailAddress(email).text } catch {
                person.reject("email", error.message)
            }
        }
        if let mobile = person.line("mobile", limit: 60), !mobile.isEmpty {
            do throws(AddressProblem) { receiver.mobile = try phones.e164(mobile) } catch {
                person.reject("mobile", error.message)
            }
        }
        device(&receiver, &person)
        if receiver.entity == nil, [receiver.email, receiver.mobile, receiver.device].allSatisfy(\.isEmpty),
            person.problems.isEmpty
        {
            person.reject("", "Give an email, a mobile, a device or an entity.")
        }
        if let object = person.object("variables") {
            receiver.variables = MergeValues(object.mergeMembers)
            if receiver.variables.json.utf8.count > MergeValue.maximumBytes {
                person.reject("variables", "Together they are larger than \(MergeValue.maximumBytes / 1024) KB.")
            }
        }
        return receiver
    }

    private static func device(_ receiver: inout Receiver, _ person: inout BodyReader) {
        guard let token = person.line("device", limit: DeviceToken.longest), !token.isEmpty else { return }
        guard receiver.entity == nil else {
            person.reject("device", "A record is reached at the device it was last seen on. Register this one with it.")
            return
        }
        do throws(AddressProblem) { receiver.device = try Address(token, for: .push).value } catch {
            person.reject("device", error.message)
        }
    }

    private static func entity(_ person: inout BodyReader, _ context: RequestContext) throws -> Receiver? {
        guard var reference = person.nested("entity") else { return nil }
        defer {
            reference.rejectUnknown()
            person.take(problemsOf: reference)
        }
        let (kindName, externalID) = (reference.text("kind"), reference.line("external_id", limit: 200) ?? "")
        guard let kind = kindName.flatMap(EntityKind.init(rawValue:)) else {
            reference.reject("kind", "This must be one of \(EnglishFormat.list(EntityKind.allCases.map(\.rawValue))).")
            return nil
        }
        guard let entity = try context.services.directory.entity(kind: kind, externalID: externalID) else {
            if !reference.rejected("external_id") {
                reference.reject("external_id", "There is no \(kind.rawValue) “\(externalID.prefix(60))”.")
            }
            return nil
        }
        return try context.services.directory.receiver(of: entity, origin: .api).receiver
    }
}
