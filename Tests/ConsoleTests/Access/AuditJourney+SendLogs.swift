import HTTPServing
import Messaging
import Testing

@testable import Console

extension AuditJourney {
    private static let logs = "/app/communications/send-logs"

    static func decisions(_ walk: AuditWalk) throws {
        let id = try message(walk)
        func decide(_ action: String) throws {
            try walk.post("\(logs)/{id}/\(action)", at: "\(logs)/\(id)/\(action)")
        }
        func call(_ action: String) throws {
            try walk.call("POST /api/v1/messages/{id}/\(action)", "/api/v1/messages/\(id)/\(action)")
        }
        try walk.fixture.settle(.refused)
        try decide("retry")
        try walk.fixture.settle(.lostTrack)
        try decide("retry-despite-doubt")
        try walk.fixture.settle(.refused)
        try call("retry")
        try walk.fixture.settle(.lostTrack)
        try call("assume-sent")
        let other = try message(walk)
        try walk.fixture.settle(.lostTrack)
        try walk.post("\(logs)/{id}/assume-sent", at: "\(logs)/\(other)/assume-sent")
    }

    static func filters(_ walk: AuditWalk) throws {
        let filters = "\(logs)/filters"
        try walk.post(filters, [("name", "Failed"), ("query", "status=failed")])
        let id = try #require(try walk.fixture.store.savedFilters(for: 1).first).id
        let (pattern, one) = ("\(filters)/{id}", "\(filters)/\(id)")
        try walk.post(pattern, at: one, [("name", "What failed")])
        for change in ["share", "unshare", "delete"] { try walk.post("\(pattern)/\(change)", at: "\(one)/\(change)") }
    }
}
