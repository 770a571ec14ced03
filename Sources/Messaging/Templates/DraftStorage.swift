/// How one kind of versioned draft is called and kept.
public struct DraftStorage<Draft: NamedDraft>: Sendable {
    /// `email wrapper`
    public let noun: String
    /// As the audit names one: `wrapper` of `wrapper 3`.
    public let subject: String
    let create: @Sendable (any TemplateStore, Draft, _ user: Int64?, _ at: Timestamp) throws -> Int64
    let save:
        @Sendable (any TemplateStore, Int64, _ version: Int64, Draft, _ user: Int64?, _ at: Timestamp) throws -> Void
    let delete: @Sendable (any TemplateStore, Int64) throws -> Void
}

/// A draft that is kept under a version: a wrapper, a mail template or a message template.
public protocol StoredDraft: NamedDraft {
    static var storage: DraftStorage<Self> { get }
}

extension MessageTemplateDraft: StoredDraft {
    public static let storage = DraftStorage<Self>(
        noun: "message template", subject: "template",
        create: { store, draft, user, at in try store.createTemplate(draft, by: user, at: at) },
        save: { store, id, version, draft, user, at in
            try store.saveTemplate(id, version: version, draft, by: user, at: at)
        }, delete: { store, id in try store.deleteTemplate(id) })
}

extension EmailWrapperDraft: StoredDraft {
    public static let storage = DraftStorage<Self>(
        noun: "email wrapper", subject: "wrapper",
        create: { store, draft, user, at in try store.createWrapper(draft, by: user, at: at) },
        save: { store, id, version, draft, user, at in
            try store.saveWrapper(id, version: version, draft, by: user, at: at)
        }, delete: { store, id in try store.deleteWrapper(id) })
}

extension MailTemplateDraft: StoredDraft {
    public static let storage = DraftStorage<Self>(
        noun: "mail template", subject: "mail template",
        create: { store, draft, user, at in try store.createMailTemplate(draft, by: user, at: at) },
        save: { store, id, version, draft, user, at in
            try store.saveMailTemplate(id, version: version, draft, by: user, at: at)
        }, delete: { store, id in try store.deleteMailTemplate(id) })
}
