import Foundation
import HTTPServing
import Messaging

/// Validates provider settings for both the form and the API. A secret that is not submitted keeps its stored value.
struct ProviderForm: Sendable {
    let channel: DeliveryChannel
    let kind: any Provider.Type
    var name: String
    var isDefault: Bool
    /// Submitted values by field name; secrets only if they are to change.
    var settings: [String: String]
    /// Secrets to delete.
    var cleared: Set<String> = []

    static let nameLimit = 100

    /// - Parameter existing: the stored provider that is being changed.
    /// - Throws: `InvalidSettings` that names every invalid field.
    func check(
        existing: ProviderAccount?, by catalog: ProviderCatalog
    ) throws(InvalidSettings) -> ProviderDraft {
        var problems: [String: String] = [:]
        let name = name.trimmingCharacters(in: .whitespacesAndNewlines)
        if name.isEmpty { problems["name"] = "Enter a name." }
        if name.count > Self.nameLimit { problems["name"] = "At most \(Self.nameLimit) characters." }
        if name.unicodeScalars.contains(where: Form.isControl) { problems["name"] = "One line of text." }
        let before = existing ?? ProviderAccount(new: kind, for: channel, isDefault: isDefault)
        let account = before.changed(by: edit, kind)
        do {
            _ = try catalog.provider(for: account)
        } catch {
            problems.merge(error.problems) { first, _ in first }
        }
        guard problems.isEmpty else { throw InvalidSettings(problems) }
        return ProviderDraft(account, kind)
    }

    /// Submitted changes to a stored provider. Whether it is the default or disabled is not part of the form.
    var edit: ProviderEdit {
        var edit = ProviderEdit(name: name.trimmingCharacters(in: .whitespacesAndNewlines))
        for field in kind.fields {
            let written = settings[field.name] ?? ""
            let isKept = field.kind == .secret && written.isEmpty && !cleared.contains(field.name)
            if !isKept { edit.settings[field.name] = written }
        }
        return edit
    }
}

extension ProviderAccount {
    /// Provider that is not stored yet and has no settings.
    init(new kind: any Provider.Type, for channel: DeliveryChannel, isDefault: Bool = false) {
        let never = Timestamp(milliseconds: 0)
        self.init(
            id: 0, deliveryChannel: channel, kind: kind.kind, name: "", isDefault: isDefault, isEnabled: true,
            settings: ProviderSettings(), trouble: nil, troubleSince: nil, createdAt: never, updatedAt: never)
    }
}

extension ProviderForm {
    static let clearPrefix = "clear_"

    /// Reads the page's form, which does not include the default and enabled flags of a stored provider.
    init(_ form: Form, channel: DeliveryChannel, kind: any Provider.Type, existing: ProviderAccount?) {
        self.channel = channel
        self.kind = kind
        name = form.raw("name")
        isDefault = existing?.isDefault ?? form.isChecked("is_default")
        settings = [:]
        for field in kind.fields {
            if field.kind == .checkbox {
                settings[field.name] = form.isChecked(field.name) ? "true" : "false"
            } else {
                settings[field.name] = form.raw(field.name)
            }
            if form.isChecked(Self.clearPrefix + field.name) { cleared.insert(field.name) }
        }
    }

    /// Form values of a stored provider, without its secrets.
    init(_ account: ProviderAccount, kind: any Provider.Type) {
        channel = account.deliveryChannel
        self.kind = kind
        name = account.name
        isDefault = account.isDefault
        let secrets = Set(kind.fields.filter { $0.kind == .secret }.map(\.name))
        settings = account.settings.values.filter { !secrets.contains($0.key) }
    }

    /// Form values of a new provider, with the defaults of its kind.
    init(new kind: any Provider.Type, channel: DeliveryChannel) {
        self.channel = channel
        self.kind = kind
        name = ""
        isDefault = false
        settings = Dictionary(uniqueKeysWithValues: kind.fields.map { ($0.name, $0.defaultValue) })
    }
}

extension ProviderForm {
    /// - Parameter existing: determines whether a secret is stored.
    func sections(_ problems: [String: String], existing: ProviderAccount?) -> [FormSection] {
        var identity: [FormField] = [
            .input(
                "name", "Name", value: name, hint: "As the log names it.", error: problems["name"], required: true,
                autocomplete: "off")
        ]
        if existing == nil {
            identity.append(
                .checkbox(
                    "is_default", "Default for \(channel.title)", checked: isDefault,
                    hint: "Sends unless a message names another. The first one always is."))
        }
        let fields = kind.fields.flatMap { field in Self.fields(field, self, problems[field.name], existing) }
        let own = FormSection(title: nil, hint: nil, fields: identity)
        return fields.isEmpty ? [own] : [own, FormSection(title: "Settings", hint: nil, fields: fields)]
    }

    private static func fields(
        _ field: SettingField, _ form: ProviderForm, _ problem: String?, _ existing: ProviderAccount?
    ) -> [FormField] {
        let name = field.name
        let value = form.settings[field.name] ?? ""
        let hint = field.hint.isEmpty ? nil : field.hint
        switch field.kind {
        case .text, .emailAddress, .number:
            let type = field.kind == .emailAddress ? "email" : "text"
            var input = FormField.input(
                name, field.label, type: type, value: value, hint: hint, error: problem, required: field.isRequired,
                autocomplete: "off", width: field.kind == .number ? "field--half" : "")
            if field.kind == .number { input.inputmode = "decimal" }
            return [input]
        case .checkbox:
            return [.checkbox(name, field.label, checked: ["true", "1", "on", "yes"].contains(value), hint: hint)]
        case .choice(let choices):
            return [
                .select(
                    name, field.label, options: choices.map { ($0.value, $0.label) }, chosen: value, hint: hint,
                    error: problem, required: field.isRequired)
            ]
        case .secret: return secret(field, form, problem, existing)
        }
    }

    /// Write-only field: an empty value keeps the stored secret, which is never shown.
    private static func secret(
        _ field: SettingField, _ form: ProviderForm, _ problem: String?, _ existing: ProviderAccount?
    ) -> [FormField] {
        let isStored = existing.map { !$0.settings[field.name].isEmpty } ?? false
        let input = FormField.input(
            field.name, field.label, type: "password",
            hint: isStored ? "One is stored. Leave this empty to keep it." : field.hint.isEmpty ? nil : field.hint,
            error: problem, required: field.isRequired && !isStored, autocomplete: "new-password")
        guard isStored, !field.isRequired else { return [input] }
        return [
            input,
            .checkbox(
                clearPrefix + field.name, "Forget the stored \(field.label.lowercased())",
                checked: form.cleared.contains(field.name)),
        ]
    }
}
