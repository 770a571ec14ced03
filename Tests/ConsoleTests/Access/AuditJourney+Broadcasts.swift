import HTTPServing
import Messaging
import Testing

@testable import Console

extension AuditJourney {
    private static let bulk = BulkPagesTests.path
    private static let broadcasts = "/api/v1/broadcasts"

    /// A bulk's page or its actions.
    private static func step(
        _ name: String, of id: Int64, with form: [(String, String)] = [], _ walk: AuditWalk
    ) throws {
        try walk.post("\(bulk)/{id}/\(name)", at: "\(bulk)/\(id)/\(name)", form)
    }

    private static func latest(_ walk: AuditWalk) throws -> Int64 {
        try #require(try walk.fixture.store.bulks(BulkFilter(), from: .newest, limit: 1).items.first).id
    }

    private static func receiver(of id: Int64, _ walk: AuditWalk) throws -> Int64 {
        try #require(try walk.fixture.store.receivers(of: id, from: .newest, limit: 1).items.first).id
    }

    static func bulkDrafts(_ walk: AuditWalk) throws {
        let fixture = walk.fixture
        try BulkPagesTests.provider(fixture)
        let content = [("template", String(try BulkPagesTests.template(fixture))), ("channels", "email")]
        try walk.post(bulk, content + [("name", "July")])
        let id = try latest(walk)
        try step("edit", of: id, with: content + [("name", "August"), try fixture.version(of: id)], walk)
        let people = (1...3).map { Receiver(firstName: "Ada", email: "ada\($0)@example.org", origin: .manual) }
        _ = try fixture.store.addReceivers(people, to: id, at: fixture.now)
        try walk.post(
            "\(bulk)/{id}/receivers/{receiver}/remove",
            at: "\(bulk)/\(id)/receivers/\(try receiver(of: id, walk))/remove")
        try step("duplicate", of: id, with: [("name", "September")], walk)
        let copy = try latest(walk)
        #expect(try fixture.store.broadcast(copy)?.receiverCount == 2)
        try step("delete", of: copy, walk)
        try step("schedule", of: id, with: [try fixture.version(of: id), ("send_at", "2026-11-23T10:00")], walk)
        try step("unschedule", of: id, walk)
        try step("publish", of: id, with: [try fixture.version(of: id)], walk)
        #expect(try fixture.store.books(of: id)[.pending] == 2)
    }

    static func bulksUnderWay(_ walk: AuditWalk) throws {
        let fixture = walk.fixture
        try BulkPagesTests.provider(fixture)
        let id = try BulkPagesTests.draft(fixture)
        try BulkPagesTests.publish(fixture, id)
        for action in ["pause", "resume"] { try step(action, of: id, walk) }
        try walk.fixture.settle(.refused)
        try step("resend-failed", of: id, walk)
        try walk.fixture.settle(.lostTrack)
        try step("retry-unknown", of: id, walk)
        try walk.fixture.settle(.lostTrack)
        try step("assume-sent", of: id, walk)
        #expect(try fixture.store.books(of: id)[.sent] == 3)
        let other = try BulkPagesTests.draft(fixture)
        try BulkPagesTests.publish(fixture, other)
        try step("cancel", of: other, walk)
        #expect(try fixture.store.books(of: other)[.cancelled] == 3)
    }

    static func broadcastCalls(_ walk: AuditWalk) throws {
        let fixture = walk.fixture
        try BulkPagesTests.provider(fixture)
        let template = try BulkPagesTests.template(fixture)
        let made = #"{"name":"July","template_id":"\#(template)","delivery_channels":["email"]}"#
        let one = try #require(try walk.call("POST \(broadcasts)", broadcasts, made).location)
        let id = try latest(walk)
        func step(_ name: String, _ json: String = "", at path: String = one) throws {
            try walk.call("POST \(broadcasts)/{id}/\(name)", "\(path)/\(name)", json)
        }
        try walk.call("PATCH \(broadcasts)/{id}", one, #"{"name":"August"}"#)
        try step("receivers", BroadcastsAPITests.people(3))
        let channel = try fixture.store.createChannel(name: "News", description: "", at: fixture.now)
        _ = try fixture.store.addSubscriber(Subscriber(email: "bob@example.org"), to: channel, at: fixture.now)
        try step("receivers", #"{"channels":["\#(channel)"]}"#)
        try walk.call(
            "DELETE \(broadcasts)/{id}/receivers/{receiver}", "\(one)/receivers/\(try receiver(of: id, walk))")
        try step("duplicate", #"{"name":"September"}"#)
        let copy = "\(broadcasts)/\(try latest(walk))"
        try step("schedule", #"{"send_at":"2026-12-24T08:00:00Z"}"#)
        try step("unschedule")
        try step("publish")
        for action in ["pause", "resume"] { try step(action) }
        try walk.fixture.settle(.refused)
        try step("resend-failed")
        try walk.fixture.settle(.lostTrack)
        try step("retry-unknown")
        try walk.fixture.settle(.lostTrack)
        try step("assume-sent")
        try step("duplicate", at: copy)
        let second = "\(broadcasts)/\(try latest(walk))"
        try step("publish", at: copy)
        try step("cancel", at: copy)
        try walk.call("DELETE \(broadcasts)/{id}", second)
    }
}
