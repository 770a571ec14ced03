import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("API tokens in settings")
struct TokensTests {
    private func create(_ trial: ConsoleTrial, _ name: String, _ permissions: [Permission]) -> Response {
        trial.post(
            "/app/settings/api-tokens", [("name", name)] + permissions.map { ("permission", $0.rawValue) })
    }

    private func call(_ trial: ConsoleTrial, _ token: String) -> Int {
        trial.send(
            Request(.get, "/api/v1/messages", headers: Headers([("Authorization", "Bearer \(token)")]))
        ).status
    }

    @Test("a token is shown once, works, and is refused when revoked")
    func life() throws {
        let trial = try ConsoleTrial.signedIn()
        #expect(trial.get("/app/settings/api-tokens").text.contains("No tokens yet"))
        let shown = create(trial, "billing", [.readHistory])
        #expect(shown.status == 200)
        #expect(shown.headers["Cache-Control"] == "no-store")
        let token = try #require(shown.value(of: "new-token"))
        #expect(call(trial, token) == 200)

        let list = trial.get("/app/settings/api-tokens").text
        #expect(!list.contains(token))
        #expect(list.contains("Made by ada@example.org"))
        #expect(list.contains("communication:read:history"))
        let stored = try #require(try trial.store.tokens(from: .newest, limit: 10).items.first)
        #expect(stored.permissions == [.readHistory])
        #expect(trial.get("/app/settings/api-tokens/\(stored.id)/revoke").text.contains("Revoke the token"))
        #expect(trial.post("/app/settings/api-tokens/\(stored.id)/revoke").status == 303)
        #expect(call(trial, token) == 401)
        #expect(trial.post("/app/settings/api-tokens/\(stored.id)/revoke").status == 404)
        #expect(trial.get("/app/settings/api-tokens").text.contains("No tokens yet"))
        #expect(try trial.audited("revoke api token").map(\.subject) == ["billing"])
    }

    @Test("last used is kept to a minute")
    func lastUsed() throws {
        let trial = try ConsoleTrial.signedIn()
        let token = try #require(create(trial, "billing", [.readHistory]).value(of: "new-token"))
        func used() throws -> Timestamp? { try trial.store.tokens(from: .newest, limit: 1).items.first?.lastUsedAt }
        #expect(try used() == nil)
        #expect(trial.get("/app/settings/api-tokens").text.contains("Never"))
        let first = trial.now
        #expect(call(trial, token) == 200)
        #expect(try used() == first)
        trial.pass(.seconds(59))
        #expect(call(trial, token) == 200)
        #expect(try used() == first)
        trial.pass(.seconds(1))
        #expect(call(trial, token) == 200)
        #expect(try used() == first + .seconds(60))
    }

    @Test("what does not hold is told")
    func refused() throws {
        let trial = try ConsoleTrial.signedIn()
        #expect(create(trial, "", [.readHistory]).status == 422)
        #expect(create(trial, "billing", []).text.contains("Choose what it may do."))
        #expect(create(trial, "billing", [.readHistory]).status == 200)
        let again = create(trial, "billing", [.readHistory])
        #expect(again.status == 422)
        #expect(again.text.contains("A token in use has this name already."))
        #expect(try trial.store.tokens(from: .newest, limit: 10).items.count == 1)
    }

    @Test("nobody makes a token that may do more than they may")
    func escalation() throws {
        let trial = try ConsoleTrial.helper([.readTokens, .createTokens, .readHistory])
        #expect(create(trial, "big", [.readHistory, .sendEmail]).status == 422)
        #expect(try trial.store.tokens(from: .newest, limit: 10).items.isEmpty)
        #expect(create(trial, "small", [.readHistory]).status == 200)
        let id = try #require(try trial.store.tokens(from: .newest, limit: 1).items.first).id
        #expect(trial.post("/app/settings/api-tokens/\(id)/revoke").status == 403)
        #expect(!trial.get("/app/settings/api-tokens").text.contains("/revoke"))
    }
}
