import HTTPServing
import Messaging
import Testing

@testable import Console

extension AuditJourney {
    static let settings = "/app/settings/communication"
    static let ada = Address(kind: .email, value: "ada@example.org")

    static func message(_ walk: AuditWalk) throws -> Int64 {
        let single = SingleMessage(
            origin: .api, content: Content(deliveryChannel: .email, subject: "S", text: "T"),
            receiver: Receiver(email: ada.value, origin: .api))
        return try #require(try walk.fixture.store.accept(single, at: walk.fixture.now).newID)
    }

    private static func sandbox(_ channel: DeliveryChannel, _ walk: AuditWalk) throws -> Int64 {
        try walk.fixture.store.createProvider(
            ProviderDraft(
                deliveryChannel: channel, kind: "sandbox", name: "Sandbox", isDefault: true,
                settings: ProviderSettings(), secretNames: []), at: walk.fixture.now)
    }

    static func templates(_ walk: AuditWalk) throws {
        for (list, form) in [
            ("email-wrappers", [("name", "Brand"), ("html", "{{content}}")]),
            ("mail-templates", [("name", "Formal"), ("header_html", "<p>1</p>")]),
        ] {
            let list = "\(settings)/\(list)"
            let one = try #require(try walk.post(list, form).location)
            try walk.post("\(list)/{id}", at: one, form.map { ($0.0, $0.1 + " ") } + [("version", "1")])
            try walk.post("\(list)/{id}/delete", at: "\(one)/delete")
        }
        let list = "\(settings)/message-templates"
        let form = [("name", "Renewal"), ("priority", "normal"), ("is_active", "1"), ("sms_text", "Hi")]
        _ = try walk.post(list, form)
        let id = try #require(try walk.fixture.store.templates(TemplateFilter(), from: .newest, limit: 1).items.first)
            .id
        try walk.post(
            "\(list)/{id}/test", at: "\(list)/\(id)/test", [("delivery_channel", "sms"), ("mobile", "+27821234567")])
        try walk.post("\(list)/{id}/duplicate", at: "\(list)/\(id)/duplicate")
        try walk.post("\(list)/{id}/edit", at: "\(list)/\(id)/edit", form + [("version", "1")])
        try walk.post("\(list)/{id}/delete", at: "\(list)/\(id)/delete")
    }

    static func mailServer(_ walk: AuditWalk) throws {
        let list = "\(settings)/mail-servers"
        let form = [
            ("name", "Office"), ("host", "mail.example.org"), ("port", "587"), ("tls", "none"),
            ("from_address", "hello@example.org"), ("max_connections", "5"),
        ]
        try walk.post(list, at: "\(list)?kind=smtp", form)
        let one = "\(list)/\(try #require(try walk.fixture.store.providers(for: .email).first).id)"
        try walk.post("\(list)/{id}", at: one, form)
        try walk.post("\(list)/{id}/test", at: "\(one)/test", [("recipient", "ada@example.org")])
        try switches(list, one, walk)
    }

    /// The buttons of a provider, each where it changes something, and again where it does not.
    private static func switches(_ list: String, _ one: String, _ walk: AuditWalk) throws {
        func press(_ button: String, writes: Bool = true) throws {
            try walk.post("\(list)/{id}/\(button)", at: "\(one)/\(button)", writes: writes)
        }
        try press("enable", writes: false)
        try press("disable")
        try press("disable", writes: false)
        try press("default", writes: false)
        try press("enable")
        let account = try #require(
            try walk.fixture.store.provider(Int64(one.split(separator: "/").last ?? "") ?? 0))
        _ = try sandbox(account.deliveryChannel, walk)
        try press("default")
        try press("default", writes: false)
        try press("delete")
    }

    static func providers(_ section: ProviderSection, _ walk: AuditWalk) throws {
        let list = "\(settings)/\(section.slug)"
        let form = [("name", "Try"), ("from_address", "hello@example.org"), ("auto_answer", "none")]
        try walk.post(list, at: "\(list)?kind=sandbox", form)
        let one = "\(list)/\(try #require(try walk.fixture.store.providers(for: section.channel).first).id)"
        try walk.post("\(list)/{id}", at: one, form)
        let recipient: String =
            switch section.channel.addressKind {
            case .email: ada.value
            case .mobile: "+27821234567"
            case .device: "t-1"
            case .entity: "member:m-1"
            }
        try walk.post("\(list)/{id}/test", at: "\(one)/test", [("recipient", recipient)])
        // Once: nothing was handed over while the audit could not be written.
        #expect(walk.fixture.tester.seen.withLock { $0.count } == 1)
        try switches(list, one, walk)
    }

    static func sandbox(_ walk: AuditWalk) throws {
        let provider = try sandbox(.email, walk)
        _ = try sandbox(.sms, walk)
        try walk.post("/app/sandbox/settings", [("refuse_percent", "10"), ("auto_answer", "none")])
        let changed = try walk.fixture.store.providers(for: nil).map { $0.settings["refuse_percent"] }
        #expect(changed == ["10", "10"])
        let transfer = SandboxTransfer(
            key: "key-1", messageID: try message(walk), deliveryChannel: .email, from: "sandbox@example.org",
            to: ada.value, subject: "S", payload: MessageBody(Array("Subject: S\r\n\r\nT".utf8)))
        try walk.fixture.settle(.accepted, reference: "key-1")
        try walk.fixture.store.keep([transfer], providerID: provider, at: walk.fixture.now)
        let item = try #require(
            try walk.fixture.store.sandboxItems(channel: nil, from: .newest, limit: 1).items.first
        ).id
        let (answer, opened) = ("/app/sandbox/\(item)/answer", [("answer", "opened")])
        try walk.post("/app/sandbox/{id}/answer", at: answer, opened)
        try walk.post("/app/sandbox/{id}/answer", at: answer, opened, writes: false)
        try walk.post("/app/sandbox/{id}/reply", at: "/app/sandbox/\(item)/reply", [("text", "Yes")])
    }
}
