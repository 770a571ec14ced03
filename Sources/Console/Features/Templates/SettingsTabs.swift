import Messaging

/// Tabs of Settings → Communication, in the usual set-up order. A tab is shown if the visitor may open its page.
enum SettingsTabs {
    private static let others: [(label: String, path: String)] = [
        ("Email Wrappers", Paths.emailWrappers), ("Mail Templates", Paths.mailTemplates),
        ("Message Templates", Paths.messageTemplates), ("Channels", Paths.channels),
        ("Suppressions", Paths.suppressions),
        ("General", Paths.generalSettings),
    ]

    static let paths: [String] = ProviderSection.all.map { Paths.providers($0) } + others.map(\.path)

    static func all(_ context: RequestContext, at current: String) throws -> [Tab] {
        all(context, at: current, try context.services.providers.providers(for: nil))
    }

    static func all(_ context: RequestContext, at current: String, _ accounts: [ProviderAccount]) -> [Tab] {
        let providers = ProviderSection.all.compactMap { section in
            context.link(Paths.providers(section)).map { href in
                let readiness = Readiness(section.channel, among: accounts, context.services.catalog)
                return Tab(
                    label: section.title, href: href, current: href == current, trouble: readiness.isTroubled)
            }
        }
        return providers
            + others.compactMap { label, path in
                context.link(path).map { Tab(label: label, href: $0, current: path == current, trouble: false) }
            }
    }
}

extension RequestContext {
    /// Draft with its wrapper, header and footer applied to the mail, as it is frozen and shown.
    func wrapped(_ draft: Broadcast) throws -> Broadcast {
        var wrapped = draft
        wrapped.composition = try services.templates.wrapped(draft.composition)
        return wrapped
    }
}
