import HTTPServing
import Messaging

struct SubscriberFormPage: Sendable {
    struct Source: Sendable {
        let label: String
        let href: String
        let isCurrent: Bool
    }

    struct Hit: Sendable {
        let id: String
        let name: String
        let detail: String
        let address: String?
    }

    let shell: Shell
    let backHref: String
    let channelName: String
    let sources: [Source]
    let isEntity: Bool
    let action: String
    let hasProblems: Bool
    let problems: [FormProblem]
    let sections: [FormSection]
    let searchHref: String
    let kinds: [SelectOption]
    let query: String
    let hasSearched: Bool
    let hasHits: Bool
    let hits: [Hit]
    let emptyText: String
}

/// *Add subscriber*, typed in or from a record, and *Remove*.
enum SubscriberPages {
    private static let mostHits = 20

    static var routes: [Route] {
        [
            Route(.get, Paths.newSubscriber("{id}"), .one(.updateChannels)) { context in
                try page(context, context.channel(), Form(context.request.query))
            },
            Route(.post, Paths.subscribers("{id}"), .one(.updateChannels)) { try add($0) },
            Route(.post, Paths.removeSubscriber("{id}", "{subscriber}"), .one(.updateChannels)) { try remove($0) },
        ]
    }

    private static func add(_ context: RequestContext) throws -> Response {
        let channel = try context.channel()
        var form = Form(context.request)
        let subscriber = isEntity(form) ? try linked(&form, context) : SubscriberForm.typed(&form, try context.phones())
        guard form.isValid else { return try page(context, channel, form, status: 422) }
        switch try context.perform(AddSubscriber(subscriber, to: channel.id)) {
        case .present(let existing):
            form.reject(
                isEntity(form) ? "external_id" : subscriber.email.isEmpty ? "mobile" : "email", words(existing, context)
            )
            return try page(context, channel, form, status: 422)
        case .added:
            return context.redirect(
                to: context.link(Paths.channel(channel.id)) ?? Paths.account, .success,
                "\(subscriber.label) was added to “\(channel.name)”.")
        }
    }

    /// Describes the existing subscriber.
    static func words(_ existing: Subscriber, _ context: RequestContext) -> String {
        let addresses = [existing.email, existing.mobile].filter { !$0.isEmpty }.joined(separator: ", ")
        let who = addresses.isEmpty || addresses == existing.label ? existing.label : "\(existing.label) (\(addresses))"
        return "This channel has \(who) already: \(existing.source), added \(context.time(existing.createdAt).text)."
    }

    private static func isEntity(_ form: Form) -> Bool { form.raw("source") == "entity" }

    /// Finds the record by the kind and id typed, or by the internal id if it was selected in the search.
    private static func linked(_ form: inout Form, _ context: RequestContext) throws -> Subscriber {
        let entity: Entity?
        if let id = form.number("entity") {
            entity = try context.services.directory.entity(id)
            if entity == nil { form.reject("external_id", "This record is no longer in the directory.") }
        } else {
            guard let kind = EntityKind(rawValue: form.raw("kind")) else {
                form.reject("kind", "Choose what kind of record it is.")
                return Subscriber()
            }
            let id = form.line("external_id", required: "Enter the id of the \(kind.rawValue).")
            guard form.isValid else { return Subscriber() }
            entity = try context.services.directory.entity(kind: kind, externalID: id)
            if entity == nil { form.reject("external_id", "There is no \(kind.rawValue) “\(id)”.") }
        }
        guard let entity else { return Subscriber() }
        let person = try context.services.directory.receiver(of: entity, origin: .channel).receiver
        return Subscriber(
            firstName: person.firstName, lastName: person.lastName, email: person.email, mobile: person.mobile,
            entity: entity.reference)
    }

    private static func remove(_ context: RequestContext) throws -> Response {
        let channel = try context.channel()
        let back = context.link(Paths.channel(channel.id)) ?? Paths.account
        do {
            try context.perform(RemoveSubscriber(context.id("subscriber"), from: channel.id))
        } catch StoreConflict.notFound {
            return context.redirect(to: back, .info, "This subscriber was removed already.")
        }
        return context.redirect(to: back, .success, "The subscriber was removed.")
    }

    // MARK: The page

    private static func page(_ context: RequestContext, _ channel: Channel, _ form: Form, status: Int = 200) throws
        -> Response
    {
        let isEntity = isEntity(form)
        let asked = form.raw("kind")
        let kind = EntityKind(rawValue: asked) ?? .member
        let query = String(form.raw("q").filter { !$0.isNewline }.prefix(200))
        let hits = query.isEmpty || !isEntity ? [] : try found(kind, query, context)
        let path = Paths.newSubscriber(channel.id)
        let kinds = EntityKind.allCases.map { SelectOption(value: $0.rawValue, label: $0.title, selected: $0 == kind) }
        let model = SubscriberFormPage(
            shell: context.shell(.communicationSettings), backHref: Paths.channel(channel.id),
            channelName: channel.name,
            sources: [
                SubscriberFormPage.Source(label: "Ad-hoc", href: path, isCurrent: !isEntity),
                SubscriberFormPage.Source(
                    label: "Entity", href: Paths.with(path, [("source", "entity")]), isCurrent: isEntity),
            ], isEntity: isEntity, action: Paths.subscribers(channel.id), hasProblems: !form.isValid,
            problems: form.summary,
            sections: [
                FormSection(
                    title: nil, hint: isEntity ? nil : "At least one of email or mobile.",
                    fields: isEntity
                        ? SubscriberForm.linkedFields(form, kind)
                        : SubscriberForm.typedFields(form, try context.phones())
                )
            ], searchHref: path, kinds: kinds, query: query, hasSearched: !query.isEmpty, hasHits: !hits.isEmpty,
            hits: hits, emptyText: "No \(kind.plural) match “\(query)”.")
        return try context.page("Channels/SubscriberForm", model, status: status)
    }

    private static func found(_ kind: EntityKind, _ query: String, _ context: RequestContext) throws
        -> [SubscriberFormPage.Hit]
    {
        let directory = context.services.directory
        return try directory.search(EntitySearch(kind: kind, query: query), from: .newest, limit: mostHits).items.map {
            let person = try directory.receiver(of: $0, origin: .channel).receiver
            let address = [person.email, person.mobile].filter { !$0.isEmpty }.joined(separator: " · ")
            return SubscriberFormPage.Hit(
                id: String($0.id), name: $0.displayName, detail: "\($0.kind.title) \($0.externalID)",
                address: address.isEmpty ? nil : address)
        }
    }
}

/// Reads and renders the fields of a subscriber.
enum SubscriberForm {
    static func typed(_ form: inout Form, _ phones: PhoneReader) -> Subscriber {
        var subscriber = Subscriber()
        subscriber.firstName = form.line("first_name", limit: 100)
        subscriber.lastName = form.line("last_name", limit: 100)
        let (email, mobile) = (form.line("email", limit: 320), form.line("mobile", limit: 60))
        if email.isEmpty, mobile.isEmpty { form.reject("email", "Enter an email address or a mobile number.") }
        if !email.isEmpty {
            do throws(AddressProblem) { subscriber.email = try EmailAddress(email).text } catch {
                form.reject("email", error.message)
            }
        }
        if !mobile.isEmpty {
            do throws(AddressProblem) { subscriber.mobile = try phones.e164(mobile) } catch {
                form.reject("mobile", error.message)
            }
        }
        return subscriber
    }

    static func typedFields(_ form: Form, _ phones: PhoneReader) -> [FormField] {
        let inputs = [
            ("first_name", "First name", "text"), ("last_name", "Last name", "text"), ("email", "Email", "email"),
            ("mobile", "Mobile", "tel"),
        ]
        return inputs.map { name, label, type in
            var field = FormField.input(
                name, label, type: type, value: form.raw(name), error: form.error(name), autocomplete: "off",
                width: "field--half")
            if name == "mobile" { field.hint = phones.hint }
            return field
        }
    }

    static func linkedFields(_ form: Form, _ kind: EntityKind) -> [FormField] {
        [
            .select(
                "kind", "Entity type", options: EntityKind.allCases.map { ($0.rawValue, $0.title) },
                chosen: kind.rawValue, error: form.error("kind"), required: true),
            .input(
                "external_id", "Entity ID", value: form.raw("external_id"),
                hint: "As the company's own system calls it.", error: form.error("external_id"), required: true,
                autocomplete: "off"),
        ]
    }
}
