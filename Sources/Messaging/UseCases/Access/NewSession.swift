/// A session about to begin for a browser.
public struct NewSession: Sendable, Hashable {
    /// Of the cookie's value.
    public var hash: String
    public var csrf: String
    /// The hash of the session this browser had before, which ends.
    public var replaces: String?

    public init(hash: String, csrf: String, replaces: String?) {
        self.hash = hash
        self.csrf = csrf
        self.replaces = replaces
    }

    /// Sessions idle for longer end. Twelve hours: a working day, not the night after it.
    public static let idle: Duration = .seconds(12 * 3600)
}

extension Commit {
    /// Begins a session and records by what act, in the name of the user who is now signed in.
    func begin(_ session: NewSession, for user: User, by action: String) throws {
        try stores.access.deleteSessions(idleSince: now - NewSession.idle)
        if let old = session.replaces { try stores.access.deleteSession(hash: old) }
        try stores.access.createSession(
            StoredSession(hash: session.hash, userID: user.id, csrf: session.csrf, createdAt: now, seenAt: now))
        try stores.audit.record(
            AuditEntry(
                at: now, userID: user.id, actor: user.email, action: action, subject: user.email,
                remoteAddress: actor.remoteAddress))
    }

    /// Uses up a one-time link. Throws `AccessRefused.linkSpent`.
    func useLink(_ hash: String) throws {
        guard try stores.access.useLink(hash: hash, at: now) else { throw AccessRefused.linkSpent }
    }
}
