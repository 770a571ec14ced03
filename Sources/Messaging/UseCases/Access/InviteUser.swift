/// Adds a user who chooses a password by a link, or has one already. Returns their id. Throws `StoreConflict.duplicate` when
/// the address is taken, `AccessRefused`.
public struct InviteUser: UseCase {
    public var email: String
    public var name: String
    public var role: Role
    /// The hash of the one-time link's token, and when it expires.
    public var linkHash: String
    public var linkExpiresAt: Timestamp

    public init(email: String, name: String, role: Role, linkHash: String, linkExpiresAt: Timestamp) {
        self.email = email
        self.name = name
        self.role = role
        self.linkHash = linkHash
        self.linkExpiresAt = linkExpiresAt
    }

    public func perform(_ work: Work) throws -> Int64 {
        try work.actor.mustOutrank(role)
        return try work.commit { commit in
            let id = try commit.stores.access.createUser(
                email: email, name: name, roleName: role.name, passwordHash: "", timeZone: "", at: work.now)
            try commit.stores.access.createLink(
                hash: linkHash, purpose: .password, userID: id, expiresAt: linkExpiresAt)
            try commit.audit("create user", email.lowercased(), detail: role.name)
            return id
        }
    }
}
