import Foundation
import Messaging
import TestSupport
import Testing

@testable import Storage

@Suite("Channels and templates in the store")
struct TemplateStoreTests {
    @Test("a channel counts its subscribers and refuses the same person twice", arguments: EngineUnderTest.allCases)
    func channels(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try store.createChannel(name: "100% Newsletter", description: "All of it", at: StoreFixture.noon)
        let ada = Subscriber(firstName: "Ada", email: "Ada@Example.org")
        guard case .added(let first) = try store.addSubscriber(ada, to: id, at: StoreFixture.noon) else {
            Issue.record("not added")
            return
        }
        let again = try store.addSubscriber(
            Subscriber(email: "ada@example.org", mobile: "+27821234567"), to: id, at: StoreFixture.noon)
        guard case .present(let existing) = again else {
            Issue.record("added twice")
            return
        }
        #expect(existing.id == first)
        #expect(existing.label == "Ada")
        #expect(try store.channel(id)?.subscriberCount == 1)
        #expect(try store.channels(matching: "100%", from: .newest, limit: 5).items.map(\.id) == [id])
        #expect(try store.channels(matching: "x%", from: .newest, limit: 5).items.isEmpty)
        try store.removeSubscriber(first, from: id, at: StoreFixture.noon)
        #expect(try store.channel(id)?.subscriberCount == 0)
        #expect(throws: StoreConflict.notFound) { try store.removeSubscriber(first, from: id, at: StoreFixture.noon) }
        #expect(throws: StoreConflict.notFound) { _ = try store.addSubscriber(ada, to: 99, at: StoreFixture.noon) }
        try store.deleteChannel(id)
        #expect(try store.channel(id) == nil)
        #expect(try store.subscribers(of: id, from: .newest, limit: 5).items.isEmpty)
    }

    @Test("a linked subscriber is read from its record as it is now", arguments: EngineUnderTest.allCases)
    func linked(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try store.createChannel(name: "VIP", description: "", at: StoreFixture.noon)
        var entity = Entity(kind: .member, externalID: "m-1", firstName: "Ada", email: "old@example.org")
        entity.id = try store.upsert(entity, at: StoreFixture.noon)
        _ = try store.addSubscriber(Subscriber(entity: entity.reference), to: id, at: StoreFixture.noon)
        entity.email = "new@example.org"
        try store.upsert(entity, at: StoreFixture.noon)
        let found = try #require(try store.subscribers(of: id, from: .newest, limit: 5).items.first)
        #expect(found.email == "new@example.org")
        #expect(found.entity?.externalID == "m-1")
        #expect(found.receiver.origin == .channel)
    }

    @Test("subscribers are walked by key, both ways", arguments: EngineUnderTest.allCases)
    func pages(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try store.createChannel(name: "All", description: "", at: StoreFixture.noon)
        let people = (1...5).map { Subscriber(email: "p\($0)@example.org") }
        _ = try store.addSubscribers(people, to: id, at: StoreFixture.noon)
        let first = try store.subscribers(of: id, from: .newest, limit: 2)
        let second = try store.subscribers(of: id, from: .after(try #require(first.next)), limit: 2)
        #expect(second.items.map(\.email) == ["p3@example.org", "p2@example.org"])
        let back = try store.subscribers(of: id, from: .before(try #require(second.previous)), limit: 2)
        #expect(back.items == first.items)
    }

    @Test("one wrapper is the default, and one in use is not deleted", arguments: EngineUnderTest.allCases)
    func wrappers(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let old = try store.createWrapper(
            EmailWrapperDraft(name: "Old", isDefault: true), by: nil, at: StoreFixture.noon)
        let new = try store.createWrapper(
            EmailWrapperDraft(name: "New", isDefault: true), by: nil, at: StoreFixture.noon)
        #expect(try store.wrappers().map(\.isDefault) == [true, false])
        #expect(try store.defaultWrapper()?.id == new)
        var draft = MessageTemplateDraft(name: "Renewal")
        draft.email = .init(subject: "s", html: "<p>h</p>", wrapper: .wrapper(old))
        let template = try store.createTemplate(draft, by: nil, at: StoreFixture.noon)
        var composition = Composition(emailSubject: "x")
        composition.emailWrapper = .wrapper(old)
        let saved = try store.createDraft(
            name: "July", deliveryChannels: [.email], composition: composition, by: nil, at: StoreFixture.noon)
        #expect(
            try store.uses(ofWrapper: old) == [
                .template(id: template, name: "Renewal"), .draft(id: saved, name: "July"),
            ])
        #expect(throws: StoreConflict.state("used")) { try store.deleteWrapper(old) }
        try store.deleteTemplate(template)
        try store.deleteDraft(saved)
        try store.deleteWrapper(old)
        #expect(try store.wrapper(old) == nil)
    }

    @Test("the second of two saves is told", arguments: EngineUnderTest.allCases)
    func versions(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        var draft = MessageTemplateDraft(name: "A")
        draft.sms.text = "Hi"
        let id = try store.createTemplate(draft, by: nil, at: StoreFixture.noon)
        draft.name = "B"
        #expect(try store.saveTemplate(id, version: 1, draft, by: nil, at: StoreFixture.noon) == 2)
        draft.name = "C"
        #expect(throws: StoreConflict.version(2)) {
            try store.saveTemplate(id, version: 1, draft, by: nil, at: StoreFixture.noon)
        }
        #expect(try store.template(id)?.name == "B")
        let mail = try store.createMailTemplate(
            MailTemplateDraft(name: "M", headerHTML: "h"), by: nil, at: StoreFixture.noon)
        try store.saveMailTemplate(
            mail, version: 1, MailTemplateDraft(name: "N", footerHTML: "f"), by: nil, at: StoreFixture.noon)
        #expect(throws: StoreConflict.version(2)) {
            try store.saveMailTemplate(mail, version: 1, MailTemplateDraft(), by: nil, at: StoreFixture.noon)
        }
    }

    @Test(
        "templates are found by name, by activity and by what they have content for",
        arguments: EngineUnderTest.allCases)
    func filters(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        var draft = MessageTemplateDraft(name: "Renewal notice", priority: .urgent, variables: ["first_name"])
        draft.sms.text = "Hi"
        draft.whatsapp = .init(text: "Hi", providerTemplate: "renewal", language: "en", parameters: ["first_name"])
        let both = try store.createTemplate(draft, by: nil, at: StoreFixture.noon)
        draft.isActive = false
        draft.whatsapp = .init()
        let sms = try store.createTemplate(draft, by: nil, at: StoreFixture.noon)
        func found(_ filter: TemplateFilter) throws -> [Int64] {
            try store.templates(filter, from: .newest, limit: 10).items.map(\.id)
        }
        #expect(try found(TemplateFilter(query: "RENEW")) == [sms, both])
        #expect(try found(TemplateFilter(query: "_enew")).isEmpty)
        #expect(try found(TemplateFilter(isActive: true)) == [both])
        #expect(try found(TemplateFilter(supports: [.sms])) == [sms, both])
        #expect(try found(TemplateFilter(supports: [.sms, .whatsapp])) == [both])
        #expect(try found(TemplateFilter(supports: [.email])).isEmpty)
        let stored = try #require(try store.template(both))
        #expect(stored.draft.whatsapp.parameters == ["first_name"])
        #expect(stored.priority == .urgent)
    }
}
