import Messaging

@testable import Console

extension TemplateModels {
    private static let option = SelectOption(value: "", label: "Any", selected: true)
    private static let chip = FilterChip(label: "l", value: "v", removeHref: "/r")

    static let logs = SendLogsPage(
        shell: shell, action: "/a", composeHref: "/c", exportHref: "/e",
        saved: SavedFilterBar(
            links: [.init(name: "n", href: "/f", isCurrent: true, isShared: true)], hasLinks: true, manageHref: "/m",
            canSave: true, action: "/s", query: "status=failed"),
        picks: EntityPicks(title: "t", items: [.init(label: "l", detail: "d", href: "/p")], more: "m"),
        filters: [chip], hasFilters: true, clearHref: "/x",
        form: SendLogFilter(
            statuses: [option], channels: [option], type: "manual", types: ["bulk"], from: "", to: "",
            kinds: [option], entity: "", entityHint: "h", broadcasts: [option], recipient: ""),
        rows: [row], hasRows: true, live: true, refreshHref: "/r", hasPages: true, newerHref: "/n", olderHref: "/o",
        note: "n")

    static let savedFilters = SavedFiltersPage(
        shell: shell, backHref: "/b", action: "/a", hasProblems: true, problems: [problem],
        new: .init(query: "status=failed", filters: [chip], name: "n", error: "e"),
        rows: [
            .init(
                id: "1", name: "n", href: "/h", words: "w", owner: "o", isShared: true, error: "e",
                renameAction: "/r", shareAction: "/s", unshareAction: "/u", deleteAction: "/d")
        ], hasRows: true)

    static let snapshot = ReceiverSnapshotPart(
        name: "Ada", email: "ada@example.org", mobile: "+27821234567", origin: "Search", hasChanges: true,
        changes: [.init(label: "Last name", was: "Lovelace", now: "King")])
}
