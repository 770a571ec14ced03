/// Makes a one-time link with which a user chooses a password; it ends every earlier one. Throws `AccessRefused`.
public struct CreatePasswordLink: UseCase {
    public var user: User
    public var hash: String
    public var expiresAt: Timestamp

    public init(for user: User, hash: String, expiresAt: Timestamp) {
        self.user = user
        self.hash = hash
        self.expiresAt = expiresAt
    }

    public func perform(_ work: Work) throws {
        // With a new password one could become them.
        try work.actor.mustOutrank(user.role)
        guard !user.isDisabled else { throw AccessRefused.disabled(email: user.email) }
        try work.commit { commit in
            try commit.stores.access.createLink(
                hash: hash, purpose: .password, userID: user.id, expiresAt: expiresAt)
            try commit.audit("create password link", user.email)
        }
    }
}
