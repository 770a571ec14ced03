import Messaging
import Testing

@testable import Storage

@Suite("Saved filters, and whose they are")
struct SavedFilterActsTests {
    private func fixture(_ engine: EngineUnderTest) throws -> (ActFixture, SavedFilter) {
        let fixture = try ActFixture(engine)
        try fixture.perform(SaveFilter(name: "Failed", query: "status=failed", of: 1))
        return (fixture, try #require(try fixture.store.savedFilters(for: 1).first))
    }

    @Test("nobody renames, deletes or shares another's", arguments: EngineUnderTest.allCases)
    func others(_ engine: EngineUnderTest) throws {
        let (fixture, filter) = try fixture(engine)
        for isShared in [false, true] {
            if isShared { try fixture.perform(ShareSavedFilter(filter.id, true)) }
            #expect(throws: StoreConflict.notFound) {
                try fixture.perform(RenameSavedFilter(filter.id, to: "Mine"), by: ActFixture.grace)
            }
            #expect(throws: StoreConflict.notFound) {
                try fixture.perform(DeleteSavedFilter(filter.id), by: ActFixture.grace)
            }
            #expect(throws: StoreConflict.notFound) {
                try fixture.perform(ShareSavedFilter(filter.id, true), by: ActFixture.grace)
            }
        }
        #expect(try fixture.store.savedFilter(filter.id)?.name == "Failed")
    }

    @Test(
        "a shared one is taken back by anybody who may, a private one by its owner alone",
        arguments: EngineUnderTest.allCases)
    func unshare(_ engine: EngineUnderTest) throws {
        let (fixture, filter) = try fixture(engine)
        let unshare = ShareSavedFilter(filter.id, false)
        #expect(throws: StoreConflict.notFound) { try fixture.perform(unshare, by: ActFixture.grace) }
        try fixture.perform(ShareSavedFilter(filter.id, true))
        #expect(try fixture.perform(unshare, by: ActFixture.grace).name == "Failed")
        #expect(try fixture.store.savedFilter(filter.id)?.isShared == false)
        #expect(
            try fixture.audited() == [
                "save filter · Failed · status=failed", "share filter · Failed · status=failed",
                "unshare filter · Failed · status=failed",
            ])
    }

    @Test("its owner renames and deletes it", arguments: EngineUnderTest.allCases)
    func own(_ engine: EngineUnderTest) throws {
        let (fixture, filter) = try fixture(engine)
        try fixture.perform(RenameSavedFilter(filter.id, to: "Lost"))
        #expect(try fixture.perform(DeleteSavedFilter(filter.id)).name == "Lost")
        #expect(try fixture.store.savedFilters(for: 1).isEmpty)
    }
}
