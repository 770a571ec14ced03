import Foundation
import HTTPServing
import Messaging

struct LoginPage: Sendable {
    let shell: Shell
    let action: String
    let next: String?
    let email: String
    let error: String?
}

/// Signing in and out.
enum LoginPages {
    static var routes: [Route] {
        [
            Route(.get, Paths.login, .open) { visit in try show(visit) },
            Route(.post, Paths.login, .open, bodyLimit: 16 * 1024, answer: { visit in try signIn(visit) }),
            Route(.get, Paths.logout, .open) { visit in try confirmSignOut(visit) },
            Route(.post, Paths.logout, .open) { visit in try signOut(visit) },
        ]
    }

    private static func show(_ visit: Visit) throws -> Response {
        if visit.user != nil { return visit.redirect(to: HomePages.start(visit)) }
        guard try visit.services.access.hasUsers() else { return try page(visit, "", Self.noUsers, status: 200) }
        return try page(visit, "", nil, status: 200)
    }

    private static let noUsers =
        "There are no users yet. Open the set-up link that the program printed when it was started."

    private static func page(_ visit: Visit, _ email: String, _ error: String?, status: Int) throws -> Response {
        let next = Paths.safeReturn(visit.request.form["next"] ?? visit.request.query["next"])
        let model = LoginPage(shell: visit.shell(), action: Paths.login, next: next, email: email, error: error)
        return try visit.page("Pages/Login", model, status: status)
    }

    /// The attempt is counted before the password is looked at, so that guesses made at the same moment count too.
    private static func signIn(_ visit: Visit) throws -> Answer {
        let email = Form(visit.request).raw("email").trimmingCharacters(in: .whitespacesAndNewlines)
        let throttle = visit.site.throttle
        if let wait = throttle.take(account: email, address: visit.client.text, at: visit.now) {
            let failure = Failure.tooMany(retryAfter: wait)
            var response = try page(visit, email, "Too many attempts. \(failure.detail)", status: 429)
            for (name, value) in failure.headers { response.headers[name] = value }
            return .now(response)
        }
        return .later { try verify(visit, email) }
    }

    private static func verify(_ visit: Visit, _ email: String) throws -> Response {
        let found = try visit.services.access.user(email: email)
        let matches = Passwords.verify(visit.request.form["password"] ?? "", against: found?.passwordHash)
        guard matches, let user = found?.user, !user.isDisabled else {
            return try page(visit, email, "The email address or the password is not right.", status: 422)
        }
        visit.site.throttle.succeeded(account: email, address: visit.client.text)
        return try welcome(visit, user, "sign in")
    }

    /// Opens the session and goes where the visitor wanted to go.
    static func welcome(_ visit: Visit, _ user: User, _ action: String, _ flash: Flash? = nil) throws -> Response {
        // Whoever was signed in with this browser before is signed out.
        if let old = visit.session { _ = try visit.site.sessions.end(old) }
        let cookie = try visit.site.sessions.begin(for: user.id, at: visit.now)
        try visit.services.access.record(
            AuditEntry(
                at: visit.now, userID: user.id, actor: user.email, action: action, subject: user.email,
                remoteAddress: visit.client.text))
        let next = Paths.safeReturn(visit.request.form["next"]) ?? visit.homePath
        var response = visit.redirect(to: next, flash: flash)
        response.setCookie(cookie)
        return response
    }

    private static func confirmSignOut(_ visit: Visit) throws -> Response {
        guard let user = visit.user else { return visit.redirect(to: Paths.login) }
        let model = ConfirmPage(
            shell: visit.shell(), title: "Sign out?", text: "You are signed in as \(user.email).", action: Paths.logout,
            confirmLabel: "Sign out", busyLabel: "Signing out…", cancelHref: visit.homePath)
        return try visit.page("Pages/Confirm", model)
    }

    private static func signOut(_ visit: Visit) throws -> Response {
        var response = visit.redirect(to: Paths.login, .info, "You are signed out.")
        if let session = visit.session {
            response.setCookie(try visit.site.sessions.end(session))
            try visit.audit("sign out", session.user.email)
        }
        return response
    }
}
