import HTTPServing
import Messaging

struct RolesPage: Sendable {
    struct Row: Sendable {
        let name: String
        let isOwner: Bool
        let users: String
        let permissions: String
        let openHref: String
        let openLabel: String
        let duplicateHref: String?
        let deleteHref: String?
    }

    let shell: Shell
    let tabs: [Tab]
    let addHref: String?
    let rows: [Row]
}

/// Pages for roles, named sets of permissions.
enum RolesPages {
    static var routes: [Route] {
        [
            Route(.get, Paths.roles, .one(.readRoles)) { try list($0) },
            Route(.get, Paths.deleteRole("{id}"), .one(.deleteRoles)) { try question($0) },
            Route(.post, Paths.deleteRole("{id}"), .one(.deleteRoles), bodyLimit: 16 * 1024) { try delete($0) },
        ] + RoleEditor.routes
    }

    private static func list(_ context: RequestContext) throws -> Response {
        let users = try context.services.access.usersByRole()
        let rows = try context.services.access.roles().map { role in
            let canEdit = !role.isOwner && context.outranks(role) && context.canReach(.post, Paths.role(role.id))
            let count = users[role.id] ?? 0
            return RolesPage.Row(
                name: role.name, isOwner: role.isOwner, users: EnglishFormat.count(count),
                permissions: EnglishFormat.count(role.permissions.count), openHref: Paths.role(role.id),
                openLabel: canEdit ? "Edit" : "View",
                duplicateHref: context.outranks(role) ? context.link(Paths.duplicateRole(role.id)) : nil,
                deleteHref: count == 0 && !role.isOwner && context.outranks(role)
                    ? context.link(Paths.deleteRole(role.id)) : nil)
        }
        return try context.page(
            "Access/Roles",
            RolesPage(
                shell: context.shell(.access), tabs: AccessTabs.all(context, at: Paths.roles),
                addHref: context.link(Paths.newRole), rows: rows))
    }

    private static func question(_ context: RequestContext) throws -> Response {
        let role = try context.editableRole()
        return try context.page(
            "Shared/Confirm",
            ConfirmPage(
                shell: context.shell(.access), title: "Delete the role “\(role.name)”?",
                text: "No user has this role.",
                facts: [Fact(label: "Permissions", value: EnglishFormat.count(role.permissions.count))],
                action: Paths.deleteRole(role.id), confirmLabel: "Delete role", busyLabel: "Deleting…", danger: true,
                cancelHref: Paths.roles))
    }

    private static func delete(_ context: RequestContext) throws -> Response {
        let role = try context.editableRole()
        try context.perform(DeleteRole(role))
        return context.redirect(
            to: context.link(Paths.roles) ?? Paths.account, .success, "The role “\(role.name)” was deleted.")
    }
}

extension RequestContext {
    func listedRole() throws -> Role {
        guard let role = try services.access.role(id()) else { throw Failure.notFound }
        return role
    }

    /// The role in the path, if it is not fixed and the visitor outranks it.
    func editableRole() throws -> Role {
        let role = try listedRole()
        if let reason = RoleEditor.lock(role, self) { throw Failure(403, "You do not have permission", reason) }
        return role
    }
}
