import HTTPServing
import Messaging

/// Signed-in browsers. The cookie holds a random name, the store its hash.
struct Sessions: Sendable {
    /// The time last seen is written at most once a minute, so that reading a page does not write.
    static let touchInterval: Duration = .seconds(60)

    var store: any AccessQueries
    var useCases: UseCases
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
        guard now - session.seenAt < NewSession.idle else { return nil }
        // A full disk must not keep anybody from reading.
        if now - session.seenAt >= Self.touchInterval {
            try? useCases.perform(NoteActivity(of: .session(hash: hash)), by: .system, at: now)
        }
        return Current(session: session, user: user)
    }

    /// A session about to begin, always under a new name: one planted before the sign-in is worth nothing after it.
    func prepare(replacing old: Current?) -> (session: NewSession, cookie: Cookie) {
        let name = Secrets.randomToken(random)
        let session = NewSession(
            hash: Secrets.hash(name), csrf: Secrets.randomToken(random), replaces: old?.session.hash)
        return (session, cookie(cookieName, name))
    }

    /// Takes the cookie of a session that has ended away.
    var ended: Cookie { cookie(cookieName, "", maxAge: 0) }

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
