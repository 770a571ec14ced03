import Crypto
import Foundation
import HTTPServing
import Messaging

/// Finds out who is asking and decides whether the route is open to them.
struct Authenticator: Sendable {
    let site: SiteParts

    func admit(_ request: Request, _ route: Route, _ requestID: String) throws -> RequestContext {
        let context = try context(request, route, requestID)
        guard route.access.admits(context.principal) else { throw refusal(context) }
        if route.face == .page { try check(context) }
        if let problem = request.bodyProblem { throw problem }
        return context
    }

    /// The visit as it stands, without asking whether it may go on.
    func context(_ request: Request, _ route: Route, _ requestID: String) throws -> RequestContext {
        let now = site.services.clock.now()
        let client = site.clients.of(peer: request.remoteAddress, forwardedFor: request.headers.all("X-Forwarded-For"))
        switch route.face {
        case .anybody, .program:
            let principal = route.face == .program ? try token(of: request, at: now) : .nobody
            return RequestContext(
                request: request, route: route, site: site, principal: principal, session: nil, csrf: "",
                guestCookie: nil, flash: nil, now: now, requestID: requestID, client: client)
        case .page:
            let session = try site.sessions.current(request, at: now)
            let guest = session == nil ? guest(request) : nil
            return RequestContext(
                request: request, route: route, site: site, principal: session.map { .user($0.user) } ?? .nobody,
                session: session, csrf: session?.session.csrf ?? guest?.csrf ?? "", guestCookie: guest?.cookie,
                flash: request.cookies[site.sessions.flashCookieName].flatMap(Flash.init(cookieValue:)), now: now,
                requestID: requestID, client: client)
        }
    }

    /// RFC 6750 §2.1. A token that is there but wrong is refused even where none is needed.
    private func token(of request: Request, at now: Timestamp) throws -> Principal {
        guard let header = request.headers["Authorization"] else { return .nobody }
        let parts = header.split { $0 == " " || $0 == "\t" }
        guard parts.count == 2, parts[0].lowercased() == "bearer", parts[1].utf8.count <= 200,
            let token = try site.services.access.token(hash: Secrets.hash(String(parts[1])), at: now)
        else { throw Failure.unauthorised }
        // At most once a minute, so that reading does not write; a full disk must not keep anybody from reading.
        if token.lastUsedAt.map({ now - $0 >= Sessions.touchInterval }) ?? true {
            try? site.services.useCases.perform(NoteActivity(of: .token(token.id)), by: .system, at: now)
        }
        return .token(token)
    }

    /// Forms of people who are not signed in carry a hash of a random cookie (double submit).
    private func guest(_ request: Request) -> (csrf: String, cookie: Cookie?) {
        let name = site.sessions.guestCookieName
        if let known = request.cookies[name], known.utf8.count == 43 { return (Secrets.hash("guest \(known)"), nil) }
        let fresh = Secrets.randomToken(site.services.randomBytes)
        return (Secrets.hash("guest \(fresh)"), site.sessions.cookie(name, fresh))
    }

    private func check(_ context: RequestContext) throws {
        guard ![.get, .head, .options].contains(context.request.method) else { return }
        // A guest without the cookie has no token that could match.
        let token = context.guestCookie == nil ? context.csrf : nil
        let verdict = site.csrfGuard.judge(context.request, token: token)
        // A form that could not be read has lost its token too; say what was wrong with it. Nothing is done either way.
        if verdict == .stale, let problem = context.request.bodyProblem { throw problem }
        if verdict != .genuine { throw Failure.forged(verdict) }
    }

    private func refusal(_ context: RequestContext) -> any Error {
        if context.principal.isKnown {
            guard case .any(let permissions) = context.route.access else { return Failure.forbidden([]) }
            return Failure.forbidden(permissions)
        }
        return context.route.face == .program ? Failure.unauthorised : SignInWanted(context)
    }
}

/// The way to the sign-in page and back.
struct SignInWanted: Error {
    var response: Response

    init(_ context: RequestContext) {
        let request = context.request
        if context.isPartial {
            // htmx follows this header with a page load of its own.
            let page = request.headers["HX-Current-URL"].flatMap { URL(string: $0) }
            let target = Self.login(returningTo: page.map { $0.path + ($0.query.map { "?\($0)" } ?? "") })
            response = Response(status: 401, headers: Headers([("HX-Redirect", target)]))
        } else if request.headers["Accept"]?.hasPrefix("application/json") == true {
            response = ProblemDocument.response(
                Failure(401, "You are signed out", "Sign in again in another tab; this page keeps what you typed."),
                requestID: context.requestID)
        } else if request.method == .get || request.method == .head {
            response = .redirect(Self.login(returningTo: request.rawTarget))
        } else {
            response = context.redirect(
                to: Paths.login, .warning,
                "You were signed out, so nothing was changed. Sign in, go back and send it again.")
        }
    }

    private static func login(returningTo target: String?) -> String {
        Paths.with(Paths.login, [("next", Paths.safeReturn(target))])
    }
}
