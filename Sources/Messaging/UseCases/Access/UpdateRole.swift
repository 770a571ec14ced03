/// Changes a role's name and permissions. Throws `StoreConflict.duplicate`, `.version`, `.state` for the owner's role,
/// `AccessRefused`.
public struct UpdateRole: UseCase {
    public var role: Role
    public var version: Int64
    public var name: String
    public var permissions: Set<Permission>

    public init(_ role: Role, version: Int64, name: String, permissions: Set<Permission>) {
        self.role = role
        self.version = version
        self.name = name
        self.permissions = permissions
    }

    public func perform(_ work: Work) throws {
        try work.actor.mustOutrank(role)
        try work.actor.mustHold(permissions)
        try work.commit { commit in
            try commit.stores.access.updateRole(role.id, version: version, name: name, permissions: permissions)
            try commit.audit("update role", name, detail: changes)
        }
    }

    /// Who gave what, and took what.
    private var changes: String {
        func words(_ verb: String, _ set: Set<Permission>) -> String? {
            set.isEmpty ? nil : "\(verb) \(set.map(\.rawValue).sorted().joined(separator: " "))"
        }
        let parts = [
            role.name == name ? nil : "was “\(role.name)”", words("added", permissions.subtracting(role.permissions)),
            words("removed", role.permissions.subtracting(permissions)),
        ]
        return parts.compactMap { $0 }.joined(separator: "; ")
    }
}
