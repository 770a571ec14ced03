/// Who asks for an act, and from where; the audit keeps both.
public struct Actor: Sendable, Hashable {
    /// `nil` for tokens, for guests and for the program itself.
    public var userID: Int64?
    /// A user's email address, `token NAME`, `nobody`, or `system`.
    public var name: String
    /// The client's IP address; empty where there is none.
    public var remoteAddress: String

    public init(userID: Int64?, name: String, remoteAddress: String) {
        self.userID = userID
        self.name = name
        self.remoteAddress = remoteAddress
    }

    /// A command on the server's own command line.
    public static let commandLine = Actor(userID: nil, name: "command line", remoteAddress: "")
    /// The program itself: a schedule, a job, a worker.
    public static let system = Actor(userID: nil, name: "system", remoteAddress: "")
}
