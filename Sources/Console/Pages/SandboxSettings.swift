import HTTPServing
import Messaging

struct SandboxSettingsPage: Sendable {
    let shell: Shell
    let backHref: String
    let action: String
    let hasProblems: Bool
    let problems: [FormProblem]
    let sections: [FormSection]
}

/// How the sandbox behaves, for all its delivery channels at once. One channel alone is set in its provider's settings.
enum SandboxSettingsPages {
    /// Whoever may change all of the providers it may stand behind.
    private static let access: Access = .one(.updateMailServers)

    static var routes: [Route] {
        [
            Route(.get, Paths.sandboxSettings, access) { visit in try show(visit) },
            Route(.post, Paths.sandboxSettings, access) { visit in try save(visit) },
        ]
    }

    /// The sandbox providers this visitor may change.
    private static func accounts(_ visit: Visit) throws -> [ProviderAccount] {
        let accounts = try visit.services.providers.providers(for: nil).filter { account in
            guard let section = ProviderSection.of(account.deliveryChannel) else { return false }
            return visit.services.catalog.capabilities(of: account.kind).isSandbox && visit.allows(section.update)
        }
        guard !accounts.isEmpty else { throw Failure.notFound }
        return accounts
    }

    /// Who it sends as belongs to each provider; the rest is behaviour.
    private static func fields(_ kind: any Provider.Type) -> [SettingField] {
        kind.fields.filter { !$0.name.hasPrefix("from_") }
    }

    private static func kind(_ account: ProviderAccount, _ visit: Visit) throws -> any Provider.Type {
        guard let kind = visit.services.catalog.kind(account.kind) else { throw Failure.notFound }
        return kind
    }

    private static func show(_ visit: Visit) throws -> Response {
        let account = try accounts(visit)[0]
        return try page(visit, ProviderForm(account, kind: kind(account, visit)), [:], status: 200)
    }

    private static func save(_ visit: Visit) throws -> Response {
        let accounts = try accounts(visit)
        var drafts: [(Int64, ProviderDraft)] = []
        for account in accounts {
            let kind = try kind(account, visit)
            var form = ProviderForm(account, kind: kind)
            for field in fields(kind) { form.settings[field.name] = visit.request.form[field.name] ?? "" }
            let draft: ProviderDraft
            do throws(InvalidSettings) {
                draft = try form.check(existing: account, by: visit.services.catalog)
            } catch {
                return try page(visit, form, error.problems, status: 422)
            }
            drafts.append((account.id, draft))
        }
        for (id, draft) in drafts {
            try visit.services.providers.updateProvider(id, draft, at: visit.now)
        }
        visit.services.reloadProviders()
        try visit.audit("update provider", "sandbox", detail: "behaviour")
        return visit.redirect(to: Paths.sandboxSettings, .success, "Saved.")
    }

    private static func page(
        _ visit: Visit, _ form: ProviderForm, _ problems: [String: String], status: Int
    ) throws -> Response {
        let behaviour = Set(fields(form.kind).map(\.name))
        let all = form.sections(problems, existing: nil).flatMap(\.fields).filter { behaviour.contains($0.name) }
        let model = SandboxSettingsPage(
            shell: visit.shell(.sandbox), backHref: Paths.sandbox, action: Paths.sandboxSettings,
            hasProblems: !problems.isEmpty,
            problems: problems.sorted { $0.key < $1.key }.map {
                FormProblem(href: "#\(FormField.anchor($0.key))", message: $0.value)
            }, sections: [FormSection(title: nil, hint: nil, fields: all)])
        return try visit.page("Pages/SandboxSettings", model, status: status)
    }
}
