import HTTPServing
import Messaging

struct ProviderFormPage: Sendable {
    let shell: Shell
    let tabs: [Tab]
    let backHref: String
    let backLabel: String
    let title: String
    let kindLabel: String
    let action: String
    let saveLabel: String
    let sandbox: Bool
    let canEdit: Bool
    let hasProblems: Bool
    let problems: [FormProblem]
    let sections: [FormSection]
    let isDefault: Bool
    let isDisabled: Bool
    let hasMore: Bool
    let more: [ProviderMore]
    let deleteHref: String?
    let test: ProviderTest?
    /// Webhook URLs for receipts and replies; empty for kinds without webhooks.
    let hooks: [Fact]
    let hasHooks: Bool
    let result: ProviderTestResult?
}

struct ProviderMore: Sendable {
    let label: String
    let action: String
    let busy: String
}

/// Changes made by a single button, beside the form.
typealias ProviderChange = SwitchProvider.Change

extension ProviderChange {
    var words: (label: String, busy: String, done: String) {
        switch self {
        case .enable: ("Enable", "Enabling…", "It is enabled.")
        case .disable: ("Disable", "Disabling…", "Nothing is sent through it.")
        case .makeDefault: ("Make default", "Saving…", "It is now the default.")
        }
    }

    /// Reason why the change does not apply.
    func refusal(_ account: ProviderAccount) -> String {
        switch self {
        case .enable: "It is enabled already."
        case .disable: "It is disabled already."
        case .makeDefault:
            account.isDefault ? "It is the default already." : "Only an enabled provider can be the default."
        }
    }
}

/// Pages that add, change and delete a provider of a section.
struct ProviderEditor {
    let section: ProviderSection
    let context: RequestContext

    init(_ section: ProviderSection, _ context: RequestContext) {
        self.section = section
        self.context = context
    }

    // MARK: New provider

    func showNew() throws -> Response {
        let form = ProviderForm(new: try chosenKind(), channel: section.channel)
        return try page(form, nil, problems: [:], status: 200)
    }

    func create() throws -> Response {
        let form = ProviderForm(Form(context.request), channel: section.channel, kind: try chosenKind(), existing: nil)
        let draft: ProviderDraft
        do throws(InvalidSettings) {
            draft = try form.check(existing: nil, by: context.services.catalog)
        } catch {
            return try page(form, nil, problems: error.problems, status: 422)
        }
        let id = try context.perform(CreateProvider(draft))
        context.site.hasSandbox.forget()
        return context.redirect(
            to: Paths.provider(section, id), .success, "\(draft.name) is set up. Send a test message to be sure.")
    }

    private func chosenKind() throws -> any Provider.Type {
        let catalog = context.services.catalog
        let kind = context.request.query["kind"].map { catalog.kind($0, for: section.channel) }
        guard let kind = kind ?? catalog.kinds(for: section.channel).first else { throw Failure.notFound }
        return kind
    }

    // MARK: Existing provider

    func stored() throws -> (account: ProviderAccount, kind: any Provider.Type) {
        guard let account = try context.services.providers.provider(try context.id()),
            account.deliveryChannel == section.channel, let kind = context.services.catalog.kind(account.kind)
        else { throw Failure.notFound }
        return (account, kind)
    }

    func show() throws -> Response {
        let (account, kind) = try stored()
        return try page(ProviderForm(account, kind: kind), account, problems: [:], status: 200)
    }

    func save() throws -> Response {
        let (account, kind) = try stored()
        let form = ProviderForm(Form(context.request), channel: section.channel, kind: kind, existing: account)
        do {
            // Reports all problems at once; the commit checks the change again with what is stored by then.
            _ = try form.check(existing: account, by: context.services.catalog)
            try context.perform(UpdateProvider(account.id, form.edit))
        } catch let error as InvalidSettings {
            return try page(form, account, problems: error.problems, status: 422)
        }
        context.site.hasSandbox.forget()
        return context.redirect(to: Paths.provider(section, account.id), .success, "Saved.")
    }

    func change(_ change: ProviderChange) throws -> Response {
        let (account, _) = try stored()
        let back = Paths.provider(section, account.id)
        do {
            try context.perform(SwitchProvider(account.id, change))
        } catch StoreConflict.state {
            return context.redirect(to: back, .info, change.refusal(try stored().account))
        }
        context.site.hasSandbox.forget()
        return context.redirect(to: back, .success, change.words.done)
    }

    func confirmDelete() throws -> Response {
        let (account, kind) = try stored()
        let uses = try context.services.providers.uses(ofProvider: account.id)
        guard uses.isEmpty else { throw Self.inUse(account, uses) }
        let model = ConfirmPage(
            shell: context.shell(.communicationSettings), title: "Delete \(account.name)?",
            text:
                "Its credentials are erased. What was sent through it stays in the log; what still waits for it takes "
                + "the default, or waits for the next \(section.one).",
            facts: [Fact(label: "Name", value: account.name), Fact(label: "Kind", value: kind.title)],
            action: Paths.deleteProvider(section, account.id), confirmLabel: "Delete", busyLabel: "Deleting…",
            danger: true, cancelHref: Paths.provider(section, account.id))
        return try context.page("Shared/Confirm", model)
    }

    func delete() throws -> Response {
        let (account, _) = try stored()
        do {
            try context.perform(DeleteProvider(account))
        } catch StoreConflict.state("used") {
            throw Self.inUse(account, try context.services.providers.uses(ofProvider: account.id))
        } catch StoreConflict.state {
            return context.redirect(
                to: Paths.provider(section, account.id), .warning,
                "Messages are being handed to it right now. Turn it off, wait a moment and delete it then.")
        }
        context.site.hasSandbox.forget()
        return context.redirect(to: Paths.providers(section), .success, "\(account.name) is deleted.")
    }

    static func inUse(_ account: ProviderAccount, _ uses: [TemplateUse]) -> Failure {
        let one = ProviderSection.of(account.deliveryChannel)?.one ?? "provider"
        return .inUse(account.name, uses, mend: "Choose another \(one) there, or turn this one off.")
    }

    // MARK: The page

    func page(
        _ form: ProviderForm, _ account: ProviderAccount?, problems: [String: String], test: ProviderTest? = nil,
        result: ProviderTestResult? = nil, status: Int
    ) throws -> Response {
        let action = account.map { Paths.provider(section, $0.id) }
        let newAction = Paths.with(Paths.providers(section), [("kind", form.kind.kind)])
        let accounts = try context.services.providers.providers(for: nil)
        let more = account.map(buttons) ?? []
        let hooks = account.map(hooks) ?? []
        let model = ProviderFormPage(
            shell: context.shell(.communicationSettings), tabs: ProviderPages.tabs(context, section, accounts),
            backHref: Paths.providers(section), backLabel: section.title,
            title: account?.name ?? "New \(section.one)", kindLabel: form.kind.title, action: action ?? newAction,
            saveLabel: account == nil ? "Add \(section.one)" : "Save", sandbox: form.kind.capabilities.isSandbox,
            canEdit: context.canReach(.post, action ?? Paths.providers(section)), hasProblems: !problems.isEmpty,
            problems: summary(form, problems), sections: form.sections(problems, existing: account),
            isDefault: account?.isDefault ?? false, isDisabled: account.map { !$0.isEnabled } ?? false,
            hasMore: !more.isEmpty, more: more,
            deleteHref: account.flatMap { context.link(Paths.deleteProvider(section, $0.id)) },
            test: test ?? account.flatMap { ProviderTestPage(section, context).form($0, value: nil, error: nil) },
            hooks: hooks, hasHooks: !hooks.isEmpty, result: result)
        return try context.page("Providers/ProviderForm", model, status: status)
    }

    private func hooks(_ account: ProviderAccount) -> [Fact] {
        guard context.services.catalog.kind(account.kind) is any WebhookReceiving.Type else { return [] }
        return [
            Fact(label: "Receipts", value: context.origin + Paths.hook(account.id, .receipts)),
            Fact(label: "Replies", value: context.origin + Paths.hook(account.id, .inbound)),
        ]
    }

    private func buttons(_ account: ProviderAccount) -> [ProviderMore] {
        ProviderChange.allCases.filter { $0.fits(account) }.compactMap { change in
            context.link(Paths.providerChange(section, account.id, change), .post).map {
                ProviderMore(label: change.words.label, action: $0, busy: change.words.busy)
            }
        }
    }

    /// Errors in the order of the form, so that the first link leads to the first field.
    private func summary(_ form: ProviderForm, _ problems: [String: String]) -> [FormProblem] {
        let order = ["name"] + form.kind.fields.map(\.name)
        let known = order.filter { problems[$0] != nil }
        let others = problems.keys.filter { !order.contains($0) }.sorted()
        return (known + others).map { FormProblem(href: "#\(FormField.anchor($0))", message: problems[$0] ?? "") }
    }
}
