/// Ends an API token: its next call is refused. Throws `StoreConflict.notFound` when it was revoked before.
public struct RevokeToken: UseCase {
    public var token: APIToken

    public init(_ token: APIToken) { self.token = token }

    public func perform(_ work: Work) throws {
        try work.commit { commit in
            try commit.stores.access.revokeToken(token.id, at: work.now)
            try commit.audit("revoke api token", token.name)
        }
    }
}
