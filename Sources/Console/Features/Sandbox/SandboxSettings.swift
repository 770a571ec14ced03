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

/// Sandbox behaviour for all delivery channels at once. A single channel is configured in its provider's settings.
enum SandboxSettingsPages {
    /// Requires permission to change every provider the sandbox may simulate.
    private static let access: Access = .one(.updateMailServers)

    static var routes: [Route] {
        [
            Route(.get, Paths.sandboxSettings, access) { context in try show(context) },
            Route(.post, Paths.sandboxSettings, access) { context in try save(context) },
        ]
    }

    /// Sandbox providers that the visitor may change.
    private static func accounts(_ context: RequestContext) throws -> [ProviderAccount] {
        let accounts = try context.services.providers.providers(for: nil).filter { account in
            guard let section = ProviderSection.of(account.deliveryChannel) else { return false }
            return context.services.catalog.capabilities(of: account.kind).isSandbox && context.allows(section.update)
        }
        guard !accounts.isEmpty else { throw Failure.notFound }
        return accounts
    }

    /// Behaviour fields; the sender belongs to each provider.
    private static func fields(_ kind: any Provider.Type) -> [SettingField] {
        kind.fields.filter { !$0.name.hasPrefix("from_") }
    }

    private static func kind(_ account: ProviderAccount, _ context: RequestContext) throws -> any Provider.Type {
        guard let kind = context.services.catalog.kind(account.kind) else { throw Failure.notFound }
        return kind
    }

    private static func show(_ context: RequestContext) throws -> Response {
        let account = try accounts(context)[0]
        return try page(context, ProviderForm(account, kind: kind(account, context)), [:], status: 200)
    }

    private static func save(_ context: RequestContext) throws -> Response {
        let accounts = try accounts(context)
        var edits: [(id: Int64, edit: ProviderEdit)] = []
        for account in accounts {
            let kind = try kind(account, context)
            var form = ProviderForm(account, kind: kind)
            for field in fields(kind) { form.settings[field.name] = context.request.form[field.name] ?? "" }
            do throws(InvalidSettings) {
                _ = try form.check(existing: account, by: context.services.catalog)
            } catch {
                return try page(context, form, error.problems, status: 422)
            }
            let names = Set(fields(kind).map(\.name))
            edits.append((account.id, ProviderEdit(settings: form.settings.filter { names.contains($0.key) })))
        }
        try context.perform(ConfigureSandbox(edits))
        return context.redirect(to: Paths.sandboxSettings, .success, "Saved.")
    }

    private static func page(
        _ context: RequestContext, _ form: ProviderForm, _ problems: [String: String], status: Int
    ) throws -> Response {
        let behaviour = Set(fields(form.kind).map(\.name))
        let all = form.sections(problems, existing: nil).flatMap(\.fields).filter { behaviour.contains($0.name) }
        let model = SandboxSettingsPage(
            shell: context.shell(.sandbox), backHref: Paths.sandbox, action: Paths.sandboxSettings,
            hasProblems: !problems.isEmpty,
            problems: problems.sorted { $0.key < $1.key }.map {
                FormProblem(href: "#\(FormField.anchor($0.key))", message: $0.value)
            }, sections: [FormSection(title: nil, hint: nil, fields: all)])
        return try context.page("Sandbox/SandboxSettings", model, status: status)
    }
}
