import Foundation
import Messaging
import TestSupport
import Testing

@testable import Storage

@Suite("Addresses at which people leave")
struct MessageTokenTests {
    @Test("name their message, and a changed one names none")
    func signed() throws {
        let store = try TemporaryStore().store
        let token = store.token(ofMessage: 4711)
        #expect(store.message(ofToken: token) == 4711)
        for index in token.indices {
            var changed = token
            changed.replaceSubrange(index...index, with: token[index] == "A" ? "B" : "A")
            #expect(store.message(ofToken: changed) == nil)
        }
        #expect(try TemporaryStore().store.message(ofToken: token) == nil)
    }

    @Test("hold after the store was restored beside another key")
    func otherKey() throws {
        let fixture = try TemporaryStore()
        let token = fixture.store.token(ofMessage: 4711)
        try fixture.store.close()
        try Data(repeating: 7, count: 32).write(to: URL(fileURLWithPath: fixture.folder + "/secret.key"))
        let restored = try fixture.reopened()
        #expect(restored.message(ofToken: token) == 4711)
        #expect(restored.token(ofMessage: 4711) == token)
    }
}
