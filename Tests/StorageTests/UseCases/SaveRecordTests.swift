import Messaging
import Testing

@testable import Storage

@Suite("Saving a record of the directory")
struct SaveRecordTests {
    private func change(_ firstName: String) -> EntityChange {
        var change = EntityChange(externalID: "m-1")
        change.firstName = firstName
        return change
    }

    @Test("a new record does not write over one of the same external id", arguments: EngineUnderTest.allCases)
    func new(_ engine: EngineUnderTest) throws {
        let fixture = try ActFixture(engine)
        #expect(try fixture.perform(SaveRecord(change("Ada"), of: .member, .new)) == .created)
        #expect(throws: StoreConflict.duplicate("There is a member with this external id already.")) {
            try fixture.perform(SaveRecord(change("Grace"), of: .member, .new))
        }
        #expect(try fixture.store.entity(kind: .member, externalID: "m-1")?.firstName == "Ada")
        #expect(try fixture.audited() == ["create member · m-1 · "])
    }

    /// What the actor may, whether the record is there, and the permission they are told to lack.
    static let permissions: [(held: Permission, isThere: Bool, lacks: Permission?)] = [
        (.createDirectory, false, nil), (.createDirectory, true, .updateDirectory),
        (.updateDirectory, true, nil), (.updateDirectory, false, .createDirectory),
        (.readDirectory, false, .createDirectory), (.readDirectory, true, .updateDirectory),
    ]

    @Test(
        "a program needs the permission for what its change turns out to be",
        arguments: EngineUnderTest.allCases, permissions)
    func rights(
        _ engine: EngineUnderTest, _ line: (held: Permission, isThere: Bool, lacks: Permission?)
    ) throws {
        let fixture = try ActFixture(engine)
        if line.isThere { try fixture.perform(SaveRecord(change("Ada"), of: .member, .byExternalID)) }
        let actor = Actor(userID: nil, name: "token sync", permissions: [line.held], remoteAddress: "")
        let act = SaveRecord(change("Grace"), of: .member, .byExternalID)
        let entries = try fixture.audited().count
        if let lacks = line.lacks {
            #expect(throws: AccessRefused.lacks(lacks)) { try fixture.perform(act, by: actor) }
        } else {
            try fixture.perform(act, by: actor)
        }
        let name = try fixture.store.entity(kind: .member, externalID: "m-1")?.firstName
        #expect(name == (line.lacks == nil ? "Grace" : line.isThere ? "Ada" : nil))
        #expect(try fixture.audited().count - entries == (line.lacks == nil ? 1 : 0))
    }

    @Test("a program's change is written over whatever stands", arguments: EngineUnderTest.allCases)
    func byExternalID(_ engine: EngineUnderTest) throws {
        let fixture = try ActFixture(engine)
        for (name, outcome) in [("Ada", RowOutcome.created), ("Grace", .updated), ("Grace", .unchanged)] {
            #expect(try fixture.perform(SaveRecord(change(name), of: .member, .byExternalID)) == outcome)
        }
        #expect(try fixture.audited() == ["create member · m-1 · ", "update member · m-1 · "])
    }
}
