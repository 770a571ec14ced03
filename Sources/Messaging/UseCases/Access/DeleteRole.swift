/// Deletes a role that nobody has. Throws `StoreConflict.state` while somebody has it and for the owner's role,
/// `AccessRefused`.
public struct DeleteRole: UseCase {
    public var role: Role

    public init(_ role: Role) { self.role = role }

    public func perform(_ work: Work) throws {
        try work.actor.mustOutrank(role)
        try work.commit { commit in
            try commit.stores.access.deleteRole(role.id)
            try commit.audit("delete role", role.name)
        }
    }
}
