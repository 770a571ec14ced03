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
        let new = ProviderAccount(new: kind, for: channel)
        return ProviderDraft(new.changed(by: try edit(new, kind, &body, context), kind), kind)
    }

    /// What is not named stays. Delivery channel and kind are what a provider is; they may be repeated, not changed.
    static func change(
        of account: ProviderAccount, _ body: inout BodyReader, _ context: RequestContext
    ) throws -> ProviderEdit {
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
        return try edit(account, kind, &body, context)
    }

    private static func edit(
        _ account: ProviderAccount, _ kind: any Provider.Type, _ body: inout BodyReader, _ context: RequestContext
    ) throws -> ProviderEdit {
        var edit = ProviderEdit(
            name: body.line("name", limit: ProviderForm.nameLimit), isDefault: body.bool("default"),
            isEnabled: body.bool("enabled"))
        if (edit.name ?? account.name).isEmpty, !body.rejected("name") { body.reject("name", "Enter a name.") }
        if var settings = body.nested("settings") {
            for field in kind.fields { read(field, &settings, into: &edit.settings) }
            settings.rejectUnknown()
            body.take(problemsOf: settings)
        }
        if body.problems.isEmpty { check(account.changed(by: edit, kind), context.services.catalog, &body) }
        try body.finish()
        return edit
    }

    /// An absent setting stays. Null empties it, except a secret: those are shown as null, and what was read must be
    /// fit to be written back. An empty text empties a secret.
    private static func read(_ field: SettingField, _ body: inout BodyReader, into settings: inout [String: String]) {
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

    /// Applies the same check as the settings page.
    private static func check(_ account: ProviderAccount, _ catalog: ProviderCatalog, _ body: inout BodyReader) {
        do {
            _ = try catalog.provider(for: account)
        } catch {
            for problem in problems(error) { body.reject(problem.field, problem.message) }
        }
    }

    /// Problems by the field names of the request body.
    static func problems(_ invalid: InvalidSettings) -> [Failure.Field] {
        invalid.problems.sorted { $0.key < $1.key }.map {
            Failure.Field(field: "settings.\($0.key)", message: $0.value)
        }
    }
}
