/// Lets a disabled user sign in again. Throws `AccessRefused`.
public struct EnableUser: UseCase {
    public var user: User

    public init(_ user: User) { self.user = user }

    public func perform(_ work: Work) throws {
        try work.actor.mustOutrank(user.role)
        try work.commit { commit in
            try commit.stores.access.setDisabled(user.id, false, sparingLastOwner: false)
            try commit.audit("enable user", user.email)
        }
    }
}
