/// What is known of message templates, wrappers and mail templates.
public protocol TemplateQueries: Sendable {
    /// The newest first.
    func templates(_ filter: TemplateFilter, from start: PageStart, limit: Int) throws -> Page<MessageTemplate>
    func template(_ id: Int64) throws -> MessageTemplate?
    /// The default first, then the newest.
    func wrappers() throws -> [EmailWrapper]
    func wrapper(_ id: Int64) throws -> EmailWrapper?
    func defaultWrapper() throws -> EmailWrapper?
    /// Who names this wrapper; at most 100.
    func uses(ofWrapper id: Int64) throws -> [TemplateUse]
    /// The newest first.
    func mailTemplates() throws -> [MailTemplate]
    func mailTemplate(_ id: Int64) throws -> MailTemplate?
    func uses(ofMailTemplate id: Int64) throws -> [TemplateUse]
}

/// Message templates, wrappers and mail templates.
public protocol TemplateStore: TemplateQueries {
    func createTemplate(_ draft: MessageTemplateDraft, by user: Int64?, at: Timestamp) throws -> Int64
    /// Saves if `version` still stands; returns the new one. Throws `StoreConflict.version`.
    @discardableResult
    func saveTemplate(
        _ id: Int64, version: Int64, _ draft: MessageTemplateDraft, by user: Int64?, at: Timestamp
    ) throws -> Int64
    func deleteTemplate(_ id: Int64) throws
    /// A new default takes the place of the old one.
    func createWrapper(_ draft: EmailWrapperDraft, by user: Int64?, at: Timestamp) throws -> Int64
    @discardableResult
    func saveWrapper(
        _ id: Int64, version: Int64, _ draft: EmailWrapperDraft, by user: Int64?, at: Timestamp
    ) throws -> Int64
    /// Throws `StoreConflict.state` while something names it.
    func deleteWrapper(_ id: Int64) throws
    func createMailTemplate(_ draft: MailTemplateDraft, by user: Int64?, at: Timestamp) throws -> Int64
    @discardableResult
    func saveMailTemplate(
        _ id: Int64, version: Int64, _ draft: MailTemplateDraft, by user: Int64?, at: Timestamp
    ) throws -> Int64
    /// Throws `StoreConflict.state` while something names it.
    func deleteMailTemplate(_ id: Int64) throws
}

public struct TemplateFilter: Sendable, Hashable {
    /// A part of the name.
    public var query: String
    /// Only active ones.
    public var isActive: Bool?
    /// Only those with content for all of these.
    public var supports: [DeliveryChannel]

    public init(query: String = "", isActive: Bool? = nil, supports: [DeliveryChannel] = []) {
        self.query = query
        self.isActive = isActive
        self.supports = supports
    }
}

/// What names a wrapper or a mail template.
public enum TemplateUse: Sendable, Hashable {
    case template(id: Int64, name: String)
    /// A saved draft of the Compose Wizard.
    case draft(id: Int64, name: String)

    public var name: String {
        switch self {
        case .template(_, let name), .draft(_, let name): name
        }
    }
}
