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

/// What users decide about themselves: name, time zone, password, theme.
enum AccountPages {
    static var routes: [Route] {
        [
            Route(.get, Paths.account, .signedIn) { visit in
                try page(visit, you: current(visit), secret: Form(Fields()), status: 200)
            },
            Route(.post, Paths.account, .signedIn) { visit in try save(visit) },
            Route(
                .post, Paths.accountPassword, .signedIn, bodyLimit: 16 * 1024,
                answer: { visit in
                    try changePassword(visit)
                }),
            Route(.post, Paths.theme, .open, bodyLimit: 16 * 1024) { visit in chooseTheme(visit) },
        ]
    }

    private static func current(_ visit: Visit) -> Form {
        Form(Fields([("name", visit.user?.name ?? ""), ("time_zone", visit.user?.timeZone ?? "")]))
    }

    private static func user(_ visit: Visit) throws -> User {
        guard let user = visit.user else { throw Failure.forbidden([]) }
        return user
    }

    private static func page(_ visit: Visit, you: Form, secret: Form, status: Int) throws -> Response {
        let user = try user(visit)
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
            shell: visit.shell(), action: Paths.account, email: user.email, role: user.role.name,
            hasProblems: status == 422, problems: problems + yourProblems(you), sections: [you],
            password: PasswordForm(action: Paths.accountPassword, fields: passwordFields(secret)))
        return try visit.page("Pages/Account", model, status: status)
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

    private static func save(_ visit: Visit) throws -> Response {
        let user = try user(visit)
        var form = Form(visit.request)
        let name = form.line("name", limit: 100, required: "Enter your name.")
        let zone = form.timeZone("time_zone")
        guard form.isValid else { return try page(visit, you: form, secret: Form(Fields()), status: 422) }
        try visit.services.access.updateUser(user.id, name: name, timeZone: zone, at: visit.now)
        try visit.audit("update account", user.email)
        return visit.redirect(to: Paths.account, .success, "Saved.")
    }

    private static func changePassword(_ visit: Visit) throws -> Answer {
        let user = try user(visit)
        var form = Form(visit.request)
        let fresh = form.raw("new_password")
        if form.raw("current_password").isEmpty { form.reject("current_password", "Enter your current password.") }
        if let problem = Passwords.problem(with: fresh, email: user.email) { form.reject("new_password", problem) }
        guard form.isValid else { return .now(try page(visit, you: current(visit), secret: form, status: 422)) }
        if let wait = visit.site.throttle.take(account: user.email, address: visit.client.text, at: visit.now) {
            throw Failure.tooMany(retryAfter: wait)
        }
        let checked = form
        return .later { try replace(visit, user, checked) }
    }

    private static func replace(_ visit: Visit, _ user: User, _ checked: Form) throws -> Response {
        var form = checked
        let access = visit.services.access
        let stored = try access.user(email: user.email)?.passwordHash
        guard Passwords.verify(form.raw("current_password"), against: stored) else {
            form.reject("current_password", "This is not your current password.")
            return try page(visit, you: current(visit), secret: form, status: 422)
        }
        visit.site.throttle.succeeded(account: user.email, address: visit.client.text)
        try access.setPassword(
            user.id, hash: Passwords.hash(form.raw("new_password")), keeping: visit.session?.session.hash, at: visit.now
        )
        try visit.audit("change password", user.email)
        return visit.redirect(
            to: Paths.account, .success, "The password is changed. You are signed out everywhere else.")
    }

    private static func chooseTheme(_ visit: Visit) -> Response {
        let theme = Theme(cookie: visit.request.form["theme"])
        var response = visit.redirect(to: Paths.safeReturn(visit.request.form["back"]) ?? Paths.home)
        // The page's script reads and writes the same cookie, so it is not for the server alone.
        response.setCookie(
            Cookie(
                name: Theme.cookieName, value: theme.rawValue, maxAge: 365 * 86400, httpOnly: false,
                secure: visit.configuration.isHTTPS))
        return response
    }
}

enum Theme: String, Sendable {
    case auto, light, dark

    static let cookieName = "theme"

    init(cookie: String?) { self = cookie.flatMap(Theme.init(rawValue:)) ?? .auto }
}
