/// Ends the session of a browser.
public struct SignOut: UseCase {
    public var user: User
    public var sessionHash: String

    public init(_ user: User, sessionHash: String) {
        self.user = user
        self.sessionHash = sessionHash
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.access.deleteSession(hash: sessionHash)
            try commit.audit("sign out", user.email)
        }
    }
}
