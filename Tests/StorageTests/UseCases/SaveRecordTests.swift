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

    @Test("a program's change is written over whatever stands", arguments: EngineUnderTest.allCases)
    func byExternalID(_ engine: EngineUnderTest) throws {
        let fixture = try ActFixture(engine)
        for (name, outcome) in [("Ada", RowOutcome.created), ("Grace", .updated), ("Grace", .unchanged)] {
            #expect(try fixture.perform(SaveRecord(change(name), of: .member, .byExternalID)) == outcome)
        }
        #expect(try fixture.audited() == ["create member · m-1 · ", "update member · m-1 · "])
    }
}
