import HTTPServing
import Messaging
import Testing

@testable import Console

extension AuditJourney {
    static func calls(_ walk: AuditWalk) throws {
        try walk.lines("POST /api/v1/entities/{kind}", "/api/v1/entities/members", #"{"external_id":"m-0"}"#)
        try walk.call("PUT /api/v1/entities/{kind}/{external_id}", "/api/v1/entities/members/m-1", "{}")
        let devices = "/api/v1/entities/{kind}/{external_id}/devices/{token...}"
        try walk.call("PUT \(devices)", "/api/v1/entities/members/m-1/devices/t-1", #"{"platform":"ios"}"#)
        try walk.call("DELETE \(devices)", "/api/v1/entities/members/m-1/devices/t-1")
        let notice = try walk.keepNotice(for: "m-1")
        try walk.call(
            "POST /api/v1/entities/{kind}/{external_id}/inbox/{id}/read",
            "/api/v1/entities/members/m-1/inbox/\(notice)/read")
        try walk.call("DELETE /api/v1/entities/{kind}/{external_id}", "/api/v1/entities/members/m-1")
        let message = try walk.call(
            "POST /api/v1/messages", "/api/v1/messages",
            #"{"delivery_channel":"sms","to":{"mobile":"+27821234567"},"text":"Hi"}"#)
        try walk.call("POST /api/v1/messages/{id}/cancel", "\(try #require(message.location))/cancel")
        let channel = try #require(
            try walk.call("POST /api/v1/channels", "/api/v1/channels", #"{"name":"News"}"#).location)
        let subscribers = "/api/v1/channels/{id}/subscribers"
        let one = try walk.call("POST \(subscribers)", "\(channel)/subscribers", #"{"email":"ada@example.org"}"#)
        try walk.call("DELETE \(subscribers)/{subscriber}", try #require(one.location))
        try walk.lines("POST \(subscribers)", "\(channel)/subscribers", #"{"email":"bob@example.org"}"#)
        for (list, made, changed) in [
            ("channels", #"{"name":"Newsletter"}"#, #"{"name":"Weekly"}"#),
            ("wrappers", #"{"name":"Brand","html":"{{content}}"}"#, #"{"version":1,"name":"B"}"#),
            ("mail-templates", #"{"name":"Formal","header_html":"<p>1</p>"}"#, #"{"version":1,"name":"F"}"#),
            ("templates", #"{"name":"Renewal","sms":{"text":"Hi"}}"#, #"{"version":1,"name":"R"}"#),
        ] {
            let list = "/api/v1/\(list)"
            let one = try #require(try walk.call("POST \(list)", list, made).location, "\(list)")
            try walk.call("PATCH \(list)/{id}", one, changed)
            try walk.call("DELETE \(list)/{id}", one)
        }
    }

    static func settingsCalls(_ walk: AuditWalk) throws {
        let suppression = try walk.call(
            "POST /api/v1/suppressions", "/api/v1/suppressions", #"{"email":"ada@example.org","reason":"Asked."}"#)
        try walk.call("DELETE /api/v1/suppressions/{id}", try #require(suppression.location))
        let provider = try walk.call(
            "POST /api/v1/providers", "/api/v1/providers",
            #"{"delivery_channel":"sms","kind":"sandbox","name":"Try","settings":{"from_address":"a@example.org"}}"#)
        let one = try #require(provider.location)
        try walk.call("PATCH /api/v1/providers/{id}", one, #"{"name":"Tried"}"#)
        try walk.call("DELETE /api/v1/providers/{id}", one)
    }
}
