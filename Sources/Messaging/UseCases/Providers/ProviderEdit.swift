import Foundation

/// What is changed of a stored provider. What it does not name stays as it is at the moment of the change.
public struct ProviderEdit: Sendable, Hashable {
    public var name: String?
    public var isDefault: Bool?
    public var isEnabled: Bool?
    /// By field name. A secret that is named and empty is forgotten.
    public var settings: [String: String]

    public init(
        name: String? = nil, isDefault: Bool? = nil, isEnabled: Bool? = nil, settings: [String: String] = [:]
    ) {
        self.name = name
        self.isDefault = isDefault
        self.isEnabled = isEnabled
        self.settings = settings
    }
}

extension ProviderAccount {
    /// The account as a change leaves it, unchecked and without settings that its kind does not have.
    public func changed(by edit: ProviderEdit, _ kind: any Provider.Type) -> ProviderAccount {
        var changed = self
        changed.kind = kind.kind
        changed.name = edit.name ?? name
        changed.isDefault = edit.isDefault ?? isDefault
        changed.isEnabled = edit.isEnabled ?? isEnabled
        changed.settings = ProviderSettings()
        for field in kind.fields {
            let value = edit.settings[field.name] ?? settings[field.name]
            changed.settings[field.name] = field.kind == .secret ? value : value.trimmingCharacters(in: .whitespaces)
        }
        return changed
    }
}

extension ProviderDraft {
    /// A provider as it is to be stored.
    public init(_ account: ProviderAccount, _ kind: any Provider.Type) {
        self.init(
            deliveryChannel: account.deliveryChannel, kind: kind.kind, name: account.name,
            isDefault: account.isDefault, isEnabled: account.isEnabled, settings: account.settings,
            secretNames: Set(kind.fields.filter { $0.kind == .secret }.map(\.name)))
    }
}
