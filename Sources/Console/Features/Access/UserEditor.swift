import HTTPServing
import Messaging

struct UserFormPage: Sendable {
    let shell: Shell
    let backHref: String
    let name: String
    let email: String
    let state: String
    let tone: String
    let isDisabled: Bool
    /// Reason why the visitor cannot change this user.
    let lockedBecause: String?
    let action: String
    let version: String
    let hasProblems: Bool
    let problems: [FormProblem]
    let conflict: SaveConflict?
    let sections: [FormSection]
    let linkAction: String?
    let linkLabel: String
    let disableHref: String?
    let enableAction: String?
}

/// Pages for one user: name, role, password link, disabling and enabling.
enum UserEditor {
    static var routes: [Route] {
        [
            Route(.get, Paths.user("{id}"), .one(.updateUsers)) { context in
                let user = try context.listedUser()
                return try page(context, user, stored(user))
            },
            Route(.post, Paths.user("{id}"), .one(.updateUsers), bodyLimit: 16 * 1024) { try save($0) },
            Route(.get, Paths.disableUser("{id}"), .one(.updateUsers)) { try question($0) },
            Route(.post, Paths.disableUser("{id}"), .one(.updateUsers), bodyLimit: 16 * 1024) { try disable($0) },
            Route(.post, Paths.enableUser("{id}"), .one(.updateUsers), bodyLimit: 16 * 1024) { try enable($0) },
        ]
    }

    private static func stored(_ user: User) -> Form {
        Form(Fields([("name", user.name), ("role", String(user.role.id)), ("version", String(user.version))]))
    }

    private static func page(
        _ context: RequestContext, _ user: User, _ form: Form, conflict: SaveConflict? = nil, status: Int = 200
    ) throws -> Response {
        let isMine = context.outranks(user.role)
        let isYou = user.id == context.principal.userID
        let state = UserState(user)
        let model = UserFormPage(
            shell: context.shell(.access), backHref: Paths.users, name: user.name.isEmpty ? user.email : user.name,
            email: user.email, state: state.label, tone: state.tone, isDisabled: user.isDisabled,
            lockedBecause: isMine ? nil : lock(user), action: Paths.user(user.id), version: form.raw("version"),
            hasProblems: !form.isValid, problems: form.summary, conflict: conflict,
            sections: [
                FormSection(
                    title: nil, hint: nil,
                    fields: [
                        .input(
                            "name", "Name", value: form.raw("name"), error: form.error("name"), required: true,
                            autocomplete: "off"),
                        try RoleChoice.field(context, chosen: form.raw("role"), error: form.error("role")),
                    ])
            ],
            linkAction: isMine && !user.isDisabled ? context.link(Paths.userLink(user.id), .post) : nil,
            linkLabel: user.hasPassword ? "New password link" : "New invitation link",
            disableHref: isMine && !isYou && !user.isDisabled ? context.link(Paths.disableUser(user.id)) : nil,
            enableAction: isMine && user.isDisabled ? context.link(Paths.enableUser(user.id), .post) : nil)
        return try context.page("Access/UserForm", model, status: status)
    }

    static func lock(_ user: User) -> String {
        "The role “\(user.role.name)” can do things that yours cannot, so this user is not yours to change."
    }

    private static func save(_ context: RequestContext) throws -> Response {
        let user = try context.editableUser()
        var form = Form(context.request)
        let name = form.line("name", limit: 100, required: "Enter their name.")
        let role = try RoleChoice.read(&form, context)
        let version = form.number("keep_mine") ?? form.number("version") ?? 0
        guard form.isValid, let role else { return try page(context, user, form, status: 422) }
        do {
            try context.perform(UpdateUser(user, version: version, name: name, role: role))
        } catch StoreConflict.version {
            let stands = try context.listedUser()
            let conflict = SaveConflict(
                by: nil, version: stands.version, reloadHref: Paths.user(user.id),
                fields: [("Name", name, stands.name), ("Role", role.name, stands.role.name)])
            return try page(context, user, form, conflict: conflict, status: 409)
        } catch StoreConflict.state(let reason) {
            form.reject("role", reason)
            return try page(context, user, form, status: 422)
        }
        return context.redirect(to: context.link(Paths.users) ?? Paths.account, .success, "\(name) was saved.")
    }

    private static func question(_ context: RequestContext) throws -> Response {
        let user = try context.editableUser()
        return try context.page(
            "Shared/Confirm",
            ConfirmPage(
                shell: context.shell(.access), title: "Disable \(user.name.isEmpty ? user.email : user.name)?",
                text:
                    "They are signed out immediately and cannot sign in until they are enabled again. Their activity is kept.",
                facts: [Fact(label: "Email", value: user.email), Fact(label: "Role", value: user.role.name)],
                action: Paths.disableUser(user.id), confirmLabel: "Disable", busyLabel: "Disabling…", danger: true,
                cancelHref: Paths.user(user.id)))
    }

    private static func disable(_ context: RequestContext) throws -> Response {
        let user = try context.editableUser()
        try context.perform(DisableUser(user))
        return context.redirect(
            to: context.link(Paths.users) ?? Paths.account, .success, "\(user.email) is disabled and signed out.")
    }

    private static func enable(_ context: RequestContext) throws -> Response {
        let user = try context.editableUser()
        try context.perform(EnableUser(user))
        return context.redirect(
            to: context.link(Paths.users) ?? Paths.account, .success,
            user.hasPassword
                ? "\(user.email) can sign in again." : "\(user.email) is enabled, and needs a new invitation link.")
    }
}

extension RequestContext {
    func listedUser() throws -> User {
        guard let user = try services.access.user(id()) else { throw Failure.notFound }
        return user
    }

    /// The user in the path, if the visitor outranks their role: otherwise a new password link would allow
    /// impersonation.
    func editableUser() throws -> User {
        let user = try listedUser()
        guard outranks(user.role) else { throw Failure(403, "You do not have permission", UserEditor.lock(user)) }
        return user
    }
}

/// Roles that the visitor may assign: those whose permissions they all have.
enum RoleChoice {
    static func field(_ context: RequestContext, chosen: String, error: String?) throws -> FormField {
        let roles = try context.services.access.roles().filter { context.outranks($0) || String($0.id) == chosen }
        return .select(
            "role", "Role", options: [("", "Choose a role")] + roles.map { (String($0.id), $0.name) }, chosen: chosen,
            hint: "What they may see and do. Only roles within your own permissions are here.", error: error,
            required: true)
    }

    static func read(_ form: inout Form, _ context: RequestContext) throws -> Role? {
        guard let id = form.number("role"), let role = try context.services.access.role(id) else {
            form.reject("role", "Choose a role.")
            return nil
        }
        if !context.outranks(role) {
            form.reject("role", "The role “\(role.name)” can do things that yours cannot, so it is not yours to give.")
        }
        return role
    }
}
