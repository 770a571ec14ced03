import Messaging
import TestSupport
import Testing

@testable import Storage

@Suite("Users, roles, modules and the audit in the store")
struct AccessStoreTests {
    private func addUser(_ store: Store, _ email: String, role: String = "owner", password: String = "x") throws
        -> Int64
    {
        try store.createUser(
            email: email, name: "Ada", roleName: role, passwordHash: password, timeZone: "UTC", at: StoreFixture.noon)
    }

    @Test("a module nobody touched is on, and one is off with its whole", arguments: EngineUnderTest.allCases)
    func modules(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        #expect(try Module.allCases.allSatisfy { try store.modules().isOn($0) })
        try store.setModule(.communication, isOn: false, by: "ada", at: StoreFixture.noon)
        #expect(try !store.modules().isOn(.communication))
        #expect(try !store.modules().isOn(.channels))
        try store.setModule(.communication, isOn: true, by: "bob", at: StoreFixture.noon)
        try store.setModule(.channels, isOn: false, by: "bob", at: StoreFixture.noon)
        let modules = try store.modules()
        #expect(modules.isOn(.communication))
        #expect(!modules.isOn(.channels))
        #expect(modules.switches[.communication]?.changedBy == "bob")
    }

    @Test("the last owner who can sign in is not taken away", arguments: EngineUnderTest.allCases)
    func lastOwner(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let ada = try addUser(store, "ada@example.org")
        _ = try addUser(store, "invited@example.org", password: "")
        let viewer = try #require(try store.roles().first { $0.name == "viewer" }).id
        #expect(throws: StoreConflict.self) { try store.setDisabled(ada, true, sparingLastOwner: true) }
        #expect(throws: StoreConflict.self) { try store.changeUser(ada, version: 1, name: "Ada", roleID: viewer) }
        #expect(try store.user(ada)?.isDisabled == false)
        let bob = try addUser(store, "bob@example.org")
        try store.setDisabled(ada, true, sparingLastOwner: true)
        #expect(throws: StoreConflict.self) { try store.setDisabled(bob, true, sparingLastOwner: true) }
    }

    @Test("a change needs the version that stands", arguments: EngineUnderTest.allCases)
    func versions(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try addUser(store, "ada@example.org", role: "viewer")
        let role = try #require(try store.user(id)).role
        try store.changeUser(id, version: 1, name: "A", roleID: role.id)
        #expect(throws: StoreConflict.version(2)) { try store.changeUser(id, version: 1, name: "B", roleID: role.id) }
        try store.updateRole(role.id, version: 1, name: "viewer", permissions: [.readAudit])
        #expect(throws: StoreConflict.version(2)) {
            try store.updateRole(role.id, version: 1, name: "viewer", permissions: [])
        }
        #expect(try store.user(id)?.role.permissions == [.readAudit])
    }

    @Test("a role in use and the owner's stay; a deleted one does not come back", arguments: EngineUnderTest.allCases)
    func roles(_ engine: EngineUnderTest) throws {
        let temporary = try engine.makeStore()
        let store = temporary.store
        let roles = Dictionary(uniqueKeysWithValues: try store.roles().map { ($0.name, $0.id) })
        _ = try addUser(store, "ada@example.org", role: "operator")
        #expect(throws: StoreConflict.self) { try store.deleteRole(roles["operator"] ?? 0) }
        #expect(throws: StoreConflict.self) { try store.deleteRole(roles["owner"] ?? 0) }
        #expect(throws: StoreConflict.duplicate("VIEWER")) { try store.createRole(name: "VIEWER", permissions: []) }
        try store.deleteRole(roles["viewer"] ?? 0)
        #expect(try store.usersByRole() == [roles["operator"] ?? 0: 1])
        try store.close()
        #expect(try temporary.reopened().roles().map(\.name).sorted() == ["operator", "owner"])
    }

    @Test("whoever set up push and voice before still does", arguments: EngineUnderTest.allCases)
    func successors(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try store.createRole(name: "old", permissions: [.updateOmniChannels, .readSMSGateways])
        try store.engine.write(.accept) { connection in
            for statement in SchemaAccess.step.statements where statement.hasPrefix("UPDATE roles") {
                try connection.run(statement)
            }
        }
        #expect(
            try store.role(id)?.permissions
                == [.updateOmniChannels, .updatePushProviders, .readSMSGateways, .readVoiceProviders])
    }

    @Test(
        "a link to choose a password ends the one before, and a disabled user's end",
        arguments: EngineUnderTest.allCases)
    func links(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        _ = try addUser(store, "ada@example.org")
        let id = try addUser(store, "bob@example.org", role: "viewer", password: "")
        let later = StoreFixture.noon + .seconds(60)
        try store.createLink(hash: "one", purpose: .password, userID: id, expiresAt: later)
        try store.createLink(hash: "two", purpose: .password, userID: id, expiresAt: later)
        #expect(try store.link(hash: "one", at: StoreFixture.noon) == nil)
        #expect(try store.link(hash: "two", at: StoreFixture.noon)?.userID == id)
        try store.setDisabled(id, true)
        #expect(try store.link(hash: "two", at: StoreFixture.noon) == nil)
    }

    @Test("two filters walk within a budget, and the next page goes on", arguments: EngineUnderTest.allCases)
    func auditBudget(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        func entry(_ action: String) -> AuditEntry {
            AuditEntry(at: StoreFixture.noon, userID: nil, actor: "ada", action: action, subject: "", remoteAddress: "")
        }
        try store.engine.write(.accept) { connection in
            try Store.record(entry("rare"), on: connection)
            for _ in 0..<5_000 { try Store.record(entry("common"), on: connection) }
        }
        let filter = AuditFilter(actor: "ada", action: "rare")
        let first = try store.audit(filter, from: .newest, limit: 10)
        #expect(first.items.isEmpty)
        #expect(first.isPartial)
        let second = try store.audit(filter, from: .after(try #require(first.next)), limit: 10)
        #expect(second.items.map(\.entry.action) == ["rare"])
        #expect(!second.isPartial)
        #expect(try store.auditActions() == ["common", "rare"])
    }

    @Test("pages of users lead on and back", arguments: EngineUnderTest.allCases)
    func userPages(_ engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let ids = try (1...5).map { try addUser(store, "u\($0)@example.org") }
        let first = try store.users(from: .newest, limit: 2)
        #expect(first.items.map(\.id) == [ids[4], ids[3]])
        let second = try store.users(from: .after(try #require(first.next)), limit: 2)
        #expect(second.items.map(\.id) == [ids[2], ids[1]])
        let back = try store.users(from: .before(try #require(second.previous)), limit: 2)
        #expect(back.items.map(\.id) == [ids[4], ids[3]])
    }
}
