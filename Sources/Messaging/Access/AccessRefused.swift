/// Why an act was not done that whoever asks may not do, or not to this user, role or token.
public enum AccessRefused: Error, Sendable, Hashable {
    /// The permission that it takes.
    case lacks(Permission)
    /// The role can do things that whoever asks cannot.
    case roleBeyondActor(name: String)
    /// Permissions that whoever asks does not hold.
    case permissionsBeyondActor(Set<Permission>)
    /// Nobody disables themselves.
    case yourself
    /// A disabled user gets no link.
    case disabled(email: String)
    /// A one-time link that was used, replaced or has expired.
    case linkSpent
}

extension Actor {
    /// Throws `AccessRefused.roleBeyondActor`.
    func mustOutrank(_ role: Role) throws {
        guard outranks(role) else { throw AccessRefused.roleBeyondActor(name: role.name) }
    }

    /// Throws `AccessRefused.lacks`.
    func mustHold(_ permission: Permission) throws {
        guard permissions.contains(permission) else { throw AccessRefused.lacks(permission) }
    }

    /// Throws `AccessRefused.permissionsBeyondActor`.
    func mustHold(_ given: Set<Permission>) throws {
        let beyond = given.subtracting(permissions)
        guard beyond.isEmpty else { throw AccessRefused.permissionsBeyondActor(beyond) }
    }
}
