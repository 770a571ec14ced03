import Messaging

@testable import Console

/// Sample models of the directory pages with all optional values set.
extension TemplateModels {
    static var directoryModels: [(template: String, model: any Sendable)] {
        let option = SelectOption(value: "v", label: "l", selected: true)
        let hidden = HiddenField(name: "n", value: "v")
        let fact = DirectoryRecordPage.Fact(label: "l", value: "v", href: "/h")
        let stat = Stat(label: "l", value: "1", note: "n", tone: "", href: "/h")
        let conflict = SaveConflict(by: "b", version: 1, reloadHref: "/r", fields: [("l", "a", "b")])
        let progress = ImportProgressPart(
            shell: shell, isShown: true, isRunning: true, refreshHref: "/r", title: "t", text: "x", tone: "info",
            icon: "clock",
            percent: "5", stats: [stat], rejectedHref: "/x", rejectedLabel: "r", stopAction: "/s",
            againAction: "/a", listHref: "/l")
        return [
            (
                "Directory/DirectoryList",
                DirectoryListPage(
                    shell: shell, title: "t", many: "members", action: "/a", query: "q", newHref: "/n", newLabel: "l",
                    importHref: "/i", filters: [FilterChip(label: "l", value: "v", removeHref: "/r")],
                    hasFilters: true, clearHref: "/c", fields: [option], kept: [hidden], hidden: [hidden],
                    columns: ["Name"],
                    rows: [DirectoryRow(name: "n", href: "/h", cells: [.init(label: "l", text: "t")])], hasRows: true,
                    hasPages: true, newerHref: "/n", olderHref: "/o", note: "n")
            ),
            (
                "Directory/DirectoryRecord",
                DirectoryRecordPage(
                    shell: shell, backHref: "/b", backLabel: "l", title: "t", kindLabel: "k", externalID: "m-1",
                    emailHref: "/e", smsHref: "/s", editHref: "/e", deleteHref: "/d", facts: [fact],
                    hasAttributes: true, attributes: [fact], seesMessages: true, hasMessages: true, rows: [row],
                    live: true, refreshHref: "/r", logHref: "/l", hasPages: true, newerHref: "/n", olderHref: "/o",
                    note: "n",
                    groups: [
                        RecordLinks(
                            id: "members", title: "t", items: [.init(label: "l", detail: "d", href: "/h")],
                            allHref: "/a")
                    ], hasDevices: true,
                    devices: [
                        RecordDevice(
                            name: "n", platform: "iOS", token: "t", seen: "s", seenISO: "i", isFirst: true,
                            removeAction: "/r")
                    ], hasSuppressions: true, suppressions: ["s"],
                    suppressionsHref: "/s")
            ),
            (
                "Directory/DirectoryForm",
                DirectoryFormPage(
                    shell: shell, backHref: "/b", backLabel: "l", title: "t", action: "/a", saveLabel: "s",
                    conflict: conflict, hasProblems: true, problems: [problem], sections: [section], hidden: [hidden])
            ),
            (
                "Directory/DirectorySend",
                DirectorySendPage(
                    shell: shell, backHref: "/b", backLabel: "l", title: "t", to: "a", action: "/a", once: "o",
                    notice: "n", hasProblems: true, problems: [problem], sections: [section], isSMS: true,
                    smsText: "t", smsError: "e", countHref: "/c", segments: SegmentsLine(template: "ё {{x}}"))
            ),
            (
                "Import/Import",
                ImportPage(
                    shell: shell, backHref: "/b", backLabel: "l", title: "t", action: "/a", error: "e", hint: "h",
                    hasEarlier: true,
                    earlier: [
                        .init(filename: "f", href: "/h", state: "Done", rows: "1", started: "s", startedISO: "i")
                    ])
            ),
            (
                "Import/ImportJob",
                ImportJobPage(
                    shell: shell, backHref: "/b", backLabel: "l", title: "t", filename: "f", encoding: "UTF-8",
                    isWaiting: true, action: "/a", problem: "p", isTable: true,
                    columns: [.init(title: "t", name: "n", options: [option], samples: ["s"])], lines: ["l"],
                    many: "members", importHref: "/i", progress: progress)
            ),
            ("Import/ImportProgress", progress),
            (
                "Settings/GeneralSettings",
                GeneralSettingsPage(
                    shell: shell, tabs: [Tab(label: "l", href: "/h", current: true, trouble: true)], action: "/a",
                    hasProblems: true, problems: [problem], sections: [section])
            ),
        ]
    }
}
