@testable import Console

extension TemplateModels {
    static var consentModels: [(template: String, model: any Sendable)] {
        [
            (
                "Consent/Suppressions",
                SuppressionsPage(
                    shell: shell, tabs: [Tab(label: "Suppressions", href: "/s", current: true, trouble: true)],
                    searchHref: "/s", query: "ada",
                    scopes: [SelectOption(value: "everything", label: "Everything", selected: true)],
                    sources: [SelectOption(value: "person", label: "The person", selected: true)], isFiltered: true,
                    clearHref: "/s", addHref: "/new", importHref: "/import", exportHref: "/export.csv", hasRows: true,
                    rows: [
                        SuppressionsPage.Row(
                            address: "ada@example.org", scope: "Everything", scopeTone: "red", reason: "550",
                            source: "Bounce", by: "Ada", since: "1 Jan 2026, 08:00", sinceISO: "2026-01-01T08:00:00Z",
                            messageHref: "/m/1", removeHref: "/s/1/remove")
                    ], note: "Go on.", newerHref: "/newer", olderHref: "/older")
            ),
            (
                "Consent/SuppressionForm",
                SuppressionFormPage(
                    shell: shell, backHref: "/b", action: "/a", hasProblems: true, problems: [problem],
                    sections: [section])
            ),
            (
                "InDoubt/InDoubt",
                InDoubtPage(
                    shell: shell, total: "2 messages", hasRows: true, hasGroups: true,
                    groups: [
                        InDoubtPage.Group(
                            name: "July", count: "2 messages", policy: "Held", href: "/b", retryHref: "/r",
                            assumeHref: "/a")
                    ],
                    rows: [
                        InDoubtPage.Row(
                            recipient: "Ada", subject: "S", channel: "email", channelLabel: "Email",
                            when: "1 Jan 2026, 08:00", whenISO: "2026-01-01T08:00:00Z", server: "Mail",
                            evidence: "Lost.",
                            attempts: "1 attempt", broadcast: "July", detailsHref: "/m/1", retryAction: "/r",
                            assumeAction: "/a")
                    ], returnTo: "/d", newerHref: "/n", olderHref: "/o")
            ),
            (
                "Consent/Unsubscribe",
                UnsubscribePage(
                    shell: shell, sender: "Example", address: "a•••@example.org", action: "/u/t", notice: "Saved.",
                    choices: [
                        UnsubscribePage.Choice(
                            title: "News", text: "The list.", state: "You receive these", tone: "green", verb: "leave",
                            scope: "channel", label: "Leave", busy: "Saving…", isPlain: true)
                    ])
            ),
        ]
    }
}
