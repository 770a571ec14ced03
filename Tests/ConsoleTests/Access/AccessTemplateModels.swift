@testable import Console

extension TemplateModels {
    static var accessModels: [(template: String, model: any Sendable)] {
        [
            ("Pages/Modules", modules),
            (
                "Pages/ChoosePassword",
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
}
