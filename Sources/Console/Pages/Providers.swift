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

/// Mail servers, SMS gateways, omni channels, push and voice: one set of pages, once per delivery channel.
enum ProviderPages {
    static var routes: [Route] {
        ProviderSection.all.flatMap { section in one(section) + changes(section) }
    }

    private static func changes(_ section: ProviderSection) -> [Route] {
        ProviderChange.allCases.map { change in
            Route(.post, Paths.providerChange(section, "{id}", change), .one(section.update)) { visit in
                try ProviderEditor(section, visit).change(change)
            }
        }
    }

    private static func one(_ section: ProviderSection) -> [Route] {
        [
            Route(.get, Paths.providers(section), .one(section.read)) { visit in try list(visit, section) },
            Route(.get, Paths.newProvider(section), .one(section.create)) { visit in
                try ProviderEditor(section, visit).showNew()
            },
            Route(.post, Paths.providers(section), .one(section.create)) { visit in
                try ProviderEditor(section, visit).create()
            },
            Route(.get, Paths.provider(section, "{id}"), .one(section.read)) { visit in
                try ProviderEditor(section, visit).show()
            },
            Route(.post, Paths.provider(section, "{id}"), .one(section.update)) { visit in
                try ProviderEditor(section, visit).save()
            },
            Route(
                .post, Paths.testProvider(section, "{id}"), .one(section.update),
                answer: { visit in
                    try ProviderTrial(section, visit).answer()
                }),
            Route(.get, Paths.deleteProvider(section, "{id}"), .one(section.delete)) { visit in
                try ProviderEditor(section, visit).confirmDelete()
            },
            Route(.post, Paths.deleteProvider(section, "{id}"), .one(section.delete)) { visit in
                try ProviderEditor(section, visit).delete()
            },
        ]
    }

    private static func list(_ visit: Visit, _ section: ProviderSection) throws -> Response {
        let accounts = try visit.services.providers.providers(for: nil)
        let rows = accounts.filter { $0.deliveryChannel == section.channel }.map { row($0, visit, section) }
        let canAdd = visit.canReach(.post, Paths.providers(section))
        let model = ProvidersPage(
            shell: visit.shell(.communicationSettings), tabs: tabs(visit, section, accounts), title: section.title,
            intro: section.intro, addLabel: "Add \(section.one)", canAdd: canAdd, kinds: kinds(visit, section),
            rows: rows, hasRows: !rows.isEmpty, emptyIcon: section.icon,
            emptyTitle: "No \(section.one) yet",
            emptyText: canAdd
                ? "Messages by \(section.channel.title) wait until one is set up. The sandbox is one that keeps messages here."
                : "Messages by \(section.channel.title) wait until somebody who may sets one up.")
        return try visit.page("Pages/Providers", model)
    }

    static func tabs(_ visit: Visit, _ current: ProviderSection, _ accounts: [ProviderAccount]) -> [Tab] {
        SettingsTabs.all(visit, at: Paths.providers(current), accounts)
    }

    private static func kinds(_ visit: Visit, _ section: ProviderSection) -> [ProviderKind] {
        visit.services.catalog.kinds(for: section.channel).map { kind in
            ProviderKind(
                label: kind.title,
                hint: kind.capabilities.isSandbox
                    ? "Keeps what it is given"
                    : section.channel == .inApp ? "Needs nothing but a name" : "Sends through \(kind.title)",
                icon: kind.capabilities.isSandbox ? "sandbox" : "server",
                href: Paths.with(Paths.newProvider(section), [("kind", kind.kind)]))
        }
    }

    private static func row(_ account: ProviderAccount, _ visit: Visit, _ section: ProviderSection) -> ProviderRow {
        let catalog = visit.services.catalog
        let provider = try? catalog.provider(for: account)
        let (state, tone, trouble) = condition(account, catalog)
        let canEdit = visit.canReach(.post, Paths.provider(section, account.id))
        return ProviderRow(
            name: account.name, kindLabel: catalog.kind(account.kind)?.title ?? account.kind,
            from: provider?.fromAddress ?? "", rate: rate(provider), isDefault: account.isDefault,
            sandbox: catalog.capabilities(of: account.kind).isSandbox, tone: tone, state: state, trouble: trouble,
            editHref: Paths.provider(section, account.id), editLabel: canEdit ? "Edit" : "View")
    }

    private static func rate(_ provider: (any Provider)?) -> String {
        let rates = provider?.rates ?? RateLimits()
        let second = rates.perSecond.map { $0 == $0.rounded() ? Wording.count(Int($0)) : String($0) }
        let limits = [
            second.map { "\($0) a second" }, rates.perMinute.map { "\(Wording.count($0)) a minute" },
            rates.perDay.map { "\(Wording.count($0)) a day" },
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
