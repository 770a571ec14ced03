import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("API tokens in settings")
struct TokensTests {
    private func create(_ fixture: SiteFixture, _ name: String, _ permissions: [Permission]) -> Response {
        fixture.post(
            "/app/settings/api-tokens", [("name", name)] + permissions.map { ("permission", $0.rawValue) })
    }

    private func call(_ fixture: SiteFixture, _ token: String) -> Int {
        fixture.send(
            Request(.get, "/api/v1/messages", headers: Headers([("Authorization", "Bearer \(token)")]))
        ).status
    }

    @Test("a token is shown once, works, and is refused when revoked")
    func life() throws {
        let fixture = try SiteFixture.signedIn()
        #expect(fixture.get("/app/settings/api-tokens").text.contains("No tokens yet"))
        let shown = create(fixture, "billing", [.readHistory])
        #expect(shown.status == 200)
        #expect(shown.headers["Cache-Control"] == "no-store")
        let token = try #require(shown.value(of: "new-token"))
        #expect(call(fixture, token) == 200)

        let list = fixture.get("/app/settings/api-tokens").text
        #expect(!list.contains(token))
        #expect(list.contains("Created by ada@example.org"))
        #expect(list.contains("communication:read:history"))
        let stored = try #require(try fixture.store.tokens(from: .newest, limit: 10).items.first)
        #expect(stored.permissions == [.readHistory])
        #expect(fixture.get("/app/settings/api-tokens/\(stored.id)/revoke").text.contains("Revoke the token"))
        #expect(fixture.post("/app/settings/api-tokens/\(stored.id)/revoke").status == 303)
        #expect(call(fixture, token) == 401)
        #expect(fixture.post("/app/settings/api-tokens/\(stored.id)/revoke").status == 404)
        #expect(fixture.get("/app/settings/api-tokens").text.contains("No tokens yet"))
        #expect(try fixture.audited("revoke api token").map(\.subject) == ["billing"])
    }

    @Test("last used is kept to a minute")
    func lastUsed() throws {
        let fixture = try SiteFixture.signedIn()
        let token = try #require(create(fixture, "billing", [.readHistory]).value(of: "new-token"))
        func used() throws -> Timestamp? { try fixture.store.tokens(from: .newest, limit: 1).items.first?.lastUsedAt }
        #expect(try used() == nil)
        #expect(fixture.get("/app/settings/api-tokens").text.contains("Never"))
        let first = fixture.now
        #expect(call(fixture, token) == 200)
        #expect(try used() == first)
        fixture.pass(.seconds(59))
        #expect(call(fixture, token) == 200)
        #expect(try used() == first)
        fixture.pass(.seconds(1))
        #expect(call(fixture, token) == 200)
        #expect(try used() == first + .seconds(60))
    }

    @Test("what does not hold is told")
    func refused() throws {
        let fixture = try SiteFixture.signedIn()
        #expect(create(fixture, "", [.readHistory]).status == 422)
        #expect(create(fixture, "billing", []).text.contains("Choose what it may do."))
        #expect(create(fixture, "billing", [.readHistory]).status == 200)
        let again = create(fixture, "billing", [.readHistory])
        #expect(again.status == 422)
        #expect(again.text.contains("A token in use has this name already."))
        #expect(try fixture.store.tokens(from: .newest, limit: 10).items.count == 1)
    }

    @Test("nobody makes a token that may do more than they may")
    func escalation() throws {
        let fixture = try SiteFixture.helper([.readTokens, .createTokens, .readHistory])
        #expect(create(fixture, "big", [.readHistory, .sendEmail]).status == 422)
        #expect(try fixture.store.tokens(from: .newest, limit: 10).items.isEmpty)
        #expect(create(fixture, "small", [.readHistory]).status == 200)
        let id = try #require(try fixture.store.tokens(from: .newest, limit: 1).items.first).id
        #expect(fixture.post("/app/settings/api-tokens/\(id)/revoke").status == 403)
        #expect(!fixture.get("/app/settings/api-tokens").text.contains("/revoke"))
    }
}
