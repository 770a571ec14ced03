import HTTPServing
import Messaging
import Testing

@testable import Console

extension AuditJourney {
    static func signingIn(_ walk: AuditWalk) throws {
        try walk.post("/logout")
        walk.fixture.forgetCookies()
        let (login, account) = ("/login", "/app/account")
        let wrong = [("email", ada.value), ("password", "another long one")]
        let right = [("email", ada.value), ("password", SiteFixture.password)]
        _ = walk.fixture.get(login)
        try walk.refused(login, wrong)
        try walk.post(login, right)
        #expect(walk.fixture.get(account).status == 200)
    }

    static func settingUp(_ walk: AuditWalk) throws {
        let form = [
            ("name", "Ada"), ("email", ada.value), ("password", SiteFixture.password), ("time_zone", "UTC"),
        ]
        try use(try link(.setup, for: nil, walk), form, "set up", walk)
    }

    static func links(_ walk: AuditWalk) throws {
        let user = try walk.fixture.addUser()
        try use(try link(.signIn, for: user, walk), [], "sign in by link", walk)
        walk.fixture.forgetCookies()
        let form = [("password", "five words of Ada L"), ("time_zone", "UTC")]
        try use(try link(.password, for: user, walk), form, "choose password", walk)
    }

    private static func link(_ purpose: LinkPurpose, for user: Int64?, _ walk: AuditWalk) throws -> String {
        let token = Secrets.randomToken()
        try walk.fixture.store.createLink(
            hash: Secrets.hash(token), purpose: purpose, userID: user, expiresAt: walk.fixture.now + .seconds(3600))
        return "/setup/\(token)"
    }

    /// A link whose use could not be written down is good for another.
    private static func use(
        _ link: String, _ form: [(String, String)], _ action: String, _ walk: AuditWalk
    ) throws {
        _ = walk.fixture.get(link)
        try walk.post("/setup/{token}", at: link, form)
        #expect(try walk.fixture.audited().first?.action == action)
        #expect(walk.fixture.get("/app/account").status == 200)
    }

    static func access(_ walk: AuditWalk) throws {
        let (users, roles, tokens) = ("/app/settings/users", "/app/settings/roles", "/app/settings/api-tokens")
        try walk.post(roles, [("name", "Front office"), ("permission", "communication:read:history")])
        let role = try walk.fixture.roleID("Front office")
        try walk.post(users, [("name", "Bob"), ("email", "bob@example.org"), ("role", role)])
        let bob = try #require(try walk.fixture.user("bob@example.org")).id
        try walk.post("\(users)/{id}/link", at: "\(users)/\(bob)/link")
        try walk.post(
            "\(users)/{id}", at: "\(users)/\(bob)",
            [("name", "Bob"), ("role", try walk.fixture.roleID("viewer")), ("version", "1")])
        try walk.post("\(users)/{id}/disable", at: "\(users)/\(bob)/disable")
        try walk.post("\(users)/{id}/enable", at: "\(users)/\(bob)/enable")
        try walk.post("\(roles)/{id}", at: "\(roles)/\(role)", [("name", "Front office 2"), ("version", "1")])
        try walk.post("\(roles)/{id}/delete", at: "\(roles)/\(role)/delete")
        try walk.post(tokens, [("name", "billing"), ("permission", "communication:read:history")])
        let token = try #require(try walk.fixture.store.tokens(from: .newest, limit: 1).items.first).id
        try walk.post("\(tokens)/{id}/revoke", at: "\(tokens)/\(token)/revoke")
        try walk.post("\(settings)/general", [("region", "ZA")])
        try walk.post("/app/settings/modules", [("module", "communication:channels"), ("turn", "off")])
        try walk.post("/app/account", [("name", "Ada"), ("time_zone", "UTC")])
        try walk.post(
            "/app/account/password",
            [("current_password", SiteFixture.password), ("new_password", "five words of Ada L")])
        try walk.post("/logout")
    }
}
