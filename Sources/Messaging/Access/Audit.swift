/// Who did what, when, from where.
public struct AuditEntry: Sendable, Hashable {
    public var at: Timestamp
    public var userID: Int64?
    /// A user's address, a token's name, or `system`.
    public var actor: String
    /// `verb noun`, e.g. `create provider`.
    public var action: String
    public var subject: String
    public var remoteAddress: String
    public var detail: String

    public init(
        at: Timestamp, userID: Int64?, actor: String, action: String, subject: String, remoteAddress: String,
        detail: String = ""
    ) {
        self.at = at
        self.userID = userID
        self.actor = actor
        self.action = action
        self.subject = subject
        self.remoteAddress = remoteAddress
        self.detail = detail
    }
}

/// An entry as it was written down.
public struct AuditRecord: Sendable, Hashable, Identifiable {
    public var id: Int64
    public var entry: AuditEntry

    public init(id: Int64, entry: AuditEntry) {
        self.id = id
        self.entry = entry
    }
}

public struct AuditFilter: Sendable, Hashable {
    /// To the letter; empty: everybody.
    public var actor: String
    /// To the letter; empty: everything.
    public var action: String
    public var from: Timestamp?
    /// The first moment that is too late.
    public var to: Timestamp?

    public init(actor: String = "", action: String = "", from: Timestamp? = nil, to: Timestamp? = nil) {
        self.actor = actor
        self.action = action
        self.from = from
        self.to = to
    }
}
