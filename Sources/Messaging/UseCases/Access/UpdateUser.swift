/// Changes a user's name and role. Throws `StoreConflict.version` when they were changed since `version`, `.state` when the
/// last owner would be gone, `AccessRefused`.
public struct UpdateUser: UseCase {
    public var user: User
    public var version: Int64
    public var name: String
    public var role: Role

    public init(_ user: User, version: Int64, name: String, role: Role) {
        self.user = user
        self.version = version
        self.name = name
        self.role = role
    }

    public func perform(_ work: Work) throws {
        try work.actor.mustOutrank(user.role)
        try work.actor.mustOutrank(role)
        try work.commit { commit in
            try commit.stores.access.changeUser(user.id, version: version, name: name, roleID: role.id)
            try commit.audit("update user", user.email, detail: changes)
        }
    }

    private var changes: String {
        let changes = [
            user.name == name ? nil : "name “\(user.name)” to “\(name)”",
            user.role.id == role.id ? nil : "role \(user.role.name) to \(role.name)",
        ]
        return changes.compactMap { $0 }.joined(separator: ", ")
    }
}
