/// Begins a session for a user who gave the right password, or who holds a one-time link.
public struct SignIn: UseCase {
    public var user: User
    public var session: NewSession
    /// The hash of the link that is used up; `nil`: by password. Throws `AccessRefused.linkSpent`.
    public var linkHash: String?

    public init(_ user: User, _ session: NewSession, linkHash: String? = nil) {
        self.user = user
        self.session = session
        self.linkHash = linkHash
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            if let linkHash { try commit.useLink(linkHash) }
            try commit.begin(session, for: user, by: linkHash == nil ? "sign in" : "sign in by link")
        }
    }
}
