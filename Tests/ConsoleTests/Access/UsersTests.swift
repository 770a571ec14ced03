import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Users in settings")
struct UsersTests {
    private func invite(_ fixture: SiteFixture, _ email: String, role: String) throws -> Response {
        fixture.post(
            "/app/settings/users", [("name", "Grace Hopper"), ("email", email), ("role", try fixture.roleID(role))])
    }

    @Test("somebody invited chooses a password by a link that works once")
    func invitation() throws {
        let fixture = try SiteFixture.signedIn()
        let answer = try invite(fixture, "Grace@example.org", role: "operator")
        #expect(answer.status == 200)
        let link = try #require(answer.oneTimeLink)
        let list = fixture.get("/app/settings/users").text
        #expect(list.contains("Invited"))
        #expect(!list.contains(link))
        #expect(fixture.store.hasNoPassword("grace@example.org"))

        fixture.forgetCookies()
        #expect(fixture.get(link).text.contains("grace@example.org"))
        let short = fixture.post(link, [("password", "short"), ("time_zone", "Europe/Paris")])
        #expect(short.status == 422)
        let done = fixture.post(link, [("password", SiteFixture.password), ("time_zone", "Europe/Paris")])
        #expect(done.status == 303)
        #expect(fixture.get("/app/account").text.contains("grace@example.org"))
        #expect(fixture.get(link).status == 410)
        let user = try #require(try fixture.user("grace@example.org"))
        #expect(user.timeZone == "Europe/Paris")
        #expect(user.role.name == "operator")
        fixture.signIn("grace@example.org")
        #expect(fixture.get("/app/account").status == 200)
        #expect(try fixture.audited("create user").map(\.subject) == ["grace@example.org"])
    }

    @Test("nobody signs in without having chosen a password")
    func noPassword() throws {
        let fixture = try SiteFixture.signedIn()
        _ = try invite(fixture, "grace@example.org", role: "viewer")
        fixture.forgetCookies()
        _ = fixture.get("/login")
        #expect(fixture.post("/login", [("email", "grace@example.org"), ("password", "")]).status == 422)
    }

    @Test("a link ends after three days, and by a newer one")
    func linkEnds() throws {
        let fixture = try SiteFixture.signedIn()
        let first = try #require(try invite(fixture, "grace@example.org", role: "viewer").oneTimeLink)
        let id = try #require(try fixture.user("grace@example.org")).id
        let second = try #require(fixture.post("/app/settings/users/\(id)/link").oneTimeLink)
        fixture.forgetCookies()
        #expect(fixture.get(first).status == 410)
        #expect(fixture.get(second).status == 200)
        fixture.pass(.seconds(72 * 3600))
        #expect(fixture.get(second).status == 410)
    }

    @Test("what does not hold is told beside its field")
    func refused() throws {
        let fixture = try SiteFixture.signedIn()
        let taken = try invite(fixture, "ada@example.org", role: "viewer")
        #expect(taken.status == 422)
        #expect(taken.text.contains("There is a user with this address already."))
        #expect(taken.text.contains("value=\"Grace Hopper\""))
        let empty = fixture.post("/app/settings/users", [("name", ""), ("email", "no"), ("role", "")])
        #expect(empty.status == 422)
        #expect(empty.text.contains("Choose a role."))
        #expect(try fixture.store.users().count == 1)
    }

    @Test("name and role are changed, and the audit says from what to what")
    func edit() throws {
        let fixture = try SiteFixture.signedIn()
        let id = try fixture.addUser("bob@example.org", role: "viewer")
        #expect(fixture.get("/app/settings/users/\(id)").status == 200)
        let answer = fixture.post(
            "/app/settings/users/\(id)",
            [("name", "Bob"), ("role", try fixture.roleID("operator")), ("version", "1")])
        #expect(answer.status == 303)
        let user = try #require(try fixture.user("bob@example.org"))
        #expect(user.name == "Bob")
        #expect(user.role.name == "operator")
        #expect(
            try fixture.audited("update user").first?.detail == "name “Ada Lovelace” to “Bob”, role viewer to operator")
    }

    @Test("the second of two editors is told, and may keep theirs")
    func twoEditors() throws {
        let fixture = try SiteFixture.signedIn()
        let id = try fixture.addUser("bob@example.org", role: "viewer")
        let role = try fixture.roleID("viewer")
        let path = "/app/settings/users/\(id)"
        #expect(fixture.post(path, [("name", "Bob"), ("role", role), ("version", "1")]).status == 303)
        let late = fixture.post(path, [("name", "Robert"), ("role", role), ("version", "1")])
        #expect(late.status == 409)
        #expect(late.text.contains("This was changed in the meantime"))
        #expect(late.text.contains("value=\"Robert\""))
        #expect(try fixture.user("bob@example.org")?.name == "Bob")
        let kept = fixture.post(path, [("name", "Robert"), ("role", role), ("version", "1"), ("keep_mine", "2")])
        #expect(kept.status == 303)
        #expect(try fixture.user("bob@example.org")?.name == "Robert")
    }

    @Test("a disabled user is signed out, and comes back when enabled")
    func disable() throws {
        let fixture = try SiteFixture.signedIn()
        let id = try fixture.addUser("bob@example.org", role: "viewer")
        fixture.signIn("bob@example.org")
        let theirs = fixture.cookies
        fixture.signIn("ada@example.org")
        #expect(fixture.get("/app/settings/users/\(id)/disable").text.contains("Disable"))
        #expect(fixture.post("/app/settings/users/\(id)/disable").status == 303)
        var request = Request(.get, "/app/account")
        request.cookies = theirs
        #expect(fixture.send(request).location?.hasPrefix("/login") == true)
        #expect(fixture.post("/app/settings/users/\(id)/enable").status == 303)
        fixture.signIn("bob@example.org")
        #expect(fixture.get("/app/account").status == 200)
    }

    @Test("nobody disables themselves, and the last owner stays")
    func lastOwner() throws {
        let fixture = try SiteFixture.signedIn()
        let ada = try #require(try fixture.user("ada@example.org"))
        let path = "/app/settings/users/\(ada.id)"
        #expect(!fixture.get(path).text.contains("\(path)/disable"))
        #expect(fixture.post("\(path)/disable").status == 409)
        // An owner who never chose a password could not help.
        _ = try invite(fixture, "grace@example.org", role: "owner")
        let demoted = fixture.post(
            path, [("name", "Ada"), ("role", try fixture.roleID("viewer")), ("version", String(ada.version))])
        #expect(demoted.status == 422)
        #expect(demoted.text.contains("last owner"))
        #expect(try fixture.user("ada@example.org")?.role.name == "owner")
        try fixture.addUser("bob@example.org", role: "owner")
        let now = fixture.post(
            path, [("name", "Ada"), ("role", try fixture.roleID("viewer")), ("version", String(ada.version))])
        #expect(now.status == 303)
    }

    @Test("whoever looks after the users cannot make more of themselves")
    func escalation() throws {
        let fixture = try SiteFixture.helper([.readUsers, .createUsers, .updateUsers, .readHistory])
        let (owner, bob) = (
            try #require(try fixture.user("ada@example.org")), try #require(try fixture.user("bob@example.org"))
        )
        #expect(try invite(fixture, "eve@example.org", role: "owner").status == 422)
        #expect(try fixture.user("eve@example.org") == nil)
        let owners = try fixture.roleID("owner")
        let mine = fixture.post(
            "/app/settings/users/\(bob.id)", [("name", "Bob"), ("role", owners), ("version", "1")])
        #expect(mine.status == 422)
        for action in ["link", "disable", "enable"] {
            #expect(fixture.post("/app/settings/users/\(owner.id)/\(action)").status == 403, "\(action)")
        }
        #expect(fixture.post("/app/settings/users/\(owner.id)", [("name", "x"), ("role", owners)]).status == 403)
        let page = fixture.get("/app/settings/users/\(owner.id)").text
        #expect(page.contains("not yours to change"))
        #expect(!page.contains("/link"))
        #expect(try fixture.user("bob@example.org")?.role.name == "helper")
        #expect(try fixture.user("ada@example.org")?.isDisabled == false)
        #expect(try invite(fixture, "eve@example.org", role: "helper").status == 200)
    }
}

extension AccessStore {
    fileprivate func hasNoPassword(_ email: String) -> Bool {
        (try? user(email: email))??.user.hasPassword == false
    }
}
