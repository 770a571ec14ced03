@testable import Console

extension TemplateModels {
    static var accessModels: [(template: String, model: any Sendable)] {
        [
            ("Access/Modules", modules), ("Access/Users", users), ("Access/UserForm", userForm),
            (
                "Access/UserLink",
                UserLinkPage(shell: shell, backHref: "/b", title: "t", text: "x", link: "l", validFor: "3 days")
            ),
            ("Access/Roles", roles), ("Access/RoleForm", roleForm), ("Access/Tokens", tokens),
            (
                "Access/TokenForm",
                TokenFormPage(
                    shell: shell, backHref: "/b", action: "/a", hasProblems: true, problems: [problem],
                    sections: [section], choices: choices, choicesError: "No.")
            ),
            (
                "Access/TokenShown",
                TokenShownPage(shell: shell, backHref: "/b", name: "n", token: "t", example: "e")
            ),
            ("Access/Audit", audit),
            (
                "SignIn/ChoosePassword",
                ChoosePasswordPage(
                    shell: shell, action: "/s", email: "e", hasProblems: true, problems: [problem],
                    sections: [section])
            ),
        ]
    }

    private static let modules = ModulesPage(
        shell: shell, tabs: [Tab(label: "Users", href: "/u", current: true, trouble: false)], action: "/m",
        rows: [
            ModulesPage.Row(
                name: "communication:channels", title: "Channels", text: "x", isOn: false, waitsFor: "Communication",
                changed: "12:00", changedISO: "2026-11-21T12:00:00Z", changedBy: "ada@example.org", turnOn: false,
                verb: "Switch off")
        ])

    private static let tabs = [Tab(label: "Users", href: "/u", current: true, trouble: false)]
    private static let conflict = SaveConflict(
        by: "Bob", version: 2, reloadHref: "/r", fields: [("Name", "mine", "theirs")])
    private static let choices = PermissionChoice.all([.readHistory], heldBy: [.readHistory])

    private static let users = UsersPage(
        shell: shell, tabs: tabs, addHref: "/n",
        rows: [
            UsersPage.Row(
                name: "Ada", email: "e", role: "owner", state: "Active", tone: "green", isYou: true, since: "s",
                sinceISO: "i", editHref: "/e")
        ], hasPages: true, newerHref: "/n", olderHref: "/o")

    private static let userForm = UserFormPage(
        shell: shell, backHref: "/b", name: "n", email: "e", state: "Active", tone: "green", isDisabled: false,
        lockedBecause: "Not yours.", action: "/a", version: "1", hasProblems: true, problems: [problem],
        conflict: conflict, sections: [section], linkAction: "/l", linkLabel: "New link", disableHref: "/d",
        enableAction: "/e")

    private static let roles = RolesPage(
        shell: shell, tabs: tabs, addHref: "/n",
        rows: [
            RolesPage.Row(
                name: "owner", isOwner: true, users: "1", permissions: "60", openHref: "/o", openLabel: "View",
                duplicateHref: "/c", deleteHref: "/d")
        ])

    private static let roleForm = RoleFormPage(
        shell: shell, backHref: "/b", title: "t", sub: "s", action: "/a", saveLabel: "Save", version: "1",
        hasProblems: true, problems: [problem], conflict: conflict, lockedBecause: "Fixed.", sections: [section],
        choices: choices, choicesError: "No.")

    private static let tokens = TokensPage(
        shell: shell, tabs: tabs, addHref: "/n", hasRows: true,
        rows: [
            TokensPage.Row(
                name: "n", count: "1 permission", permissions: ["p"], created: "c", createdISO: "i",
                createdBy: "ada@example.org", used: "u", usedISO: "i", revokeHref: "/r")
        ], newerHref: "/n", olderHref: "/o")

    private static let audit = AuditPage(
        shell: shell, tabs: tabs, action: "/a", filters: [FilterChip(label: "Who", value: "v", removeHref: "/r")],
        hasFilters: true, clearHref: "/c", actor: "a",
        actions: [SelectOption(value: "v", label: "l", selected: true)], from: "2026-11-21", to: "2026-11-21",
        note: "n", hasRows: true,
        rows: [
            AuditPage.Row(
                time: "t", timeISO: "i", timeExact: "e", actor: "a", actorHref: "/a", action: "Send", subject: "s",
                detail: "d", address: "127.0.0.1")
        ], hasPages: true, newerHref: "/n", olderHref: "/o")
}
