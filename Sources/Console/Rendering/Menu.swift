import HTTPServing
import Messaging

/// Menu entries. An entry is shown if its route allows the visitor.
enum MenuEntry: String, CaseIterable, Sendable {
    case overview, sendLogs, inDoubt, compose, bulk, drafts, sandbox, communicationSettings
    case members, locations, accounts, transactions
    case access

    static func directory(_ kind: EntityKind) -> MenuEntry {
        switch kind {
        case .member: .members
        case .location: .locations
        case .account: .accounts
        case .transaction: .transactions
        }
    }

    var label: String {
        switch self {
        case .overview: "Overview"
        case .sendLogs: "Send Logs"
        case .inDoubt: "In Doubt"
        case .compose: "Compose"
        case .bulk: "Bulk Communications"
        case .drafts: "Saved Drafts"
        case .sandbox: "Sandbox"
        case .communicationSettings: "Communication"
        case .access: "Access"
        case .members, .locations, .accounts, .transactions: rawValue.capitalized
        }
    }

    var icon: String {
        switch self {
        case .overview: "gauge"
        case .sendLogs: "list"
        case .inDoubt: "unknown"
        case .compose: "pencil"
        case .bulk: "send"
        case .drafts: "draft"
        case .sandbox: "sandbox"
        case .communicationSettings: "settings"
        case .access: "lock"
        case .members: "users"
        case .locations: "flag"
        case .accounts: "user"
        case .transactions: "copy"
        }
    }

    func href(for context: RequestContext) -> String? {
        switch self {
        case .overview: context.link(Paths.overview)
        case .sendLogs: context.link(Paths.sendLogs)
        case .inDoubt: context.site.unknowns.current > 0 ? context.link(Paths.inDoubt) : nil
        case .compose: context.link(Paths.composeNew)
        case .bulk: context.link(Paths.bulk)
        case .drafts: context.link(Paths.drafts)
        case .sandbox: context.site.hasSandbox.current ? context.link(Paths.sandbox) : nil
        case .members, .locations, .accounts, .transactions: context.link(Paths.directory(rawValue))
        case .communicationSettings:
            SettingsTabs.paths.lazy.compactMap { context.link($0) }.first
        case .access: AccessTabs.pages.lazy.compactMap { context.link($0.path) }.first
        }
    }
}

enum Menu {
    private static let groups: [(label: String, entries: [MenuEntry])] = [
        ("Communications", [.overview, .sendLogs, .inDoubt, .compose, .bulk, .drafts, .sandbox]),
        ("Directory", [.members, .locations, .accounts, .transactions]),
        ("Settings", [.communicationSettings, .access]),
    ]

    static func groups(for context: RequestContext, at place: MenuEntry?) -> [NavGroup] {
        groups.compactMap { label, entries in
            let items = entries.compactMap { entry in
                entry.href(for: context).map { href in
                    NavItem(
                        label: entry.label, href: href, icon: entry.icon, current: entry == place,
                        count: entry == .inDoubt ? EnglishFormat.count(context.site.unknowns.current) : nil)
                }
            }
            return items.isEmpty ? nil : NavGroup(label: label, items: items)
        }
    }
}
