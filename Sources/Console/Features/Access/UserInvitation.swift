import HTTPServing
import Messaging

/// A new user, or one who lost their password, with a link that is shown only once.
struct UserLinkPage: Sendable {
    let shell: Shell
    let backHref: String
    let title: String
    let text: String
    let link: String
    let validFor: String
}

/// Pages that invite a user or issue a new link. The link is shown to the inviter, who passes it on.
enum UserInvitation {
    /// Long enough to span a weekend.
    static let lifetime: Duration = .seconds(72 * 3600)

    static var routes: [Route] {
        [
            Route(.get, Paths.newUser, .one(.createUsers)) { try page($0, Form(Fields())) },
            Route(.post, Paths.users, .one(.createUsers), bodyLimit: 16 * 1024) { try invite($0) },
            Route(.post, Paths.userLink("{id}"), .one(.updateUsers), bodyLimit: 16 * 1024) { try renew($0) },
        ]
    }

    private static func page(_ context: RequestContext, _ form: Form, status: Int = 200) throws -> Response {
        let fields: [FormField] = [
            .input(
                "name", "Name", value: form.raw("name"), error: form.error("name"), required: true, autocomplete: "off"),
            .input(
                "email", "Email", type: "email", value: form.raw("email"), hint: "They sign in with it.",
                error: form.error("email"), required: true, autocomplete: "off"),
            try RoleChoice.field(context, chosen: form.raw("role"), error: form.error("role")),
        ]
        let model = ChannelFormPage(
            shell: context.shell(.access), backHref: Paths.users, backLabel: "Users", title: "Invite User",
            action: Paths.users, saveLabel: "Invite", hasProblems: !form.isValid, problems: form.summary,
            sections: [
                FormSection(
                    title: nil, hint: "You get a link to pass on. With it they choose their own password.",
                    fields: fields)
            ])
        return try context.page("Channels/ChannelForm", model, status: status)
    }

    private static func invite(_ context: RequestContext) throws -> Response {
        var form = Form(context.request)
        let name = form.line("name", limit: 100, required: "Enter their name.")
        let email = form.emailAddress("email")
        let role = try RoleChoice.read(&form, context)
        guard form.isValid, let role else { return try page(context, form, status: 422) }
        let link = PasswordLink(context)
        do {
            try context.perform(
                InviteUser(
                    email: email, name: name, role: role, linkHash: link.hash, linkExpiresAt: link.expiresAt))
        } catch StoreConflict.duplicate {
            form.reject("email", "There is a user with this address already.")
            return try page(context, form, status: 422)
        }
        return try shown(
            context, link, title: "\(name) is invited",
            text: "Pass this link on to \(email). It works once, and is not shown again.")
    }

    private static func renew(_ context: RequestContext) throws -> Response {
        let user = try context.editableUser()
        let link = PasswordLink(context)
        try context.perform(CreatePasswordLink(for: user, hash: link.hash, expiresAt: link.expiresAt))
        return try shown(
            context, link, title: "A link for \(user.name.isEmpty ? user.email : user.name)",
            text: "With it they choose a new password. It works once, is not shown again, and ends every earlier link. "
                + "Until it is used, the old password works.")
    }

    /// Token of a new password link.
    private struct PasswordLink {
        let token: String
        let expiresAt: Timestamp
        var hash: String { Secrets.hash(token) }

        init(_ context: RequestContext) {
            token = Secrets.randomToken(context.services.randomBytes)
            expiresAt = context.now + UserInvitation.lifetime
        }
    }

    private static func shown(
        _ context: RequestContext, _ link: PasswordLink, title: String, text: String
    ) throws -> Response {
        try context.page(
            "Access/UserLink",
            UserLinkPage(
                shell: context.shell(.access), backHref: context.link(Paths.users) ?? Paths.account, title: title,
                text: text, link: context.origin + Paths.setup(link.token), validFor: "3 days"))
    }
}

extension RequestContext {
    /// Public origin of the site: as configured, otherwise as the browser sent it.
    var origin: String {
        if let url = configuration.publicURL { return url.hasSuffix("/") ? String(url.dropLast()) : url }
        if let origin = request.headers["Origin"], origin.hasPrefix("http") { return origin }
        return "http://\(request.headers["Host"] ?? "localhost")"
    }
}
