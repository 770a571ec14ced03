/// Who asks for an act, with what rights, and from where; the audit keeps who and where.
public struct Actor: Sendable, Hashable {
    /// `nil` for tokens, for guests and for the program itself.
    public var userID: Int64?
    /// A user's email address, `token NAME`, `nobody`, or `system`.
    public var name: String
    /// What they may do. Routes ask for the permission of their act; acts ask where rights themselves are given, and where
    /// only the commit shows which permission it takes.
    public var permissions: Set<Permission>
    /// The client's IP address; empty where there is none.
    public var remoteAddress: String

    public init(userID: Int64?, name: String, permissions: Set<Permission>, remoteAddress: String) {
        self.userID = userID
        self.name = name
        self.permissions = permissions
        self.remoteAddress = remoteAddress
    }

    /// A command on the server's own command line.
    public static let commandLine = Actor(
        userID: nil, name: "command line", permissions: Set(Permission.allCases), remoteAddress: "")
    /// The program itself: a schedule, a job, a worker.
    public static let system = Actor(
        userID: nil, name: "system", permissions: Set(Permission.allCases), remoteAddress: "")

    /// Whether they hold every permission of a role: with less they could raise themselves by it.
    public func outranks(_ role: Role) -> Bool { role.permissions.isSubset(of: permissions) }
}
