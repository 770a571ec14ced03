import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Users in settings")
struct UsersTests {
    private func invite(_ trial: ConsoleTrial, _ email: String, role: String) throws -> Response {
        trial.post(
            "/app/settings/users", [("name", "Grace Hopper"), ("email", email), ("role", try trial.roleID(role))])
    }

    @Test("somebody invited chooses a password by a link that works once")
    func invitation() throws {
        let trial = try ConsoleTrial.signedIn()
        let answer = try invite(trial, "Grace@example.org", role: "operator")
        #expect(answer.status == 200)
        let link = try #require(answer.oneTimeLink)
        let list = trial.get("/app/settings/users").text
        #expect(list.contains("Invited"))
        #expect(!list.contains(link))
        #expect(trial.store.hasNoPassword("grace@example.org"))

        trial.forgetCookies()
        #expect(trial.get(link).text.contains("grace@example.org"))
        let short = trial.post(link, [("password", "short"), ("time_zone", "Europe/Paris")])
        #expect(short.status == 422)
        let done = trial.post(link, [("password", ConsoleTrial.password), ("time_zone", "Europe/Paris")])
        #expect(done.status == 303)
        #expect(trial.get("/app/account").text.contains("grace@example.org"))
        #expect(trial.get(link).status == 410)
        let user = try #require(try trial.user("grace@example.org"))
        #expect(user.timeZone == "Europe/Paris")
        #expect(user.role.name == "operator")
        trial.signIn("grace@example.org")
        #expect(trial.get("/app/account").status == 200)
        #expect(try trial.audited("create user").map(\.subject) == ["grace@example.org"])
    }

    @Test("nobody signs in without having chosen a password")
    func noPassword() throws {
        let trial = try ConsoleTrial.signedIn()
        _ = try invite(trial, "grace@example.org", role: "viewer")
        trial.forgetCookies()
        _ = trial.get("/login")
        #expect(trial.post("/login", [("email", "grace@example.org"), ("password", "")]).status == 422)
    }

    @Test("a link ends after three days, and by a newer one")
    func linkEnds() throws {
        let trial = try ConsoleTrial.signedIn()
        let first = try #require(try invite(trial, "grace@example.org", role: "viewer").oneTimeLink)
        let id = try #require(try trial.user("grace@example.org")).id
        let second = try #require(trial.post("/app/settings/users/\(id)/link").oneTimeLink)
        trial.forgetCookies()
        #expect(trial.get(first).status == 410)
        #expect(trial.get(second).status == 200)
        trial.pass(.seconds(72 * 3600))
        #expect(trial.get(second).status == 410)
    }

    @Test("what does not hold is told beside its field")
    func refused() throws {
        let trial = try ConsoleTrial.signedIn()
        let taken = try invite(trial, "ada@example.org", role: "viewer")
        #expect(taken.status == 422)
        #expect(taken.text.contains("There is a user with this address already."))
        #expect(taken.text.contains("value=\"Grace Hopper\""))
        let empty = trial.post("/app/settings/users", [("name", ""), ("email", "no"), ("role", "")])
        #expect(empty.status == 422)
        #expect(empty.text.contains("Choose a role."))
        #expect(try trial.store.users().count == 1)
    }

    @Test("name and role are changed, and the audit says from what to what")
    func edit() throws {
        let trial = try ConsoleTrial.signedIn()
        let id = try trial.addUser("bob@example.org", role: "viewer")
        #expect(trial.get("/app/settings/users/\(id)").status == 200)
        let answer = trial.post(
            "/app/settings/users/\(id)",
            [("name", "Bob"), ("role", try trial.roleID("operator")), ("version", "1")])
        #expect(answer.status == 303)
        let user = try #require(try trial.user("bob@example.org"))
        #expect(user.name == "Bob")
        #expect(user.role.name == "operator")
        #expect(
            try trial.audited("update user").first?.detail == "name “Ada Lovelace” to “Bob”, role viewer to operator")
    }

    @Test("the second of two editors is told, and may keep theirs")
    func twoEditors() throws {
        let trial = try ConsoleTrial.signedIn()
        let id = try trial.addUser("bob@example.org", role: "viewer")
        let role = try trial.roleID("viewer")
        let path = "/app/settings/users/\(id)"
        #expect(trial.post(path, [("name", "Bob"), ("role", role), ("version", "1")]).status == 303)
        let late = trial.post(path, [("name", "Robert"), ("role", role), ("version", "1")])
        #expect(late.status == 409)
        #expect(late.text.contains("This was changed meanwhile"))
        #expect(late.text.contains("value=\"Robert\""))
        #expect(try trial.user("bob@example.org")?.name == "Bob")
        let kept = trial.post(path, [("name", "Robert"), ("role", role), ("version", "1"), ("keep_mine", "2")])
        #expect(kept.status == 303)
        #expect(try trial.user("bob@example.org")?.name == "Robert")
    }

    @Test("a disabled user is signed out, and comes back when enabled")
    func disable() throws {
        let trial = try ConsoleTrial.signedIn()
        let id = try trial.addUser("bob@example.org", role: "viewer")
        trial.signIn("bob@example.org")
        let theirs = trial.cookies
        trial.signIn("ada@example.org")
        #expect(trial.get("/app/settings/users/\(id)/disable").text.contains("Disable"))
        #expect(trial.post("/app/settings/users/\(id)/disable").status == 303)
        var request = Request(.get, "/app/account")
        request.cookies = theirs
        #expect(trial.send(request).location?.hasPrefix("/login") == true)
        #expect(trial.post("/app/settings/users/\(id)/enable").status == 303)
        trial.signIn("bob@example.org")
        #expect(trial.get("/app/account").status == 200)
    }

    @Test("nobody disables themselves, and the last owner stays")
    func lastOwner() throws {
        let trial = try ConsoleTrial.signedIn()
        let ada = try #require(try trial.user("ada@example.org"))
        let path = "/app/settings/users/\(ada.id)"
        #expect(!trial.get(path).text.contains("\(path)/disable"))
        #expect(trial.post("\(path)/disable").status == 409)
        // An owner who never chose a password could not help.
        _ = try invite(trial, "grace@example.org", role: "owner")
        let demoted = trial.post(
            path, [("name", "Ada"), ("role", try trial.roleID("viewer")), ("version", String(ada.version))])
        #expect(demoted.status == 422)
        #expect(demoted.text.contains("last owner"))
        #expect(try trial.user("ada@example.org")?.role.name == "owner")
        try trial.addUser("bob@example.org", role: "owner")
        let now = trial.post(
            path, [("name", "Ada"), ("role", try trial.roleID("viewer")), ("version", String(ada.version))])
        #expect(now.status == 303)
    }

    @Test("whoever looks after the users cannot make more of themselves")
    func escalation() throws {
        let trial = try ConsoleTrial.helper([.readUsers, .createUsers, .updateUsers, .readHistory])
        let (owner, bob) = (
            try #require(try trial.user("ada@example.org")), try #require(try trial.user("bob@example.org"))
        )
        #expect(try invite(trial, "eve@example.org", role: "owner").status == 422)
        #expect(try trial.user("eve@example.org") == nil)
        let owners = try trial.roleID("owner")
        let mine = trial.post(
            "/app/settings/users/\(bob.id)", [("name", "Bob"), ("role", owners), ("version", "1")])
        #expect(mine.status == 422)
        for action in ["link", "disable", "enable"] {
            #expect(trial.post("/app/settings/users/\(owner.id)/\(action)").status == 403, "\(action)")
        }
        #expect(trial.post("/app/settings/users/\(owner.id)", [("name", "x"), ("role", owners)]).status == 403)
        let page = trial.get("/app/settings/users/\(owner.id)").text
        #expect(page.contains("not yours to change"))
        #expect(!page.contains("/link"))
        #expect(try trial.user("bob@example.org")?.role.name == "helper")
        #expect(try trial.user("ada@example.org")?.isDisabled == false)
        #expect(try invite(trial, "eve@example.org", role: "helper").status == 200)
    }
}

extension AccessStore {
    fileprivate func hasNoPassword(_ email: String) -> Bool {
        (try? user(email: email))??.user.hasPassword == false
    }
}
