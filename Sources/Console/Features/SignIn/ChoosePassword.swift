import HTTPServing
import Messaging

struct ChoosePasswordPage: Sendable {
    let shell: Shell
    let action: String
    let email: String
    let hasProblems: Bool
    let problems: [FormProblem]
    let sections: [FormSection]
}

/// Page of an invitation link: the user chooses a password and is signed in.
enum ChoosePassword {
    static func show(_ context: RequestContext, _ link: SetupPages.Link) throws -> Response {
        let user = try user(context, link)
        return try page(context, link, user, Form(Fields([("time_zone", user.timeZone)])), status: 200)
    }

    static func use(_ context: RequestContext, _ link: SetupPages.Link) throws -> RouteResult {
        let user = try user(context, link)
        var form = Form(context.request)
        let password = form.raw("password")
        if let problem = Passwords.problem(with: password, email: user.email) { form.reject("password", problem) }
        let zone = form.timeZone("time_zone")
        guard form.isValid else { return .now(try page(context, link, user, form, status: 422)) }
        return .later {
            let hash = Passwords.hash(password)
            let flash = Flash(.success, "Your password is set, and you are signed in.")
            return try LoginPages.welcome(context, flash) { session in
                ChooseFirstPassword(of: user, linkHash: link.hash, passwordHash: hash, timeZone: zone, session)
            }
        }
    }

    private static func user(_ context: RequestContext, _ link: SetupPages.Link) throws -> User {
        let user = try link.userID.flatMap { try context.services.access.user($0) }
        guard let user, !user.isDisabled else { throw AccessRefused.linkSpent }
        return user
    }

    private static func page(
        _ context: RequestContext, _ link: SetupPages.Link, _ user: User, _ form: Form, status: Int
    ) throws -> Response {
        let fields: [FormField] = [
            .input(
                "password", "Password", type: "password",
                hint:
                    "At least \(Passwords.lengths.lowerBound) characters. A few words are easier to keep than a riddle.",
                error: form.error("password"), required: true, autocomplete: "new-password"),
            .timeZone(
                form.raw("time_zone"), error: form.error("time_zone"),
                asksBrowser: status == 200 && user.timeZone.isEmpty),
        ]
        let model = ChoosePasswordPage(
            shell: context.shell(), action: Paths.setup(link.token), email: user.email, hasProblems: !form.isValid,
            problems: form.summary, sections: [FormSection(title: nil, hint: nil, fields: fields)])
        return try context.page("SignIn/ChoosePassword", model, status: status)
    }
}
