import Foundation
import HTTPServing
import Messaging

struct SetupPage: Sendable {
    let shell: Shell
    let action: String
    let hasProblems: Bool
    let problems: [FormProblem]
    let sections: [FormSection]
}

/// One-time links: the first user of an installation, a sign-in without a password (`--demo`), or a new password.
/// Opening a link does not consume it, because mail scanners and browsers prefetch; its button does.
enum SetupPages {
    static var routes: [Route] {
        [
            Route(.get, Paths.setup("{token}"), .open) { context in try show(context) },
            Route(.post, Paths.setup("{token}"), .open, bodyLimit: 16 * 1024, answer: { context in try use(context) }),
        ]
    }

    struct Link {
        var token: String
        var hash: String
        var purpose: LinkPurpose
        var userID: Int64?
    }

    private static func link(_ context: RequestContext) throws -> Link {
        let token = context.request.parameters["token"] ?? ""
        let hash = Secrets.hash(token)
        guard token.utf8.count <= 100,
            let (purpose, userID) = try context.services.access.link(hash: hash, at: context.now)
        else { throw AccessRefused.linkSpent }
        return Link(token: token, hash: hash, purpose: purpose, userID: userID)
    }

    private static func show(_ context: RequestContext) throws -> Response {
        let link = try link(context)
        switch link.purpose {
        case .signIn: return try confirm(context, link)
        case .password: return try ChoosePassword.show(context, link)
        case .setup:
            if try context.services.access.hasUsers() { throw AccessRefused.linkSpent }
            return try page(context, link, Form(Fields()), status: 200)
        }
    }

    private static func confirm(_ context: RequestContext, _ link: Link) throws -> Response {
        let user = try link.userID.flatMap { try context.services.access.user($0) }
        guard let user, !user.isDisabled else { throw AccessRefused.linkSpent }
        let model = ConfirmPage(
            shell: context.shell(), title: "Welcome",
            text: "Go on as \(user.name.isEmpty ? user.email : user.name). This link works once.",
            action: Paths.setup(link.token), confirmLabel: "Sign in", busyLabel: "Signing in…", cancelHref: Paths.login)
        return try context.page("Shared/Confirm", model)
    }

    private static func use(_ context: RequestContext) throws -> RouteResult {
        let link = try link(context)
        switch link.purpose {
        case .signIn: return .now(try signIn(context, link))
        case .password: return try ChoosePassword.use(context, link)
        case .setup: return try createFirstUser(context, link)
        }
    }

    private static func signIn(_ context: RequestContext, _ link: Link) throws -> Response {
        guard let id = link.userID, let user = try context.services.access.user(id), !user.isDisabled
        else { throw AccessRefused.linkSpent }
        return try LoginPages.welcome(context) { SignIn(user, $0, linkHash: link.hash) }
    }

    private static func createFirstUser(_ context: RequestContext, _ link: Link) throws -> RouteResult {
        if try context.services.access.hasUsers() { throw AccessRefused.linkSpent }
        var form = Form(context.request)
        let name = form.line("name", limit: 100, required: "Enter your name.")
        let email = form.emailAddress("email")
        let password = form.raw("password")
        if let problem = Passwords.problem(with: password, email: email) { form.reject("password", problem) }
        let zone = form.timeZone("time_zone")
        guard form.isValid else { return .now(try page(context, link, form, status: 422)) }
        return .later {
            let hash = Passwords.hash(password)
            let flash = Flash(.success, "Welcome, \(name). Set up a mail server to send the first mail.")
            return try LoginPages.welcome(context, flash) { session in
                SetUp(
                    email: email, name: name, passwordHash: hash, timeZone: zone, linkHash: link.hash, session)
            }
        }
    }

    private static func page(_ context: RequestContext, _ link: Link, _ form: Form, status: Int) throws -> Response {
        let model = SetupPage(
            shell: context.shell(), action: Paths.setup(link.token), hasProblems: !form.isValid, problems: form.summary,
            sections: [FormSection(title: nil, hint: nil, fields: fields(form, isFresh: status == 200))])
        return try context.page("SignIn/Setup", model, status: status)
    }

    private static func fields(_ form: Form, isFresh: Bool) -> [FormField] {
        [
            .input(
                "name", "Name", value: form.raw("name"), error: form.error("name"), required: true, autocomplete: "name"
            ),
            .input(
                "email", "Email", type: "email", value: form.raw("email"), error: form.error("email"), required: true,
                autocomplete: "username"),
            .input(
                "password", "Password", type: "password",
                hint:
                    "At least \(Passwords.lengths.lowerBound) characters. A few words are easier to keep than a riddle.",
                error: form.error("password"), required: true, autocomplete: "new-password"),
            .timeZone(form.raw("time_zone"), error: form.error("time_zone"), asksBrowser: isFresh),
        ]
    }
}

extension Form {
    /// Validated email address.
    mutating func emailAddress(_ name: String) -> String {
        let text = line(name, limit: 254, required: "Enter an email address.")
        guard error(name) == nil else { return text }
        do throws(AddressProblem) {
            _ = try EmailAddress(text)
        } catch {
            reject(name, error.message)
        }
        return text
    }

    /// IANA time zone known to this machine.
    mutating func timeZone(_ name: String) -> String {
        let text = line(name, limit: 64, required: "Choose a time zone.")
        if !text.isEmpty, TimeZone(identifier: text) == nil { reject(name, "Choose a time zone from the list.") }
        return text
    }
}
