import HTTPServing
import Messaging
import Testing

@testable import Console

extension AuditJourney {
    static func channels(_ walk: AuditWalk) throws {
        let list = "/app/settings/communication-channels"
        let one = try #require(try walk.post(list, [("name", "Newsletter")]).location)
        try walk.post("\(list)/{id}/edit", at: "\(one)/edit", [("name", "Weekly"), ("version", "1")])
        try walk.post(
            "\(list)/{id}/subscribers", at: "\(one)/subscribers", [("source", "adhoc"), ("email", "ada@example.org")])
        let remove = try #require(walk.fixture.get(one).text.firstMatch(of: /action="([^"]+\/remove)"/)).1
        try walk.post("\(list)/{id}/subscribers/{subscriber}/remove", at: String(remove))
        try walk.post("\(list)/{id}/delete", at: "\(one)/delete")
    }

    static func compose(_ walk: AuditWalk) throws {
        let compose = "/app/communications/compose"
        try walk.post(compose, [("delivery_channels", "sms"), ("starting_point", "blank")])
        let id = try #require(try walk.fixture.store.drafts(from: .newest, limit: 1).items.first).id
        func step(_ name: String, _ form: [(String, String)] = []) throws {
            try walk.post("\(compose)/{id}/\(name)", at: "\(compose)/\(id)/\(name)", form)
        }
        func version() throws -> (String, String) {
            ("version", String(try #require(try walk.fixture.store.broadcast(id)).version))
        }
        try step("delivery", [version(), ("delivery_channels", "sms"), ("delivery_channels", "whatsapp")])
        try step("delivery", [version(), ("delivery_channels", "sms")])
        try step("message", [version(), ("name", "Spring"), ("sms_text", "Hello"), ("go", "next")])
        try step("recipients", [("first_name", "Ada"), ("mobile", "+27821234567")])
        try step("recipients", [("first_name", "Bob"), ("mobile", "+27821234568")])
        let bob = try #require(try walk.fixture.store.receivers(of: id, from: .newest, limit: 1).items.first).id
        try walk.post(
            "\(compose)/{id}/recipients/{receiver}/remove", at: "\(compose)/\(id)/recipients/\(bob)/remove")
        try step("options", [version(), ("expires_at", "2026-11-24T10:00"), ("resend", "1")])
        try step("duplicate")
        try step("schedule", [version(), ("send_at", "2026-11-23T10:00")])
        try step("unschedule", [version()])
        try step("send", [version()])
        let copy = try #require(try walk.fixture.store.drafts(from: .newest, limit: 1).items.first).id
        try walk.post("\(compose)/{id}/delete", at: "\(compose)/\(copy)/delete")
        let message = try #require(
            try walk.fixture.store.messages(MessageFilter(), from: .newest, limit: 1).items.first
        ).id
        try walk.post(
            "/app/communications/send-logs/{id}/cancel", at: "/app/communications/send-logs/\(message)/cancel")
        try walk.post(
            "/app/communications/send-logs/{id}/cancel", at: "/app/communications/send-logs/\(message)/cancel",
            writes: false)
    }

    static func audience(_ walk: AuditWalk) throws {
        let (store, now) = (walk.fixture.store, walk.fixture.now)
        let entity = try store.upsert(
            Entity(kind: .member, externalID: "m-1", firstName: "Ada", email: "ada@example.org"), at: now)
        let draft = try store.createDraft(
            name: "x", deliveryChannels: [.email], composition: Composition(), by: nil, at: now)
        let bulk = try store.createBulk(
            BulkDraft(name: "x", templateID: nil, deliveryChannels: [.email]), by: nil, at: now)
        let hosts = [
            ("/app/communications/compose/{id}/recipients", draft), ("/app/communications/bulk/{id}", bulk),
        ]
        for (pattern, id) in hosts {
            let base = pattern.replacing("{id}", with: String(id))
            try walk.post("\(pattern)/search", at: "\(base)/search", [("entity", String(entity))])
            try walk.post("\(pattern)/search/all", at: "\(base)/search/all", [("kind", "members")])
            let one = try walk.post("\(pattern)/channels/new", at: "\(base)/channels/new", [("name", "News")]).location
            let (channel, many) = (try #require(one), "\(pattern)/channels/{channel}/subscribers")
            try walk.post(many, at: "\(channel)/subscribers", [("email", "bob@example.org")])
            let number = try #require(channel.split(separator: "/").last)
            try walk.post("\(pattern)/channels", at: "\(base)/channels", [("channel", String(number))])
            let remove = try #require(walk.fixture.get(channel).text.firstMatch(of: /action="([^"]+\/remove)"/)).1
            try walk.post("\(many)/{subscriber}/remove", at: String(remove))
        }
    }
}
