import Messaging

/// A provider as the API shows it. Secrets are null, always.
enum ProviderJSON {
    static func one(_ account: ProviderAccount, catalog: ProviderCatalog) -> JSONValue {
        let trouble = ProviderChoice.trouble(of: account, catalog)
        return [
            "id": JSONValue(id: account.id), "delivery_channel": .string(account.deliveryChannel.rawValue),
            "kind": .string(account.kind), "name": .string(account.name), "default": .bool(account.isDefault),
            "enabled": .bool(account.isEnabled), "ready": .bool(account.isEnabled && trouble == nil),
            "sandbox": .bool(catalog.capabilities(of: account.kind).isSandbox), "trouble": JSONValue(trouble),
            "trouble_since": JSONValue(trouble == nil ? nil : account.troubleSince),
            "settings": settings(account, catalog), "created_at": JSONValue(account.createdAt),
            "updated_at": JSONValue(account.updatedAt), "hooks": hooks(account, catalog),
        ]
    }

    /// Where the provider may send receipts and replies; null for kinds that send none.
    private static func hooks(_ account: ProviderAccount, _ catalog: ProviderCatalog) -> JSONValue {
        guard catalog.kind(account.kind) is any WebhookReceiving.Type else { return .null }
        return [
            "receipts": .string(Paths.hook(account.id, .receipts)),
            "inbound": .string(Paths.hook(account.id, .inbound)),
        ]
    }

    /// Of a kind this program no longer knows nothing is shown: nobody can tell which of its settings were secret.
    private static func settings(_ account: ProviderAccount, _ catalog: ProviderCatalog) -> JSONValue {
        var object = JSONObject()
        for field in catalog.kind(account.kind)?.fields ?? [] {
            object.append(field.name, value(account.settings[field.name], field))
        }
        return .object(object)
    }

    private static func value(_ text: String, _ field: SettingField) -> JSONValue {
        let text = text.isEmpty ? field.defaultValue : text
        switch field.kind {
        case .secret: return .null
        case .checkbox: return .bool(["true", "1", "on"].contains(text))
        case .number: return number(text)
        case .text, .emailAddress, .choice: return JSONValue(text.isEmpty ? nil : text)
        }
    }

    private static func number(_ text: String) -> JSONValue {
        guard case .number(let literal)? = try? JSONValue(Array(text.utf8)) else { return .null }
        return .number(literal)
    }
}
