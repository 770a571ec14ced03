import Messaging
import TestSupport
import Testing

@testable import Storage

@Suite("Kinds of provider with a new name")
struct ProviderKindTests {
    @Test("an upgrade gives it to the rows of an older store")
    func upgraded() throws {
        let store = try TemporaryStore().store
        for kind in ["http", "in-app", "smtp"] {
            _ = try store.createProvider(
                ProviderDraft(
                    deliveryChannel: .sms, kind: kind, name: kind, isDefault: false, settings: ProviderSettings(),
                    secretNames: []), at: StoreFixture.noon)
        }
        let step = try #require(Migrations.all.first { $0.name == SchemaProviderKinds.renamed.name })
        try store.engine.write(.background) { connection in
            for statement in step.statements { try connection.run(statement) }
        }
        let names = try store.providers(for: nil).map { [$0.name, $0.kind] }
        #expect(Set(names) == [["http", "generic_http"], ["in-app", "in_app"], ["smtp", "smtp"]])
    }
}
