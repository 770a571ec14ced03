/// Sets the password of somebody who was invited or lost theirs, by a one-time link, and signs them in. Throws
/// `AccessRefused.linkSpent`.
public struct ChooseFirstPassword: UseCase {
    public var user: User
    public var linkHash: String
    public var passwordHash: String
    /// An IANA name.
    public var timeZone: String
    public var session: NewSession

    public init(of user: User, linkHash: String, passwordHash: String, timeZone: String, _ session: NewSession) {
        self.user = user
        self.linkHash = linkHash
        self.passwordHash = passwordHash
        self.timeZone = timeZone
        self.session = session
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.useLink(linkHash)
            try commit.stores.access.setPassword(user.id, hash: passwordHash, keeping: nil, at: work.now)
            try commit.stores.access.updateUser(user.id, name: user.name, timeZone: timeZone, at: work.now)
            try commit.begin(session, for: user, by: "choose password")
        }
    }
}
