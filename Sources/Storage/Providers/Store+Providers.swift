import Foundation
import Messaging

extension Store: ProviderStore {
    private static let columns = """
        id, delivery_channel, kind, name, is_default, is_enabled, settings, secrets, trouble, trouble_since, created_at,
        updated_at, edition
        """

    private func account(_ columns: inout Columns) throws -> ProviderAccount {
        let id = columns.int()
        let channel = try columns.word(DeliveryChannel.self)
        let (kind, name, isDefault, isEnabled) = (columns.text(), columns.text(), columns.flag(), columns.flag())
        let open = try JSONDecoder().decode([String: String].self, from: Data(columns.text().utf8))
        let sealed = columns.bytes()
        var trouble = columns.optionalText()
        var settings = open
        do {
            settings.merge(try secrets.open(sealed)) { $1 }
        } catch {
            trouble = "Its password cannot be read: the key file is not the one it was encrypted with. Enter it again."
        }
        return ProviderAccount(
            id: id, deliveryChannel: channel, kind: kind, name: name, isDefault: isDefault, isEnabled: isEnabled,
            settings: ProviderSettings(settings), trouble: trouble, troubleSince: columns.optionalTime(),
            createdAt: columns.time(), updatedAt: columns.time(), credentialGeneration: columns.count())
    }

    public func providers(for channel: DeliveryChannel?) throws -> [ProviderAccount] {
        try engine.read { connection in
            try connection.rows(
                """
                SELECT \(Self.columns) FROM providers WHERE deleted_at IS NULL AND ($1 = '' OR delivery_channel = $1)
                ORDER BY is_default DESC, id
                """, [.text(channel?.rawValue ?? "")], account)
        }
    }

    public func provider(_ id: Int64) throws -> ProviderAccount? {
        try engine.read { connection in
            try connection.first(
                "SELECT \(Self.columns) FROM providers WHERE id = $1 AND deleted_at IS NULL", [.int(id)], account)
        }
    }

    public func createProvider(_ draft: ProviderDraft, at: Timestamp) throws -> Int64 {
        let parts = try split(draft)
        return try engine.write(.accept) { connection in
            connection.notify(.providers)
            let others = try connection.first(
                "SELECT COUNT(*) FROM providers WHERE delivery_channel = $1 AND deleted_at IS NULL AND is_default = 1",
                [.text(draft.deliveryChannel.rawValue)], { $0.count() })
            let isDefault = draft.isDefault || others == 0
            if isDefault { try Self.clearDefault(draft.deliveryChannel, on: connection) }
            return try connection.insert(
                """
                INSERT INTO providers (
                    delivery_channel, kind, name, is_default, is_enabled, is_sandbox, settings, secrets, created_at,
                    updated_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) RETURNING id
                """,
                [
                    .text(draft.deliveryChannel.rawValue), .text(draft.kind), .text(draft.name), .flag(isDefault),
                    .flag(draft.isEnabled), .flag(catalog.capabilities(of: draft.kind).isSandbox), .text(parts.open),
                    .bytes(parts.sealed), .time(at),
                ])
        }
    }

    public func updateProvider(_ id: Int64, _ draft: ProviderDraft, at: Timestamp) throws {
        let parts = try split(draft)
        try engine.write(.accept) { connection in
            connection.notify(.providers)
            let known = try connection.first(
                "SELECT \(Self.columns) FROM providers WHERE id = $1 AND deleted_at IS NULL", [.int(id)], account)
            guard let known else { throw StoreConflict.notFound }
            if draft.isDefault { try Self.clearDefault(draft.deliveryChannel, on: connection) }
            try connection.run(
                """
                UPDATE providers SET kind = $1, name = $2, is_default = $3, is_enabled = $4, is_sandbox = $5,
                    settings = $6, secrets = $7, trouble = NULL, trouble_since = NULL, updated_at = $8, edition = $9
                WHERE id = $10
                """,
                [
                    .text(draft.kind), .text(draft.name), .flag(draft.isDefault), .flag(draft.isEnabled),
                    .flag(catalog.capabilities(of: draft.kind).isSandbox), .text(parts.open), .bytes(parts.sealed),
                    .time(at), .int(Int64(known.credentialGeneration + (keysHold(from: known, to: draft) ? 0 : 1))),
                    .int(id),
                ])
            // They were given for the secret of before.
            if draft.kind != known.kind || draft.settings != known.settings {
                try Self.forgetTokens(ofProvider: id, on: connection)
            }
            try Self.ensureDefault(draft.deliveryChannel, on: connection)
        }
    }

    public func switchProvider(_ id: Int64, isDefault: Bool, isEnabled: Bool, at: Timestamp) throws {
        try engine.write(.accept) { connection in
            connection.notify(.providers)
            let channel = try connection.first(
                "SELECT delivery_channel FROM providers WHERE id = $1 AND deleted_at IS NULL", [.int(id)],
                { try $0.word(DeliveryChannel.self) })
            guard let channel else { throw StoreConflict.notFound }
            if isDefault { try Self.clearDefault(channel, on: connection) }
            try connection.run(
                """
                UPDATE providers SET is_default = $1, is_enabled = $2, trouble = NULL, trouble_since = NULL,
                    updated_at = $3
                WHERE id = $4
                """, [.flag(isDefault), .flag(isEnabled), .time(at), .int(id)])
            try Self.ensureDefault(channel, on: connection)
        }
    }

    /// Whether what was handed over before may be repeated under its key after the change.
    private func keysHold(from known: ProviderAccount, to draft: ProviderDraft) -> Bool {
        guard draft.kind == known.kind else { return false }
        if draft.settings == known.settings { return true }
        var changed = known
        changed.settings = draft.settings
        guard let before = try? catalog.provider(for: known), let after = try? catalog.provider(for: changed) else {
            return false
        }
        return before.keyScope == after.keyScope
    }

    /// The row stays for the log's sake; its credentials go.
    public func deleteProvider(_ id: Int64) throws {
        try engine.write(.accept) { connection in
            connection.notify(.providers)
            guard try Self.uses(ofProvider: id, on: connection).isEmpty else { throw StoreConflict.state("used") }
            let busy = try connection.first(
                "SELECT COUNT(*) FROM messages WHERE status = 'sending' AND lease IS NOT NULL AND provider_id = $1",
                [.int(id)], { $0.count() })
            guard busy == 0 else { throw StoreConflict.state("sending") }
            let channel = try connection.first(
                """
                UPDATE providers SET deleted_at = $1, is_default = 0, is_enabled = 0, settings = '{}', secrets = NULL
                WHERE id = $2 AND deleted_at IS NULL RETURNING delivery_channel
                """, [.time(Timestamp.now()), .int(id)], { try $0.word(DeliveryChannel.self) })
            guard let channel else { throw StoreConflict.notFound }
            try Self.forgetTokens(ofProvider: id, on: connection)
            try Self.ensureDefault(channel, on: connection)
        }
    }

    private static func forgetTokens(ofProvider id: Int64, on connection: any SQLConnection) throws {
        try connection.run("DELETE FROM provider_tokens WHERE provider_id = $1", [.int(id)])
    }

    public func uses(ofProvider id: Int64) throws -> [TemplateUse] {
        try engine.read { try Self.uses(ofProvider: id, on: $0) }
    }

    private static func uses(ofProvider id: Int64, on connection: any SQLConnection) throws -> [TemplateUse] {
        let templates = try connection.rows(
            """
            SELECT id, name FROM message_templates
            WHERE is_active = 1 AND (content LIKE $1 OR content LIKE $2) ORDER BY id LIMIT 100
            """, [.text("%\"providerID\":\(id),%"), .text("%\"providerID\":\(id)}%")]
        ) { TemplateUse.template(id: $0.int(), name: $0.text()) }
        let channel = try connection.first(
            "SELECT delivery_channel FROM providers WHERE id = $1", [.int(id)], { $0.text() })
        let drafts = try drafts(naming: "\"\(channel ?? "")\":\(id)", on: connection)
        return Array((templates + drafts).prefix(100))
    }

    private static func clearDefault(_ channel: DeliveryChannel, on connection: any SQLConnection) throws {
        try connection.run(
            "UPDATE providers SET is_default = 0 WHERE delivery_channel = $1", [.text(channel.rawValue)])
    }

    /// A delivery channel with providers always has a default, or its messages would wait without a reason anybody sees.
    private static func ensureDefault(_ channel: DeliveryChannel, on connection: any SQLConnection) throws {
        try connection.run(
            """
            UPDATE providers SET is_default = 1 WHERE id = (
                SELECT MIN(id) FROM providers WHERE delivery_channel = $1 AND deleted_at IS NULL)
            AND NOT EXISTS (
                SELECT 1 FROM providers WHERE delivery_channel = $1 AND deleted_at IS NULL AND is_default = 1)
            """, [.text(channel.rawValue)])
    }

    private func split(_ draft: ProviderDraft) throws -> (open: String, sealed: [UInt8]) {
        let open = draft.settings.values.filter { !draft.secretNames.contains($0.key) }
        let secret = draft.settings.values.filter { draft.secretNames.contains($0.key) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (String(decoding: try encoder.encode(open), as: UTF8.self), try secrets.seal(secret))
    }
}
