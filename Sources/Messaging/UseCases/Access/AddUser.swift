/// Adds a user with a password. Throws `StoreConflict.duplicate` when the address is taken, `.notFound` when there is no
/// such role.
public struct AddUser: UseCase {
    public var email: String
    public var name: String
    public var roleName: String
    public var passwordHash: String
    /// An IANA name.
    public var timeZone: String

    public init(email: String, name: String, roleName: String, passwordHash: String, timeZone: String) {
        self.email = email
        self.name = name
        self.roleName = roleName
        self.passwordHash = passwordHash
        self.timeZone = timeZone
    }

    public func perform(_ work: Work) throws -> Int64 {
        try work.commit { commit in
            let id = try commit.stores.access.createUser(
                email: email, name: name, roleName: roleName, passwordHash: passwordHash, timeZone: timeZone,
                at: work.now)
            try commit.audit("create user", email)
            return id
        }
    }
}
