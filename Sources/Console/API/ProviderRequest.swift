import Messaging

/// What `POST /providers` and `PATCH /providers/{id}` ask for, checked as a whole.
enum ProviderRequest {
    static func creation(_ body: inout BodyReader, _ context: RequestContext) throws -> ProviderDraft {
        guard let channelName = body.text("delivery_channel") else {
            if !body.rejected("delivery_channel") { body.reject("delivery_channel", "Say for which delivery channel.") }
            throw Failure.invalid(body.problems)
        }
        guard let channel = DeliveryChannel(rawValue: channelName), let section = ProviderSection.of(channel) else {
            let names = ProviderSection.all.map(\.channel.rawValue)
            body.reject("delivery_channel", "This must be one of \(EnglishFormat.list(names)).")
            throw Failure.invalid(body.problems)
        }
        try context.require(section.create)
        let catalog = context.services.catalog
        guard let kind = body.text("kind").flatMap({ catalog.kind($0, for: channel) }) else {
            let names = catalog.kinds(for: channel).map { $0.kind }
            body.reject(
                "kind",
                names.isEmpty
                    ? "No kind of provider delivers \(channel.title) yet."
                    : "This must be one of \(EnglishFormat.list(names)).")
            throw Failure.invalid(body.problems)
        }
        return try draft(
            ProviderDraft(
                deliveryChannel: channel, kind: kind.kind, name: "", isDefault: false, settings: ProviderSettings(),
                secretNames: []), kind, &body, context)
    }

    /// What is not named stays. Delivery channel and kind are what a provider is; they may be repeated, not changed.
    static func change(
        of account: ProviderAccount, _ body: inout BodyReader, _ context: RequestContext
    ) throws -> ProviderDraft {
        let catalog = context.services.catalog
        if let asked = body.text("delivery_channel"), asked != account.deliveryChannel.rawValue {
            body.reject("delivery_channel", "This cannot be changed.")
        }
        if let asked = body.text("kind"), (catalog.kind(asked)?.kind ?? asked) != account.kind {
            body.reject("kind", "This cannot be changed.")
        }
        guard let kind = catalog.kind(account.kind) else {
            throw Failure.conflict(
                "This program no longer knows the kind “\(account.kind)”. The provider can be deleted.")
        }
        return try draft(
            ProviderDraft(
                deliveryChannel: account.deliveryChannel, kind: account.kind, name: account.name,
                isDefault: account.isDefault, isEnabled: account.isEnabled, settings: account.settings,
                secretNames: []), kind, &body, context)
    }

    private static func draft(
        _ before: ProviderDraft, _ kind: any Provider.Type, _ body: inout BodyReader, _ context: RequestContext
    ) throws -> ProviderDraft {
        var draft = before
        draft.name = body.line("name", limit: ProviderForm.nameLimit) ?? draft.name
        if draft.name.isEmpty, !body.rejected("name") { body.reject("name", "Enter a name.") }
        draft.isDefault = body.bool("default") ?? draft.isDefault
        draft.isEnabled = body.bool("enabled") ?? draft.isEnabled
        if var settings = body.nested("settings") {
            for field in kind.fields { read(field, &settings, into: &draft.settings) }
            settings.rejectUnknown()
            body.take(problemsOf: settings)
        }
        var checked: ProviderDraft?
        if body.problems.isEmpty { checked = check(draft, kind, context.services.catalog, &body) }
        try body.finish()
        return checked ?? draft
    }

    /// An absent setting stays. Null empties it, except a secret: those are shown as null, and what was read must be
    /// fit to be written back. An empty text empties a secret.
    private static func read(_ field: SettingField, _ body: inout BodyReader, into settings: inout ProviderSettings) {
        guard body.has(field.name) else { return }
        guard let value = body.value(field.name) else {
            if field.kind != .secret { settings[field.name] = "" }
            return
        }
        switch (field.kind, value) {
        case (.number, .number(let literal)): settings[field.name] = literal
        case (.checkbox, .bool(let flag)): settings[field.name] = flag ? "true" : "false"
        case (.checkbox, _): body.reject(field.name, "This must be true or false, not \(value.kindName).")
        case (.number, .string(let text)) where text.isEmpty: settings[field.name] = ""
        case (.number, _): body.reject(field.name, "This must be a number, not \(value.kindName).")
        case (.secret, .string(let text)):
            if text.unicodeScalars.contains(where: Form.isControl) || text.utf8.count > 4096 {
                body.reject(field.name, "One line of at most 4,096 bytes, without control characters.")
            } else {
                settings[field.name] = text
            }
        default:
            if let line = body.line(field.name, limit: 1000) { settings[field.name] = line }
        }
    }

    /// The same check as the settings page's. What is stored is in the draft already.
    private static func check(
        _ draft: ProviderDraft, _ kind: any Provider.Type, _ catalog: ProviderCatalog, _ body: inout BodyReader
    ) -> ProviderDraft? {
        let form = ProviderForm(
            channel: draft.deliveryChannel, kind: kind, name: draft.name, isDefault: draft.isDefault,
            isEnabled: draft.isEnabled, settings: draft.settings.values)
        do {
            return try form.check(existing: nil, by: catalog)
        } catch {
            for (name, words) in error.problems.sorted(by: { $0.key < $1.key }) {
                body.reject(name == "name" ? name : "settings.\(name)", words)
            }
            return nil
        }
    }
}
