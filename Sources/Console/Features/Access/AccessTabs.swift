/// Tabs of Settings → Access. A tab is shown if the visitor may open its page.
enum AccessTabs {
    static let pages: [(label: String, path: String)] = [
        ("Users", Paths.users), ("Roles", Paths.roles), ("API tokens", Paths.tokens), ("Modules", Paths.modules),
        ("Audit", Paths.audit),
    ]

    static func all(_ context: RequestContext, at current: String) -> [Tab] {
        pages.compactMap { label, path in
            context.link(path).map { Tab(label: label, href: $0, current: path == current, trouble: false) }
        }
    }
}
