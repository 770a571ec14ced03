import HTTPServing
import Messaging

struct RoleFormPage: Sendable {
    let shell: Shell
    let backHref: String
    let title: String
    let sub: String?
    /// `nil` with read-only access.
    let action: String?
    let saveLabel: String
    let version: String
    let hasProblems: Bool
    let problems: [FormProblem]
    let conflict: SaveConflict?
    let lockedBecause: String?
    let sections: [FormSection]
    let choices: [PermissionChoice]
    let choicesError: String?
}

/// Pages that add, duplicate and change a role.
enum RoleEditor {
    static let nameLimit = 60

    static var routes: [Route] {
        [
            Route(.get, Paths.newRole, .one(.createRoles)) { try page($0, nil, "", []) },
            Route(.get, Paths.duplicateRole("{id}"), .one(.createRoles)) { context in
                let role = try context.listedRole()
                let given = role.permissions.intersection(context.principal.permissions)
                return try page(context, nil, "Copy of \(role.name)", given)
            },
            Route(.post, Paths.roles, .one(.createRoles), bodyLimit: 64 * 1024) { try create($0) },
            Route(.get, Paths.role("{id}"), .one(.readRoles)) { context in
                let role = try context.listedRole()
                return try page(context, role, role.name, role.permissions)
            },
            Route(.post, Paths.role("{id}"), .one(.updateRoles), bodyLimit: 64 * 1024) { try save($0) },
        ]
    }

    /// Reason why the visitor may not change a role; `nil` if they may.
    static func lock(_ role: Role, _ context: RequestContext) -> String? {
        if role.isOwner {
            return "The owner's role has every permission, also those a later version adds. It stays so."
        }
        if context.outranks(role) { return nil }
        return "The role “\(role.name)” can do things that yours cannot, so it is not yours to change."
    }

    private static func page(
        _ context: RequestContext, _ role: Role?, _ name: String, _ permissions: Set<Permission>,
        _ form: Form = Form(Fields()), conflict: SaveConflict? = nil, status: Int = 200
    ) throws -> Response {
        let path = role.map { Paths.role($0.id) } ?? Paths.roles
        let lock = role.flatMap { self.lock($0, context) }
        let action = lock == nil ? context.link(path, .post) : nil
        let reason = action == nil ? lock ?? "You may look at this role, and not change it." : nil
        let held = action == nil ? [] : context.principal.permissions
        let model = RoleFormPage(
            shell: context.shell(.access), backHref: context.link(Paths.roles) ?? Paths.account,
            title: role?.name ?? "Add Role", sub: try role.map { try usage($0, context) }, action: action,
            saveLabel: role == nil ? "Add Role" : "Save",
            version: form.has("version") ? form.raw("version") : String(role?.version ?? 0),
            hasProblems: !form.isValid, problems: form.summary, conflict: conflict, lockedBecause: reason,
            sections: [
                FormSection(
                    title: nil, hint: nil,
                    fields: [
                        .input(
                            "name", "Name", value: name, error: form.error("name"), required: true, autocomplete: "off",
                            width: "field--half")
                    ])
            ], choices: PermissionChoice.all(permissions, heldBy: held),
            choicesError: form.error(Form.permissionField))
        return try context.page("Access/RoleForm", model, status: status)
    }

    private static func usage(_ role: Role, _ context: RequestContext) throws -> String {
        let users = try context.services.access.usersByRole()[role.id] ?? 0
        return users == 0 ? "No user has this role." : "\(EnglishFormat.count(users, "user")) with this role."
    }

    private static func read(_ form: inout Form, _ context: RequestContext) -> (
        name: String, permissions: Set<Permission>
    ) {
        (
            form.line("name", limit: nameLimit, required: "Give the role a name."),
            form.permissions(heldBy: context.principal.permissions)
        )
    }

    private static func create(_ context: RequestContext) throws -> Response {
        var form = Form(context.request)
        let (name, permissions) = read(&form, context)
        guard form.isValid else { return try page(context, nil, name, permissions, form, status: 422) }
        do {
            try context.perform(CreateRole(name: name, permissions: permissions))
        } catch StoreConflict.duplicate {
            form.reject("name", "There is a role of this name already.")
            return try page(context, nil, name, permissions, form, status: 422)
        }
        return context.redirect(
            to: context.link(Paths.roles) ?? Paths.account, .success, "The role “\(name)” was created.")
    }

    private static func save(_ context: RequestContext) throws -> Response {
        let role = try context.editableRole()
        var form = Form(context.request)
        let (name, permissions) = read(&form, context)
        guard form.isValid else { return try page(context, role, name, permissions, form, status: 422) }
        let version = form.number("keep_mine") ?? form.number("version") ?? 0
        do {
            try context.perform(UpdateRole(role, version: version, name: name, permissions: permissions))
        } catch StoreConflict.duplicate {
            form.reject("name", "There is a role of this name already.")
            return try page(context, role, name, permissions, form, status: 422)
        } catch StoreConflict.version {
            let conflict = conflict(name, permissions, try context.listedRole())
            return try page(context, role, name, permissions, form, conflict: conflict, status: 409)
        }
        return context.redirect(
            to: context.link(Paths.roles) ?? Paths.account, .success, "The role “\(name)” was saved.")
    }

    private static func conflict(_ name: String, _ mine: Set<Permission>, _ stands: Role) -> SaveConflict {
        func lines(_ permissions: Set<Permission>) -> String {
            permissions.map(\.rawValue).sorted().joined(separator: "\n")
        }
        return SaveConflict(
            by: nil, version: stands.version, reloadHref: Paths.role(stands.id),
            fields: [("Name", name, stands.name), ("Permissions", lines(mine), lines(stands.permissions))])
    }

}
