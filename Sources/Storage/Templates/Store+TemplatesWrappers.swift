import Foundation
import Messaging

extension Store {
    private static let wrapperColumns = """
        w.id, w.name, w.header_html, w.footer_html, w.html, w.colours, w.is_default, w.version, w.created_at,
        w.updated_at, u.name
        """
    private static let wrapperTables = "wrappers w LEFT JOIN users u ON u.id = w.updated_by"

    private static func wrapper(_ columns: inout Columns) throws -> EmailWrapper {
        let id = columns.int()
        let draft = EmailWrapperDraft(
            name: columns.text(), headerHTML: columns.text(), footerHTML: columns.text(), html: columns.text(),
            colours: try JSONDecoder().decode(WrapperColours.self, from: Data(columns.text().utf8)),
            isDefault: columns.flag())
        return EmailWrapper(
            id: id, draft: draft, version: columns.int(), createdAt: columns.time(), updatedAt: columns.time(),
            updatedByName: columns.optionalText())
    }

    private static func values(_ draft: EmailWrapperDraft) throws -> [SQLValue] {
        [
            .text(draft.name), .text(draft.headerHTML), .text(draft.footerHTML), .text(draft.html),
            .text(String(decoding: try JSONEncoder().encode(draft.colours), as: UTF8.self)), .flag(draft.isDefault),
        ]
    }

    public func wrappers() throws -> [EmailWrapper] {
        try engine.read { connection in
            try connection.rows(
                """
                SELECT \(Self.wrapperColumns) FROM \(Self.wrapperTables) ORDER BY w.is_default DESC, w.id DESC
                LIMIT 500
                """, [], Self.wrapper)
        }
    }

    public func wrapper(_ id: Int64) throws -> EmailWrapper? {
        try engine.read { connection in
            try connection.first(
                "SELECT \(Self.wrapperColumns) FROM \(Self.wrapperTables) WHERE w.id = $1", [.int(id)], Self.wrapper)
        }
    }

    public func defaultWrapper() throws -> EmailWrapper? {
        try engine.read { connection in
            try connection.first(
                "SELECT \(Self.wrapperColumns) FROM \(Self.wrapperTables) WHERE w.is_default = 1", [], Self.wrapper)
        }
    }

    public func createWrapper(_ draft: EmailWrapperDraft, by user: Int64?, at: Timestamp) throws -> Int64 {
        let values = try Self.values(draft)
        return try engine.write(.accept) { connection in
            if draft.isDefault { try Self.clearDefaultWrapper(on: connection) }
            return try connection.insert(
                """
                INSERT INTO wrappers (
                    name, header_html, footer_html, html, colours, is_default, version, created_by, updated_by,
                    created_at, updated_at)
                VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7, $8, $8) RETURNING id
                """, values + [.int(user), .time(at)])
        }
    }

    @discardableResult
    public func saveWrapper(
        _ id: Int64, version: Int64, _ draft: EmailWrapperDraft, by user: Int64?, at: Timestamp
    ) throws -> Int64 {
        let values = try Self.values(draft)
        return try engine.write(.accept) { connection in
            try Self.expect(version, of: id, in: "wrappers", on: connection)
            if draft.isDefault { try Self.clearDefaultWrapper(on: connection) }
            try connection.run(
                """
                UPDATE wrappers SET name = $1, header_html = $2, footer_html = $3, html = $4, colours = $5,
                    is_default = $6, version = version + 1, updated_by = $7, updated_at = $8
                WHERE id = $9
                """, values + [.int(user), .time(at), .int(id)])
            return version + 1
        }
    }

    private static func clearDefaultWrapper(on connection: any SQLConnection) throws {
        try connection.run("UPDATE wrappers SET is_default = 0 WHERE is_default = 1")
    }

    public func deleteWrapper(_ id: Int64) throws {
        try engine.write(.accept) { connection in
            let uses = try Self.uses(ofWrapper: id, on: connection)
            guard uses.isEmpty else { throw StoreConflict.state("used") }
            guard try connection.run("DELETE FROM wrappers WHERE id = $1", [.int(id)]) == 1 else {
                throw StoreConflict.notFound
            }
        }
    }

    public func uses(ofWrapper id: Int64) throws -> [TemplateUse] {
        try engine.read { try Self.uses(ofWrapper: id, on: $0) }
    }

    private static func uses(ofWrapper id: Int64, on connection: any SQLConnection) throws -> [TemplateUse] {
        try uses(column: "wrapper_id", of: id, inDrafts: "\"emailWrapper\":\"\(id)\"", on: connection)
    }
}

// Mail templates.
extension Store {
    private static let mailTemplateColumns = """
        m.id, m.name, m.header_html, m.footer_html, m.version, m.created_at, m.updated_at, u.name
        """
    private static let mailTemplateTables = "mail_templates m LEFT JOIN users u ON u.id = m.updated_by"

    private static func mailTemplate(_ columns: inout Columns) -> MailTemplate {
        let id = columns.int()
        let draft = MailTemplateDraft(name: columns.text(), headerHTML: columns.text(), footerHTML: columns.text())
        return MailTemplate(
            id: id, draft: draft, version: columns.int(), createdAt: columns.time(), updatedAt: columns.time(),
            updatedByName: columns.optionalText())
    }

    public func mailTemplates() throws -> [MailTemplate] {
        try engine.read { connection in
            try connection.rows(
                "SELECT \(Self.mailTemplateColumns) FROM \(Self.mailTemplateTables) ORDER BY m.id DESC LIMIT 500", [],
                Self.mailTemplate)
        }
    }

    public func mailTemplate(_ id: Int64) throws -> MailTemplate? {
        try engine.read { connection in
            try connection.first(
                "SELECT \(Self.mailTemplateColumns) FROM \(Self.mailTemplateTables) WHERE m.id = $1", [.int(id)],
                Self.mailTemplate)
        }
    }

    public func createMailTemplate(_ draft: MailTemplateDraft, by user: Int64?, at: Timestamp) throws -> Int64 {
        try engine.write(.accept) { connection in
            try connection.insert(
                """
                INSERT INTO mail_templates (
                    name, header_html, footer_html, version, created_by, updated_by, created_at, updated_at)
                VALUES ($1, $2, $3, 1, $4, $4, $5, $5) RETURNING id
                """, [.text(draft.name), .text(draft.headerHTML), .text(draft.footerHTML), .int(user), .time(at)])
        }
    }

    @discardableResult
    public func saveMailTemplate(
        _ id: Int64, version: Int64, _ draft: MailTemplateDraft, by user: Int64?, at: Timestamp
    ) throws -> Int64 {
        try engine.write(.accept) { connection in
            try Self.expect(version, of: id, in: "mail_templates", on: connection)
            try connection.run(
                """
                UPDATE mail_templates SET name = $1, header_html = $2, footer_html = $3, version = version + 1,
                    updated_by = $4, updated_at = $5
                WHERE id = $6
                """,
                [
                    .text(draft.name), .text(draft.headerHTML), .text(draft.footerHTML), .int(user), .time(at),
                    .int(id),
                ])
            return version + 1
        }
    }

    public func deleteMailTemplate(_ id: Int64) throws {
        try engine.write(.accept) { connection in
            let uses = try Self.uses(ofMailTemplate: id, on: connection)
            guard uses.isEmpty else { throw StoreConflict.state("used") }
            guard try connection.run("DELETE FROM mail_templates WHERE id = $1", [.int(id)]) == 1 else {
                throw StoreConflict.notFound
            }
        }
    }

    public func uses(ofMailTemplate id: Int64) throws -> [TemplateUse] {
        try engine.read { try Self.uses(ofMailTemplate: id, on: $0) }
    }

    private static func uses(ofMailTemplate id: Int64, on connection: any SQLConnection) throws -> [TemplateUse] {
        try uses(column: "mail_template_id", of: id, inDrafts: "\"emailMailTemplate\":\(id)", on: connection)
    }
}
