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
            Route(.get, one, read, face: .program, policy: .data) { visit in
                API.json(ProviderJSON.one(try account(visit, \.read), catalog: visit.services.catalog))
            },
            Route(.patch, one, update, face: .program, policy: .data) { try change($0) },
            Route(.delete, one, delete, face: .program, policy: .data) { try self.delete($0) },
        ]
    }

    private static func anyOf(_ permissions: [Permission]) -> Access { .any(Set(permissions)) }

    private static func list(_ visit: Visit) throws -> Response {
        var query = QueryReader(visit.request)
        let channel: DeliveryChannel? = query.word("delivery_channel")
        // There are few: one page holds them all, whatever limit is asked for.
        _ = (query.start(), query.limit())
        try query.finish()
        let accounts = try visit.services.providers.providers(for: channel).filter { account in
            ProviderSection.of(account.deliveryChannel).map { visit.allows($0.read) } ?? false
        }
        let catalog = visit.services.catalog
        return API.json(.list(Page(items: accounts)) { ProviderJSON.one($0, catalog: catalog) })
    }

    private static func create(_ visit: Visit) throws -> Response {
        var body = try BodyReader(visit.request)
        let draft = try ProviderRequest.creation(&body, visit)
        let id = try visit.services.providers.createProvider(draft, at: visit.now)
        try changed(visit, "create provider", draft.name)
        var response = try answer(visit, id, status: 201)
        response.headers["Location"] = Paths.apiProvider(id)
        return response
    }

    private static func change(_ visit: Visit) throws -> Response {
        let account = try account(visit, \.update)
        var body = try BodyReader(visit.request)
        let draft = try ProviderRequest.change(of: account, &body, visit)
        try visit.services.providers.updateProvider(account.id, draft, at: visit.now)
        try changed(visit, "update provider", draft.name)
        return try answer(visit, account.id, status: 200)
    }

    private static func delete(_ visit: Visit) throws -> Response {
        let account = try account(visit, \.delete)
        do {
            try visit.services.providers.deleteProvider(account.id)
        } catch StoreConflict.state("used") {
            throw ProviderEditor.inUse(account, try visit.services.providers.uses(ofProvider: account.id))
        } catch StoreConflict.state {
            throw Failure.conflict(
                "Messages are being handed to it right now. Disable it, and delete it a little later.")
        }
        try changed(visit, "delete provider", account.name)
        return .noContent
    }

    private static func account(
        _ visit: Visit, _ permission: KeyPath<ProviderSection, Permission>
    ) throws -> ProviderAccount {
        guard let account = try visit.services.providers.provider(visit.id()),
            let section = ProviderSection.of(account.deliveryChannel)
        else { throw Failure.notFound }
        try visit.require(section[keyPath: permission])
        return account
    }

    private static func changed(_ visit: Visit, _ action: String, _ name: String) throws {
        try visit.audit(action, name)
        visit.site.glance.forget()
        visit.services.reloadProviders()
    }

    private static func answer(_ visit: Visit, _ id: Int64, status: Int) throws -> Response {
        guard let account = try visit.services.providers.provider(id) else { throw Failure.notFound }
        return API.json(ProviderJSON.one(account, catalog: visit.services.catalog), status: status)
    }
}
