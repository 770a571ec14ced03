import Foundation
import Messaging

extension Store: TemplateStore {
    /// The texts of a template as one JSON column: they are read and written together, and nothing asks for a part.
    private struct Texts: Codable {
        var variables: [String]
        var email: MessageTemplateDraft.EmailPart
        var sms: MessageTemplateDraft.TextPart
        var whatsapp: MessageTemplateDraft.WhatsAppPart
        var push: MessageTemplateDraft.NotificationPart
        var inApp: MessageTemplateDraft.NotificationPart
    }

    private static let templateColumns = """
        t.id, t.name, t.priority, t.is_active, t.content, t.version, t.created_at, t.updated_at, u.name
        """
    private static let templateTables = "message_templates t LEFT JOIN users u ON u.id = t.updated_by"

    private static func template(_ columns: inout Columns) throws -> MessageTemplate {
        let (id, name) = (columns.int(), columns.text())
        let priority = Priority(rawValue: columns.int()) ?? .normal
        let isActive = columns.flag()
        let texts = try JSONDecoder().decode(Texts.self, from: Data(columns.text().utf8))
        let draft = MessageTemplateDraft(
            name: name, priority: priority, isActive: isActive, variables: texts.variables, email: texts.email,
            sms: texts.sms, whatsapp: texts.whatsapp, push: texts.push, inApp: texts.inApp)
        return MessageTemplate(
            id: id, draft: draft, version: columns.int(), createdAt: columns.time(), updatedAt: columns.time(),
            updatedByName: columns.optionalText())
    }

    /// The columns that are written, from `$1` on.
    private static func values(_ draft: MessageTemplateDraft) throws -> [SQLValue] {
        let texts = Texts(
            variables: draft.variables, email: draft.email, sms: draft.sms, whatsapp: draft.whatsapp,
            push: draft.push, inApp: draft.inApp)
        let json = String(decoding: try JSONEncoder().encode(texts), as: UTF8.self)
        var wrapper: Int64?
        if case .wrapper(let id) = draft.email.wrapper { wrapper = id }
        return [
            .text(draft.name), .int(draft.priority.rawValue), .flag(draft.isActive),
            .text(" " + text(draft.deliveryChannels) + " "), .text(json), .int(wrapper),
            .int(draft.email.mailTemplateID), .text(draft.name.lowercased()),
        ]
    }

    public func templates(
        _ filter: TemplateFilter, from start: PageStart, limit: Int
    ) throws -> Page<MessageTemplate> {
        let clause = start.clause("t.id", placeholder: 2)
        var values: [SQLValue] = [.text(Self.pattern(filter.query)), clause.value]
        var conditions = ["($1 = '' OR t.search LIKE $1 ESCAPE '!')", clause.condition]
        if let isActive = filter.isActive {
            values.append(.flag(isActive))
            conditions.append("t.is_active = $\(values.count)")
        }
        for channel in filter.supports {
            values.append(.text("% \(channel.rawValue) %"))
            conditions.append("t.delivery_channels LIKE $\(values.count)")
        }
        values.append(.int(limit + 1))
        let sql = """
            SELECT \(Self.templateColumns) FROM \(Self.templateTables) WHERE \(conditions.joined(separator: " AND "))
            ORDER BY \(clause.order) LIMIT $\(values.count)
            """
        let rows = try engine.read { try $0.rows(sql, values, Self.template) }
        return Page.cut(rows, from: start, limit: limit, key: \.id)
    }

    public func template(_ id: Int64) throws -> MessageTemplate? {
        try engine.read { connection in
            try connection.first(
                "SELECT \(Self.templateColumns) FROM \(Self.templateTables) WHERE t.id = $1", [.int(id)], Self.template)
        }
    }

    public func createTemplate(_ draft: MessageTemplateDraft, by user: Int64?, at: Timestamp) throws -> Int64 {
        let values = try Self.values(draft)
        return try engine.write(.accept) { connection in
            try connection.insert(
                """
                INSERT INTO message_templates (
                    name, priority, is_active, delivery_channels, content, wrapper_id, mail_template_id, search,
                    version, created_by, updated_by, created_at, updated_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9, $10, $10) RETURNING id
                """, values + [.int(user), .time(at)])
        }
    }

    @discardableResult
    public func saveTemplate(
        _ id: Int64, version: Int64, _ draft: MessageTemplateDraft, by user: Int64?, at: Timestamp
    ) throws -> Int64 {
        let values = try Self.values(draft)
        return try engine.write(.accept) { connection in
            try Self.expect(version, of: id, in: "message_templates", on: connection)
            try connection.run(
                """
                UPDATE message_templates SET name = $1, priority = $2, is_active = $3, delivery_channels = $4,
                    content = $5, wrapper_id = $6, mail_template_id = $7, search = $8, version = version + 1,
                    updated_by = $9, updated_at = $10
                WHERE id = $11
                """, values + [.int(user), .time(at), .int(id)])
            return version + 1
        }
    }

    public func deleteTemplate(_ id: Int64) throws {
        try engine.write(.accept) { connection in
            guard try connection.run("DELETE FROM message_templates WHERE id = $1", [.int(id)]) == 1 else {
                throw StoreConflict.notFound
            }
        }
    }

    /// Throws unless the row stands at that version.
    static func expect(
        _ version: Int64, of id: Int64, in table: String, on connection: any SQLConnection
    ) throws {
        let stored = try connection.first("SELECT version FROM \(table) WHERE id = $1", [.int(id)], { $0.int() })
        guard let stored else { throw StoreConflict.notFound }
        guard stored == version else { throw StoreConflict.version(stored) }
    }

    /// Templates and saved drafts that name a row, by a column of the one and a piece of the other's JSON.
    static func uses(
        column: String, of id: Int64, inDrafts piece: String, on connection: any SQLConnection
    ) throws -> [TemplateUse] {
        let templates = try connection.rows(
            "SELECT id, name FROM message_templates WHERE \(column) = $1 ORDER BY id LIMIT 100", [.int(id)]
        ) { TemplateUse.template(id: $0.int(), name: $0.text()) }
        return Array((templates + (try drafts(naming: piece, on: connection))).prefix(100))
    }

    /// In the order of the index of drafts, of which there are never many: in that of ids, every broadcast there is would
    /// be looked at.
    static let draftsNaming = """
        SELECT id, name FROM broadcasts
        WHERE origin = 'compose' AND status IN ('draft', 'scheduled') AND (composition LIKE $1 OR composition LIKE $2)
        ORDER BY updated_at DESC LIMIT 100
        """

    /// Quotes inside a text are escaped in JSON, so a piece with quotes is never found in one.
    static func drafts(naming piece: String, on connection: any SQLConnection) throws -> [TemplateUse] {
        try connection.rows(draftsNaming, [.text("%\(piece),%"), .text("%\(piece)}%")]) {
            TemplateUse.draft(id: $0.int(), name: $0.text())
        }
    }
}
