/// Ends a user's sessions and links and refuses new ones. The command line may disable the last owner, since it can always
/// add another. Throws `StoreConflict.state` for the last owner else, `AccessRefused`.
public struct DisableUser: UseCase {
    public var user: User

    public init(_ user: User) { self.user = user }

    public func perform(_ work: Work) throws {
        guard user.id != work.actor.userID else { throw AccessRefused.yourself }
        try work.actor.mustOutrank(user.role)
        try work.commit { commit in
            try commit.stores.access.setDisabled(user.id, true, sparingLastOwner: work.actor != .commandLine)
            try commit.audit("disable user", user.email)
        }
    }
}
