import HTTPServing
import Messaging

struct AccountPage: Sendable {
    let shell: Shell
    let action: String
    let email: String
    let role: String
    let hasProblems: Bool
    let problems: [FormProblem]
    let sections: [FormSection]
    let password: PasswordForm
}

struct PasswordForm: Sendable {
    let action: String
    let fields: [FormField]
}

/// Account settings of the signed-in user: name, time zone, password, theme.
enum AccountPages {
    static var routes: [Route] {
        [
            Route(.get, Paths.account, .signedIn) { context in
                try page(context, you: current(context), secret: Form(Fields()), status: 200)
            },
            Route(.post, Paths.account, .signedIn) { context in try save(context) },
            Route(
                .post, Paths.accountPassword, .signedIn, bodyLimit: 16 * 1024,
                answer: { context in
                    try changePassword(context)
                }),
            Route(.post, Paths.theme, .open, bodyLimit: 16 * 1024) { context in chooseTheme(context) },
        ]
    }

    private static func current(_ context: RequestContext) -> Form {
        Form(Fields([("name", context.user?.name ?? ""), ("time_zone", context.user?.timeZone ?? "")]))
    }

    private static func user(_ context: RequestContext) throws -> User {
        guard let user = context.user else { throw Failure.forbidden([]) }
        return user
    }

    private static func page(_ context: RequestContext, you: Form, secret: Form, status: Int) throws -> Response {
        let user = try user(context)
        let you = FormSection(
            title: nil, hint: nil,
            fields: [
                .input(
                    "name", "Name", value: you.raw("name"), error: you.error("name"), required: true,
                    autocomplete: "name"),
                .timeZone(you.raw("time_zone"), error: you.error("time_zone"), asksBrowser: false),
            ])
        let problems = status == 200 ? [] : secret.summary
        let model = AccountPage(
            shell: context.shell(), action: Paths.account, email: user.email, role: user.role.name,
            hasProblems: status == 422, problems: problems + yourProblems(you), sections: [you],
            password: PasswordForm(action: Paths.accountPassword, fields: passwordFields(secret)))
        return try context.page("SignIn/Account", model, status: status)
    }

    private static func yourProblems(_ section: FormSection) -> [FormProblem] {
        section.fields.compactMap { field in field.error.map { FormProblem(href: "#\(field.id)", message: $0) } }
    }

    private static func passwordFields(_ form: Form) -> [FormField] {
        [
            .input(
                "current_password", "Current password", type: "password", error: form.error("current_password"),
                required: true, autocomplete: "current-password", width: "field--half"),
            .input(
                "new_password", "New password", type: "password",
                hint: "At least \(Passwords.lengths.lowerBound) characters.", error: form.error("new_password"),
                required: true, autocomplete: "new-password", width: "field--half"),
        ]
    }

    private static func save(_ context: RequestContext) throws -> Response {
        let user = try user(context)
        var form = Form(context.request)
        let name = form.line("name", limit: 100, required: "Enter your name.")
        let zone = form.timeZone("time_zone")
        guard form.isValid else { return try page(context, you: form, secret: Form(Fields()), status: 422) }
        try context.perform(UpdateAccount(of: user, name: name, timeZone: zone))
        return context.redirect(to: Paths.account, .success, "Saved.")
    }

    private static func changePassword(_ context: RequestContext) throws -> RouteResult {
        let user = try user(context)
        var form = Form(context.request)
        let fresh = form.raw("new_password")
        if form.raw("current_password").isEmpty { form.reject("current_password", "Enter your current password.") }
        if let problem = Passwords.problem(with: fresh, email: user.email) { form.reject("new_password", problem) }
        guard form.isValid else { return .now(try page(context, you: current(context), secret: form, status: 422)) }
        if let wait = context.site.throttle.take(account: user.email, address: context.client.text, at: context.now) {
            throw Failure.tooMany(retryAfter: wait)
        }
        let checked = form
        return .later { try replace(context, user, checked) }
    }

    private static func replace(_ context: RequestContext, _ user: User, _ checked: Form) throws -> Response {
        var form = checked
        let stored = try context.services.access.user(email: user.email)?.passwordHash
        guard Passwords.verify(form.raw("current_password"), against: stored) else {
            form.reject("current_password", "This is not your current password.")
            return try page(context, you: current(context), secret: form, status: 422)
        }
        context.site.throttle.succeeded(account: user.email, address: context.client.text)
        try context.perform(
            ChangePassword(
                of: user, passwordHash: Passwords.hash(form.raw("new_password")),
                keeping: context.session?.session.hash))
        return context.redirect(
            to: Paths.account, .success, "The password is changed. You are signed out everywhere else.")
    }

    private static func chooseTheme(_ context: RequestContext) -> Response {
        let theme = Theme(cookie: context.request.form["theme"])
        var response = context.redirect(to: Paths.safeReturn(context.request.form["back"]) ?? Paths.home)
        // Not HttpOnly, because the page's script reads and writes this cookie.
        response.setCookie(
            Cookie(
                name: Theme.cookieName, value: theme.rawValue, maxAge: 365 * 86400, httpOnly: false,
                secure: context.configuration.isHTTPS))
        return response
    }
}

enum Theme: String, Sendable {
    case auto, light, dark

    static let cookieName = "theme"

    init(cookie: String?) { self = cookie.flatMap(Theme.init(rawValue:)) ?? .auto }
}
