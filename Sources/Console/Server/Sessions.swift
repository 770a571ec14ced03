import HTTPServing
import Messaging

/// Signed-in browsers. The cookie holds a random name, the store its hash.
struct Sessions: Sendable {
    /// Twelve hours without a request ends a session: a working day, not the night after it.
    static let idle: Duration = .seconds(12 * 3600)
    /// The time last seen is written at most once a minute, so that reading a page does not write.
    static let touchInterval: Duration = .seconds(60)

    var store: any AccessStore
    var isHTTPS: Bool
    var random: @Sendable (Int) -> [UInt8]

    struct Current: Sendable {
        var session: StoredSession
        var user: User
    }

    func current(_ request: Request, at now: Timestamp) throws -> Current? {
        guard let name = request.cookies[cookieName], name.utf8.count == 43 else { return nil }
        let hash = Secrets.hash(name)
        guard let (session, user) = try store.session(hash: hash), !user.isDisabled else { return nil }
        guard now - session.seenAt < Self.idle else { return nil }
        // A full disk must not keep anybody from reading.
        if now - session.seenAt >= Self.touchInterval { try? store.touchSession(hash: hash, at: now) }
        return Current(session: session, user: user)
    }

    /// A new session, always under a new name: one planted before the sign-in is worth nothing after it.
    func begin(for user: Int64, at now: Timestamp) throws -> Cookie {
        let name = Secrets.randomToken(random)
        try store.deleteSessions(idleSince: now - Self.idle)
        try store.createSession(
            StoredSession(
                hash: Secrets.hash(name), userID: user, csrf: Secrets.randomToken(random), createdAt: now, seenAt: now))
        return cookie(cookieName, name)
    }

    func end(_ current: Current) throws -> Cookie {
        try store.deleteSession(hash: current.session.hash)
        return cookie(cookieName, "", maxAge: 0)
    }

    var cookieName: String { prefixed("sb_session") }
    /// For forms of people who are not signed in.
    var guestCookieName: String { prefixed("sb_guest") }
    var flashCookieName: String { prefixed("sb_flash") }

    func cookie(_ name: String, _ value: String, maxAge: Int? = nil) -> Cookie {
        Cookie(name: name, value: value, maxAge: maxAge, secure: isHTTPS)
    }

    /// RFC 6265bis §4.1.3.2: a browser takes such a cookie only from this very host, over TLS.
    private func prefixed(_ name: String) -> String { isHTTPS ? "__Host-\(name)" : name }
}
