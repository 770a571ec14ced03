import HTTPServing
import Messaging
import Testing

@testable import Console

extension AuditJourney {
    static func suppressions(_ walk: AuditWalk) throws {
        let list = "\(settings)/suppressions"
        try walk.post(list, [("address", ada.value), ("scope", "everything"), ("reason", "Asked.")])
        let id = try #require(try walk.fixture.store.suppressions(of: [ada])[ada]?.first).id
        try walk.post("\(list)/{id}/remove", at: "\(list)/\(id)/remove")
        let own = NewSuppression(address: ada, scope: .everything, reason: "Unsubscribed.", source: .person)
        try walk.fixture.store.suppress([own], at: walk.fixture.now)
        let theirs = try #require(try walk.fixture.store.suppressions(of: [ada])[ada]?.first).id
        try walk.post("\(list)/{id}/remove", at: "\(list)/\(theirs)/remove", writes: false)
        #expect(try walk.fixture.store.suppression(theirs) != nil)
        try walk.post("\(list)/{id}/remove", at: "\(list)/\(theirs)/remove", [("sure", "1")])
        #expect(try walk.fixture.store.suppression(theirs) == nil)
    }

    static func unsubscribing(_ walk: AuditWalk) throws {
        let path = "/u/\(walk.fixture.store.token(ofMessage: try message(walk)))"
        let (leave, come) = ([("do", "leave"), ("scope", "everything")], [("do", "return"), ("scope", "everything")])
        try walk.post("/u/{token}", at: path, leave)
        try walk.post("/u/{token}", at: path, leave, writes: false)
        try walk.post("/u/{token}", at: path, come)
        try walk.post("/u/{token}", at: path, come, writes: false)
        try walk.post("/u/{token}", at: path, [("List-Unsubscribe", "One-Click")])
        let entry = try walk.fixture.store.audit(AuditFilter(), from: .newest, limit: 1).items.first?.entry
        #expect(entry?.actor == "the receiver")
    }

    static func exports(_ walk: AuditWalk) throws {
        let (store, now) = (walk.fixture.store, walk.fixture.now)
        try store.suppress(
            [NewSuppression(address: ada, scope: .everything, reason: "Asked.", source: .user)], at: now)
        try walk.read("\(settings)/suppressions/export.csv", at: "\(settings)/suppressions/export.csv")
        _ = try message(walk)
        let logs = "/app/communications/send-logs/export.csv"
        try walk.read(logs, at: logs)
        let bulk = try BulkPagesTests.draft(walk.fixture)
        let list = "/app/communications/bulk/{id}/receivers.csv"
        try walk.read(list, at: list.replacing("{id}", with: String(bulk)))
    }
}
