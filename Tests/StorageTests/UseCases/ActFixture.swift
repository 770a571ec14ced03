import Messaging
import TestSupport

@testable import Storage

/// Acts performed over a store of their own.
struct ActFixture {
    private static let all = Set(Permission.allCases)
    static let ada = Actor(userID: 1, name: "ada@example.org", permissions: all, remoteAddress: "")
    static let grace = Actor(userID: 2, name: "grace@example.org", permissions: all, remoteAddress: "")

    let temporary: TemporaryStore
    let acts: UseCases

    init(
        _ engine: EngineUnderTest, publicURL: String? = nil, beforeCommit: (@Sendable () throws -> Void)? = nil
    ) throws {
        temporary = try engine.makeStore(beforeCommit: beforeCommit)
        acts = UseCases(
            store: temporary.store, phones: InternationalForm(), catalog: ProviderCatalog([]),
            unsubscribe: UnsubscribeLinks(publicURL: publicURL, tokens: temporary.store))
    }

    var store: Store { temporary.store }

    @discardableResult
    func perform<Act: UseCase>(_ act: Act, by actor: Actor = Self.ada) throws -> Act.Output {
        try acts.perform(act, by: actor, at: StoreFixture.noon)
    }

    /// `ACTION · SUBJECT · DETAIL`, the oldest first.
    func audited() throws -> [String] {
        try store.audit(AuditFilter(), from: .newest, limit: 100).items.reversed()
            .map { "\($0.entry.action) · \($0.entry.subject) · \($0.entry.detail)" }
    }
}
