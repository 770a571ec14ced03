import HTTPServing
import Messaging

struct ProvidersPage: Sendable {
    let shell: Shell
    let tabs: [Tab]
    let title: String
    let intro: String
    let addLabel: String
    let canAdd: Bool
    let kinds: [ProviderKind]
    let rows: [ProviderRow]
    let hasRows: Bool
    let emptyIcon: String
    let emptyTitle: String
    let emptyText: String
}

struct Tab: Sendable {
    let label: String
    let href: String
    let current: Bool
    let trouble: Bool
}

struct ProviderKind: Sendable {
    let label: String
    let hint: String
    let icon: String
    let href: String
}

struct ProviderRow: Sendable {
    let name: String
    let kindLabel: String
    let from: String
    let rate: String
    let isDefault: Bool
    let sandbox: Bool
    let tone: String
    let state: String
    let trouble: String?
    let editHref: String
    let editLabel: String
}

/// Provider pages: mail servers, SMS gateways, omni channels, push and voice, one set per delivery channel.
enum ProviderPages {
    static var routes: [Route] {
        ProviderSection.all.flatMap { section in one(section) + changes(section) }
    }

    private static func changes(_ section: ProviderSection) -> [Route] {
        ProviderChange.allCases.map { change in
            Route(.post, Paths.providerChange(section, "{id}", change), .one(section.update)) { context in
                try ProviderEditor(section, context).change(change)
            }
        }
    }

    private static func one(_ section: ProviderSection) -> [Route] {
        [
            Route(.get, Paths.providers(section), .one(section.read)) { context in try list(context, section) },
            Route(.get, Paths.newProvider(section), .one(section.create)) { context in
                try ProviderEditor(section, context).showNew()
            },
            Route(.post, Paths.providers(section), .one(section.create)) { context in
                try ProviderEditor(section, context).create()
            },
            Route(.get, Paths.provider(section, "{id}"), .one(section.read)) { context in
                try ProviderEditor(section, context).show()
            },
            Route(.post, Paths.provider(section, "{id}"), .one(section.update)) { context in
                try ProviderEditor(section, context).save()
            },
            Route(
                .post, Paths.testProvider(section, "{id}"), .one(section.update),
                answer: { context in
                    try ProviderTestPage(section, context).answer()
                }),
            Route(.get, Paths.deleteProvider(section, "{id}"), .one(section.delete)) { context in
                try ProviderEditor(section, context).confirmDelete()
            },
            Route(.post, Paths.deleteProvider(section, "{id}"), .one(section.delete)) { context in
                try ProviderEditor(section, context).delete()
            },
        ]
    }

    private static func list(_ context: RequestContext, _ section: ProviderSection) throws -> Response {
        let accounts = try context.services.providers.providers(for: nil)
        let rows = accounts.filter { $0.deliveryChannel == section.channel }.map { row($0, context, section) }
        let canAdd = context.canReach(.post, Paths.providers(section))
        let model = ProvidersPage(
            shell: context.shell(.communicationSettings), tabs: tabs(context, section, accounts), title: section.title,
            intro: section.intro, addLabel: "Add \(section.one)", canAdd: canAdd, kinds: kinds(context, section),
            rows: rows, hasRows: !rows.isEmpty, emptyIcon: section.icon,
            emptyTitle: "No \(section.one) yet",
            emptyText: canAdd
                ? "Messages by \(section.channel.title) wait until one is set up. The sandbox is one that keeps messages here."
                : "Messages by \(section.channel.title) wait until one is set up.")
        return try context.page("Providers/Providers", model)
    }

    static func tabs(_ context: RequestContext, _ current: ProviderSection, _ accounts: [ProviderAccount]) -> [Tab] {
        SettingsTabs.all(context, at: Paths.providers(current), accounts)
    }

    private static func kinds(_ context: RequestContext, _ section: ProviderSection) -> [ProviderKind] {
        context.services.catalog.kinds(for: section.channel).map { kind in
            ProviderKind(
                label: kind.title,
                hint: kind.capabilities.isSandbox
                    ? "Keeps what it is given"
                    : section.channel == .inApp ? "Needs nothing but a name" : "Sends through \(kind.title)",
                icon: kind.capabilities.isSandbox ? "sandbox" : "server",
                href: Paths.with(Paths.newProvider(section), [("kind", kind.kind)]))
        }
    }

    private static func row(_ account: ProviderAccount, _ context: RequestContext, _ section: ProviderSection)
        -> ProviderRow
    {
        let catalog = context.services.catalog
        let provider = try? catalog.provider(for: account)
        let (state, tone, trouble) = condition(account, catalog)
        let canEdit = context.canReach(.post, Paths.provider(section, account.id))
        return ProviderRow(
            name: account.name, kindLabel: catalog.kind(account.kind)?.title ?? account.kind,
            from: provider?.fromAddress ?? "", rate: rate(provider), isDefault: account.isDefault,
            sandbox: catalog.capabilities(of: account.kind).isSandbox, tone: tone, state: state, trouble: trouble,
            editHref: Paths.provider(section, account.id), editLabel: canEdit ? "Edit" : "View")
    }

    private static func rate(_ provider: (any Provider)?) -> String {
        let rates = provider?.rates ?? RateLimits()
        let second = rates.perSecond.map { $0 == $0.rounded() ? EnglishFormat.count(Int($0)) : String($0) }
        let limits = [
            second.map { "\($0) a second" }, rates.perMinute.map { "\(EnglishFormat.count($0)) a minute" },
            rates.perDay.map { "\(EnglishFormat.count($0)) a day" },
        ].compactMap(\.self)
        return limits.isEmpty ? "No limit" : limits.joined(separator: ", ")
    }

    private static func condition(
        _ account: ProviderAccount, _ catalog: ProviderCatalog
    ) -> (state: String, tone: String, trouble: String?) {
        guard account.isEnabled else { return ("Turned off", "gray", nil) }
        let readiness = Readiness(account.deliveryChannel, among: [account], catalog)
        return (readiness.title, readiness.tone, readiness.trouble)
    }
}
