/// Adds a role. Throws `StoreConflict.duplicate` when the name is taken, `AccessRefused`.
public struct CreateRole: UseCase {
    public var name: String
    public var permissions: Set<Permission>

    public init(name: String, permissions: Set<Permission>) {
        self.name = name
        self.permissions = permissions
    }

    public func perform(_ work: Work) throws {
        try work.actor.mustHold(permissions)
        let count = permissions.count
        try work.commit { commit in
            _ = try commit.stores.access.createRole(name: name, permissions: permissions)
            try commit.audit("create role", name, detail: "\(count) permission\(count == 1 ? "" : "s")")
        }
    }
}
