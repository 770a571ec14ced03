/// Changes the name and the time zone of the user who asks.
public struct UpdateAccount: UseCase {
    public var user: User
    public var name: String
    /// An IANA name.
    public var timeZone: String

    public init(of user: User, name: String, timeZone: String) {
        self.user = user
        self.name = name
        self.timeZone = timeZone
    }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.access.updateUser(user.id, name: name, timeZone: timeZone, at: work.now)
            try commit.audit("update account", user.email)
        }
    }
}
