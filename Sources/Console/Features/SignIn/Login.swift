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

/// Pages that sign in and out.
enum LoginPages {
    static var routes: [Route] {
        [
            Route(.get, Paths.login, .open) { context in try show(context) },
            Route(.post, Paths.login, .open, bodyLimit: 16 * 1024, answer: { context in try signIn(context) }),
            Route(.get, Paths.logout, .open) { context in try confirmSignOut(context) },
            Route(.post, Paths.logout, .open) { context in try signOut(context) },
        ]
    }

    private static func show(_ context: RequestContext) throws -> Response {
        if context.user != nil { return context.redirect(to: HomePages.start(context)) }
        guard try context.services.access.hasUsers() else { return try page(context, "", Self.noUsers, status: 200) }
        return try page(context, "", nil, status: 200)
    }

    private static let noUsers =
        "There are no users yet. Open the set-up link that the program printed when it was started."

    private static func page(_ context: RequestContext, _ email: String, _ error: String?, status: Int) throws
        -> Response
    {
        let next = Paths.safeReturn(context.request.form["next"] ?? context.request.query["next"])
        let model = LoginPage(shell: context.shell(), action: Paths.login, next: next, email: email, error: error)
        return try context.page("SignIn/Login", model, status: status)
    }

    /// Counts the attempt before the password is checked, so that concurrent guesses count too.
    private static func signIn(_ context: RequestContext) throws -> RouteResult {
        let email = Form(context.request).raw("email").trimmingCharacters(in: .whitespacesAndNewlines)
        let throttle = context.site.throttle
        if let wait = throttle.take(account: email, address: context.client.text, at: context.now) {
            let failure = Failure.tooMany(retryAfter: wait)
            var response = try page(context, email, "Too many attempts. \(failure.detail)", status: 429)
            for (name, value) in failure.headers { response.headers[name] = value }
            return .now(response)
        }
        return .later { try verify(context, email) }
    }

    private static func verify(_ context: RequestContext, _ email: String) throws -> Response {
        let found = try context.services.access.user(email: email)
        let matches = Passwords.verify(context.request.form["password"] ?? "", against: found?.passwordHash)
        guard matches, let user = found?.user, !user.isDisabled else {
            return try page(context, email, "The email address or password is not correct.", status: 422)
        }
        context.site.throttle.succeeded(account: email, address: context.client.text)
        return try welcome(context) { SignIn(user, $0) }
    }

    /// Starts a session with a sign-in action and redirects to the page the visitor requested.
    static func welcome<Act: UseCase>(
        _ context: RequestContext, _ flash: Flash? = nil, by act: (NewSession) throws -> Act
    ) throws -> Response {
        let (session, cookie) = context.site.sessions.prepare(replacing: context.session)
        _ = try context.perform(try act(session))
        let next = Paths.safeReturn(context.request.form["next"]) ?? context.homePath
        var response = context.redirect(to: next, flash: flash)
        response.setCookie(cookie)
        return response
    }

    private static func confirmSignOut(_ context: RequestContext) throws -> Response {
        guard let user = context.user else { return context.redirect(to: Paths.login) }
        let model = ConfirmPage(
            shell: context.shell(), title: "Sign out?", text: "You are signed in as \(user.email).",
            action: Paths.logout,
            confirmLabel: "Sign out", busyLabel: "Signing out…", cancelHref: context.homePath)
        return try context.page("Shared/Confirm", model)
    }

    private static func signOut(_ context: RequestContext) throws -> Response {
        var response = context.redirect(to: Paths.login, .info, "You are signed out.")
        if let session = context.session {
            try context.perform(SignOut(session.user, sessionHash: session.session.hash))
            response.setCookie(context.site.sessions.ended)
        }
        return response
    }
}
