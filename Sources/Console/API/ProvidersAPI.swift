import HTTPServing
import Messaging

/// `/api/v1/providers`. The permission depends on the delivery channel, as in the settings pages.
enum ProvidersAPI {
    static var routes: [Route] {
        let sections = ProviderSection.all
        let (read, create) = (anyOf(sections.map(\.read)), anyOf(sections.map(\.create)))
        let (update, delete) = (anyOf(sections.map(\.update)), anyOf(sections.map(\.delete)))
        let one = Paths.apiProvider("{id}")
        return [
            Route(.get, Paths.apiProviders, read, face: .program, policy: .data) { try list($0) },
            Route(.post, Paths.apiProviders, create, face: .program, policy: .data) { try self.create($0) },
            Route(.get, one, read, face: .program, policy: .data) { context in
                API.json(ProviderJSON.one(try account(context, \.read), catalog: context.services.catalog))
            },
            Route(.patch, one, update, face: .program, policy: .data) { try change($0) },
            Route(.delete, one, delete, face: .program, policy: .data) { try self.delete($0) },
        ]
    }

    private static func anyOf(_ permissions: [Permission]) -> Access { .any(Set(permissions)) }

    private static func list(_ context: RequestContext) throws -> Response {
        var query = QueryReader(context.request)
        let channel: DeliveryChannel? = query.word("delivery_channel")
        // There are few: one page holds them all, whatever limit is asked for.
        _ = (query.start(), query.limit())
        try query.finish()
        let accounts = try context.services.providers.providers(for: channel).filter { account in
            ProviderSection.of(account.deliveryChannel).map { context.allows($0.read) } ?? false
        }
        let catalog = context.services.catalog
        return API.json(.list(Page(items: accounts)) { ProviderJSON.one($0, catalog: catalog) })
    }

    private static func create(_ context: RequestContext) throws -> Response {
        var body = try BodyReader(context.request)
        let draft = try ProviderRequest.creation(&body, context)
        let id = try context.perform(CreateProvider(draft))
        context.site.hasSandbox.forget()
        var response = try answer(context, id, status: 201)
        response.headers["Location"] = Paths.apiProvider(id)
        return response
    }

    private static func change(_ context: RequestContext) throws -> Response {
        let account = try account(context, \.update)
        var body = try BodyReader(context.request)
        let edit = try ProviderRequest.change(of: account, &body, context)
        do {
            try context.perform(UpdateProvider(account.id, edit))
        } catch let invalid as InvalidSettings {
            // Another change came in between.
            throw Failure.invalid(ProviderRequest.problems(invalid))
        }
        context.site.hasSandbox.forget()
        return try answer(context, account.id, status: 200)
    }

    private static func delete(_ context: RequestContext) throws -> Response {
        let account = try account(context, \.delete)
        do {
            try context.perform(DeleteProvider(account))
        } catch StoreConflict.state("used") {
            throw ProviderEditor.inUse(account, try context.services.providers.uses(ofProvider: account.id))
        } catch StoreConflict.state {
            throw Failure.conflict(
                "Messages are being handed to it right now. Disable it, and delete it a little later.")
        }
        context.site.hasSandbox.forget()
        return .noContent
    }

    private static func account(
        _ context: RequestContext, _ permission: KeyPath<ProviderSection, Permission>
    ) throws -> ProviderAccount {
        guard let account = try context.services.providers.provider(context.id()),
            let section = ProviderSection.of(account.deliveryChannel)
        else { throw Failure.notFound }
        try context.require(section[keyPath: permission])
        return account
    }

    private static func answer(_ context: RequestContext, _ id: Int64, status: Int) throws -> Response {
        guard let account = try context.services.providers.provider(id) else { throw Failure.notFound }
        return API.json(ProviderJSON.one(account, catalog: context.services.catalog), status: status)
    }
}
