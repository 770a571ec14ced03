import HTTPServing
import Messaging
import Testing

@testable import Console

extension AuditJourney {
    static func directory(_ walk: AuditWalk) throws {
        try walk.post(
            "/app/directory/{kind}", at: "/app/directory/members",
            [("external_id", "m-1"), ("first_name", "Ada"), ("email", "ada@example.org"), ("mobile", "+27821234567")])
        let id = try #require(try walk.fixture.store.entity(kind: .member, externalID: "m-1")).id
        let (pattern, one) = ("/app/directory/{kind}/{id}", "/app/directory/members/\(id)")
        let mail = [("email_subject", "Hi"), ("email_html", "<p>Hi</p>"), ("once", "1")]
        try walk.post("\(pattern)/email", at: "\(one)/email", mail)
        try walk.post("\(pattern)/email", at: "\(one)/email", mail, writes: false)
        try walk.post("\(pattern)/sms", at: "\(one)/sms", [("sms_text", "Hi"), ("once", "2")])
        try walk.post(
            "\(pattern)/edit", at: "\(one)/edit",
            [("version", "1"), ("first_name", "Augusta"), ("attributes", "tier = gold")])
        let device = Device(
            token: "t-1", platform: .ios, registeredAt: walk.fixture.now, lastSeenAt: walk.fixture.now)
        let registered = try walk.fixture.store.register(device, of: id, at: walk.fixture.now).device.id
        try walk.post("\(pattern)/devices/{device}/remove", at: "\(one)/devices/\(registered)/remove")
        try walk.post("\(pattern)/delete", at: "\(one)/delete")
    }
}
