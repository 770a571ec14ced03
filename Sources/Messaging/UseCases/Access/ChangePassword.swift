/// Replaces the password of the user who asks and ends their other sessions.
public struct ChangePassword: UseCase {
    public var user: User
    public var passwordHash: String
    /// The hash of the session that goes on.
    public var keeping: String?

    public init(of user: User, passwordHash: String, keeping: String?) {
        self.user = user
        self.passwordHash = passwordHash
        self.keeping = keeping
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.access.setPassword(user.id, hash: passwordHash, keeping: keeping, at: work.now)
            try commit.audit("change password", user.email)
        }
    }
}
