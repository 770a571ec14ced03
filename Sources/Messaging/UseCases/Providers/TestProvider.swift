/// Records that a test message was handed to a provider outside the log, before it is.
public struct TestProvider: UseCase {
    public var account: ProviderAccount

    public init(_ account: ProviderAccount) { self.account = account }

    public func perform(_ work: Work) throws { try work.audit("test provider", account.name) }
}
