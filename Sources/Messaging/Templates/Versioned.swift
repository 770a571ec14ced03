/// What a person writes of something that has a name.
public protocol NamedDraft: Sendable, Hashable {
    var name: String { get }
}

/// Something several people write, under a version: a wrapper, a mail template or a message template.
public struct Versioned<Draft: NamedDraft>: Sendable, Hashable, Identifiable {
    public var id: Int64
    public var draft: Draft
    /// Raised by every save; a save that names an older one is a conflict.
    public var version: Int64
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// Who saved it last.
    public var updatedByName: String?

    public init(
        id: Int64, draft: Draft, version: Int64, createdAt: Timestamp, updatedAt: Timestamp, updatedByName: String?
    ) {
        self.id = id
        self.draft = draft
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.updatedByName = updatedByName
    }

    public var name: String { draft.name }
}
