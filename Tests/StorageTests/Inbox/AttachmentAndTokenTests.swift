import Messaging
import TestSupport
import Testing

@testable import Storage

@Suite("Files by hash, and tokens that expire")
struct AttachmentAndTokenTests {
    @Test("the same bytes are kept once, under their SHA-256", arguments: EngineUnderTest.allCases)
    func attachments(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let hash = try store.keepAttachment(Array("abc".utf8), contentType: "text/plain", at: StoreFixture.noon)
        // FIPS 180-2, appendix B.1
        #expect(hash == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            try store.keepAttachment(Array("abc".utf8), contentType: "text/html", at: StoreFixture.noon) == hash)
        let kept = try #require(try store.attachment(hash))
        #expect(kept.bytes == Array("abc".utf8))
        #expect(kept.facts == AttachmentFacts(hash: hash, size: 3, contentType: "text/plain"))
        #expect(try store.attachmentFacts(hash) == kept.facts)
        #expect(try store.attachment("0") == nil)
        let empty = try store.keepAttachment([], contentType: "text/plain", at: StoreFixture.noon)
        #expect(try store.attachment(empty)?.bytes == [])
    }

    private func draft(_ name: String = "X", secret: String = "one") -> ProviderDraft {
        ProviderDraft(
            deliveryChannel: .email, kind: "x", name: name, isDefault: true,
            settings: ProviderSettings(["secret": secret]), secretNames: ["secret"])
    }

    @Test("a token is sealed, replaced, forgotten, and goes with its provider", arguments: EngineUnderTest.allCases)
    func tokens(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try store.createProvider(draft(), at: StoreFixture.noon)
        let account = try #require(try store.provider(id))
        let token = ProviderToken(value: "secret-of-ours", expiresAt: StoreFixture.noon)
        try store.keep(token, for: account, scope: "mail")
        #expect(try store.providerToken(id, scope: "mail") == token)
        #expect(try store.providerToken(id, scope: "other") == nil)
        let sealed = try store.engine.read { connection in
            try connection.first("SELECT sealed FROM provider_tokens", [], { $0.bytes() })
        }
        #expect(sealed?.isEmpty == false)
        #expect(!String(decoding: sealed ?? [], as: UTF8.self).contains("secret-of-ours"))
        let next = ProviderToken(value: "another", expiresAt: StoreFixture.noon + .seconds(60))
        try store.keep(next, for: account, scope: "mail")
        #expect(try store.providerToken(id, scope: "mail") == next)
        try store.forgetProviderToken(id, scope: "mail")
        #expect(try store.providerToken(id, scope: "mail") == nil)
        try store.keep(next, for: account, scope: "mail")
        try store.deleteProvider(id)
        #expect(try store.providerToken(id, scope: "mail") == nil)
        try store.keep(next, for: account, scope: "mail")
        #expect(try store.providerToken(id, scope: "mail") == nil)
    }

    @Test("tokens end with the settings they were given for", arguments: EngineUnderTest.allCases)
    func rotation(engine: EngineUnderTest) throws {
        let store = try engine.makeStore().store
        let id = try store.createProvider(draft(), at: StoreFixture.noon)
        let first = try #require(try store.provider(id))
        let token = ProviderToken(value: "of one", expiresAt: StoreFixture.noon)
        try store.keep(token, for: first, scope: "mail")
        // Another name changes nothing.
        try store.updateProvider(id, draft("Y"), at: StoreFixture.noon + .seconds(1))
        #expect(try store.providerToken(id, scope: "mail") == token)
        let renamed = try #require(try store.provider(id))
        try store.updateProvider(id, draft("Y", secret: "two"), at: StoreFixture.noon + .seconds(2))
        #expect(try store.providerToken(id, scope: "mail") == nil)
        // One that was on its way meanwhile was given for the secret of before.
        try store.keep(token, for: renamed, scope: "mail")
        #expect(try store.providerToken(id, scope: "mail") == nil)
        let rotated = try #require(try store.provider(id))
        try store.keep(ProviderToken(value: "of two", expiresAt: StoreFixture.noon), for: rotated, scope: "mail")
        #expect(try store.providerToken(id, scope: "mail")?.value == "of two")
    }
}
