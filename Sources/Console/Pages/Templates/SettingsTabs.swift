import Messaging

/// The tabs of Settings → Communication, in the order of the seed. One is shown where its page would open.
enum SettingsTabs {
    private static let others: [(label: String, path: String)] = [
        ("Email Wrappers", Paths.emailWrappers), ("Mail Templates", Paths.mailTemplates),
        ("Message Templates", Paths.messageTemplates), ("Channels", Paths.channels),
    ]

    static let paths: [String] = ProviderSection.all.map { Paths.providers($0) } + others.map(\.path)

    static func all(_ visit: Visit, at current: String) throws -> [Tab] {
        all(visit, at: current, try visit.services.providers.providers(for: nil))
    }

    static func all(_ visit: Visit, at current: String, _ accounts: [ProviderAccount]) -> [Tab] {
        let providers = ProviderSection.all.compactMap { section in
            visit.link(Paths.providers(section)).map { href in
                let readiness = Readiness(section.channel, among: accounts, visit.services.catalog)
                return Tab(
                    label: section.title, href: href, current: href == current, trouble: readiness.isTroubled)
            }
        }
        return providers
            + others.compactMap { label, path in
                visit.link(path).map { Tab(label: label, href: $0, current: path == current, trouble: false) }
            }
    }
}

extension Visit {
    /// The draft as it is frozen and shown: its mail with the wrapper, header and footer it names.
    func dressed(_ draft: Broadcast) throws -> Broadcast {
        var dressed = draft
        dressed.composition = try services.templates.dressed(draft.composition)
        return dressed
    }
}

/// What stands in the store when somebody saved a form meanwhile.
struct SaveConflict: Sendable {
    struct Difference: Sendable {
        let label: String
        let theirs: String
    }

    let by: String
    let reloadHref: String
    let hasDifferences: Bool
    let differences: [Difference]

    /// `fields`: label, what the form holds, what is stored.
    init(by: String?, reloadHref: String, fields: [(String, String, String)]) {
        self.by = by ?? "Another tab or person"
        self.reloadHref = reloadHref
        differences = fields.filter { $0.1 != $0.2 }.map {
            Difference(label: $0.0, theirs: $0.2.isEmpty ? "(empty)" : String($0.2.prefix(2000)))
        }
        hasDifferences = !differences.isEmpty
    }
}

/// A template or a draft that names what is being looked at.
struct UseItem: Sendable {
    let name: String
    let kind: String
    let href: String?

    /// `the message template “Renewal” and the saved draft “July”`
    static func words(_ uses: [TemplateUse]) -> String {
        let names = uses.prefix(5).map { use in
            switch use {
            case .template: "the message template “\(use.name)”"
            case .draft: "the saved draft “\(use.name.isEmpty ? "Untitled draft" : use.name)”"
            }
        }
        let more = uses.count > 5 ? ["\(Wording.count(uses.count - 5, "other"))"] : []
        return Wording.list(names + more)
    }
}

extension UseItem {
    init(_ use: TemplateUse, _ visit: Visit) {
        let name = use.name.isEmpty ? "Untitled draft" : use.name
        switch use {
        case .template(let id, _):
            self.init(name: name, kind: "Message template", href: visit.link(Paths.messageTemplate(id)))
        case .draft(let id, _):
            self.init(name: name, kind: "Saved draft", href: visit.link(Paths.composeMessage(id)))
        }
    }
}

extension Failure {
    static func inUse(_ name: String, _ uses: [TemplateUse], mend: String) -> Failure {
        Failure(
            409, "It is in use", "“\(name)” is named by \(UseItem.words(uses)). \(mend) Nothing was deleted.")
    }
}

extension Form {
    mutating func take(_ problems: [TemplateProblem]) {
        for problem in problems { add(Failure.Field(field: problem.field, message: problem.message)) }
    }
}
