/// Makes an API token. Throws `AccessRefused`.
public struct CreateToken: UseCase {
    public var name: String
    public var hash: String
    public var permissions: Set<Permission>

    public init(name: String, hash: String, permissions: Set<Permission>) {
        self.name = name
        self.hash = hash
        self.permissions = permissions
    }

    public func perform(_ work: Work) throws {
        try work.actor.mustHold(permissions)
        try work.commit { commit in
            _ = try commit.stores.access.createToken(
                name: name, hash: hash, permissions: permissions, by: work.actor.name, at: work.now)
            try commit.audit(
                "create api token", name, detail: permissions.map(\.rawValue).sorted().joined(separator: " "))
        }
    }
}
