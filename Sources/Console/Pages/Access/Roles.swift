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

/// Named sets of permissions.
enum RolesPages {
    static var routes: [Route] {
        [
            Route(.get, Paths.roles, .one(.readRoles)) { try list($0) },
            Route(.get, Paths.deleteRole("{id}"), .one(.deleteRoles)) { try question($0) },
            Route(.post, Paths.deleteRole("{id}"), .one(.deleteRoles), bodyLimit: 16 * 1024) { try delete($0) },
        ] + RoleEditor.routes
    }

    private static func list(_ visit: Visit) throws -> Response {
        let users = try visit.services.access.usersByRole()
        let rows = try visit.services.access.roles().map { role in
            let canEdit = !role.isOwner && visit.outranks(role) && visit.canReach(.post, Paths.role(role.id))
            let count = users[role.id] ?? 0
            return RolesPage.Row(
                name: role.name, isOwner: role.isOwner, users: Wording.count(count),
                permissions: Wording.count(role.permissions.count), openHref: Paths.role(role.id),
                openLabel: canEdit ? "Edit" : "View",
                duplicateHref: visit.outranks(role) ? visit.link(Paths.duplicateRole(role.id)) : nil,
                deleteHref: count == 0 && !role.isOwner && visit.outranks(role)
                    ? visit.link(Paths.deleteRole(role.id)) : nil)
        }
        return try visit.page(
            "Pages/Roles",
            RolesPage(
                shell: visit.shell(.access), tabs: AccessTabs.all(visit, at: Paths.roles),
                addHref: visit.link(Paths.newRole), rows: rows))
    }

    private static func question(_ visit: Visit) throws -> Response {
        let role = try visit.editableRole()
        return try visit.page(
            "Pages/Confirm",
            ConfirmPage(
                shell: visit.shell(.access), title: "Delete the role “\(role.name)”?",
                text: "Nobody has it, so nobody loses anything.",
                facts: [Fact(label: "Permissions", value: Wording.count(role.permissions.count))],
                action: Paths.deleteRole(role.id), confirmLabel: "Delete role", busyLabel: "Deleting…", danger: true,
                cancelHref: Paths.roles))
    }

    private static func delete(_ visit: Visit) throws -> Response {
        let role = try visit.editableRole()
        try visit.services.access.deleteRole(role.id)
        try visit.audit("delete role", role.name)
        return visit.redirect(
            to: visit.link(Paths.roles) ?? Paths.account, .success, "The role “\(role.name)” was deleted.")
    }
}

extension Visit {
    func listedRole() throws -> Role {
        guard let role = try services.access.role(id()) else { throw Failure.notFound }
        return role
    }

    /// One the visitor outranks and that is not fixed.
    func editableRole() throws -> Role {
        let role = try listedRole()
        if let reason = RoleEditor.lock(role, self) { throw Failure(403, "You may not do this", reason) }
        return role
    }
}
