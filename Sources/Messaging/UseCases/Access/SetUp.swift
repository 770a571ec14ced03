/// Makes the first user, an owner, by the one-time link that the program printed, and signs them in. Throws
/// `AccessRefused.linkSpent`, also when there is a user already.
public struct SetUp: UseCase {
    public var email: String
    public var name: String
    public var passwordHash: String
    /// An IANA name.
    public var timeZone: String
    public var linkHash: String
    public var session: NewSession

    public init(
        email: String, name: String, passwordHash: String, timeZone: String, linkHash: String, _ session: NewSession
    ) {
        self.email = email
        self.name = name
        self.passwordHash = passwordHash
        self.timeZone = timeZone
        self.linkHash = linkHash
        self.session = session
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            guard try !commit.stores.access.hasUsers() else { throw AccessRefused.linkSpent }
            try commit.useLink(linkHash)
            let id = try commit.stores.access.createUser(
                email: email, name: name, roleName: Role.owner, passwordHash: passwordHash, timeZone: timeZone,
                at: work.now)
            guard let user = try commit.stores.access.user(id) else { throw StoreConflict.notFound }
            try commit.begin(session, for: user, by: "set up")
        }
    }
}
