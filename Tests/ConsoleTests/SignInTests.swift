import HTTPServing
import Messaging
import Testing

@testable import Console

@Suite("Sign-in")
struct SignInTests {
    private let right = [("email", "ada@example.org"), ("password", SiteFixture.password)]

    @Test("Signing in redirects to the requested page")
    func success() throws {
        let fixture = try SiteFixture()
        try fixture.addUser()
        let turnedAway = fixture.get("/app/communications/send-logs?status=failed")
        #expect(turnedAway.status == 303)
        #expect(turnedAway.location == "/login?next=%2Fapp%2Fcommunications%2Fsend-logs%3Fstatus%3Dfailed")
        _ = fixture.get(turnedAway.location ?? "")
        let welcome = fixture.post("/login", right + [("next", "/app/communications/send-logs?status=failed")])
        #expect(welcome.status == 303)
        #expect(welcome.location == "/app/communications/send-logs?status=failed")
        #expect(fixture.get("/app/communications/send-logs").status == 200)
    }

    @Test(
        "A redirect target on another site is ignored",
        arguments: [
            "//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nSet-Cookie: x", "javascript:alert(1)",
        ])
    func openRedirect(_ next: String) throws {
        let fixture = try SiteFixture()
        try fixture.addUser()
        _ = fixture.get("/login")
        #expect(fixture.post("/login", right + [("next", next)]).location == "/app/communications")
    }

    @Test("A wrong password and an unknown user get the same response")
    func sameAnswer() throws {
        let fixture = try SiteFixture()
        try fixture.addUser()
        _ = fixture.get("/login")
        let wrong = fixture.post("/login", [("email", "ada@example.org"), ("password", "nope")])
        let unknown = fixture.post("/login", [("email", "bob@example.org"), ("password", "nope")])
        #expect(wrong.status == 422)
        #expect(unknown.status == 422)
        #expect(wrong.text.replacing("ada@", with: "bob@") == unknown.text)
        #expect(fixture.cookies["sb_session"] == nil)
    }

    @Test("A disabled user cannot sign in, and existing sessions end")
    func disabled() throws {
        let fixture = try SiteFixture.signedIn(as: "operator")
        let user = try #require(try fixture.store.users().first)
        try fixture.store.setDisabled(user.id, true)
        #expect(fixture.get("/app/account").status == 303)
        _ = fixture.get("/login")
        #expect(fixture.post("/login", right).status == 422)
    }

    @Test("Attempts are throttled per account, and the throttle expires")
    func throttled() throws {
        let fixture = try SiteFixture()
        try fixture.addUser()
        _ = fixture.get("/login")
        let guesses = (0..<10).map { _ in
            fixture.post("/login", [("email", "ada@example.org"), ("password", "guess")]).status
        }
        #expect(guesses == Array(repeating: 422, count: 10))
        let refused = fixture.post("/login", right)
        #expect(refused.status == 429)
        #expect(refused.headers["Retry-After"] == "90")
        #expect(refused.text.contains("Too many attempts"))
        fixture.pass(.seconds(90))
        #expect(fixture.post("/login", right).status == 303)
    }

    @Test("A session ends after twelve idle hours, and not before")
    func idle() throws {
        let fixture = try SiteFixture.signedIn()
        fixture.pass(.seconds(11 * 3600))
        #expect(fixture.get("/app/account").status == 200)
        fixture.pass(.seconds(11 * 3600))
        #expect(fixture.get("/app/account").status == 200)
        fixture.pass(.seconds(12 * 3600))
        #expect(fixture.get("/app/account").status == 303)
    }

    @Test("The cookie is HttpOnly, and the store has only its hash")
    func cookie() throws {
        let fixture = try SiteFixture()
        try fixture.addUser()
        _ = fixture.get("/login")
        let line = fixture.post("/login", right).headers.all("Set-Cookie").first { $0.hasPrefix("sb_session=") }
        #expect(line?.contains("; HttpOnly; SameSite=Lax") == true)
        #expect(line?.contains("Secure") == false)
        let name = try #require(fixture.cookies["sb_session"])
        #expect(try fixture.store.session(hash: name) == nil)
        #expect(try fixture.store.session(hash: Secrets.hash(name)) != nil)
    }

    @Test("Over HTTPS cookies are Secure and have the __Host- prefix")
    func hostPrefix() throws {
        let fixture = try SiteFixture.signedIn(publicURL: "https://console.example.org")
        #expect(fixture.cookies["__Host-sb_session"] != nil)
        #expect(fixture.cookies["sb_session"] == nil)
        #expect(fixture.get("/app/account").headers["Strict-Transport-Security"] != nil)
    }

    @Test("Signing out ends the session on the server")
    func signOut() throws {
        let fixture = try SiteFixture.signedIn()
        let kept = fixture.cookies
        #expect(fixture.get("/logout").text.contains("Sign out?"))
        #expect(fixture.post("/logout").location == "/login")
        var replay = Request(.get, "/app/account")
        replay.cookies = kept
        #expect(fixture.send(replay).status == 303)
    }

    @Test("Signing in never reuses an existing session id")
    func fixation() throws {
        let fixture = try SiteFixture.signedIn()
        let before = try #require(fixture.cookies["sb_session"])
        _ = fixture.post("/login", right)
        #expect(fixture.cookies["sb_session"] != before)
        #expect(try fixture.store.session(hash: Secrets.hash(before)) == nil)
    }

    @Test("The set-up link creates the first user once")
    func setup() throws {
        let fixture = try SiteFixture()
        let token = Secrets.randomToken()
        try fixture.store.createLink(
            hash: Secrets.hash(token), purpose: .setup, userID: nil, expiresAt: fixture.now + .seconds(3600))
        #expect(fixture.get("/setup/\(token)").text.contains("Create the first user"))
        #expect(fixture.get("/setup/\(token)").status == 200)
        let short = fixture.post("/setup/\(token)", [("name", "Ada"), ("email", "ada"), ("password", "short")])
        #expect(short.status == 422)
        #expect(short.text.contains("value=\"Ada\""))
        #expect(short.text.contains("Choose a time zone."))
        #expect(!short.text.contains("value=\"short\""))
        let form = [
            ("name", "Ada"), ("email", "ada@example.org"), ("password", SiteFixture.password), ("time_zone", "UTC"),
        ]
        #expect(fixture.post("/setup/\(token)", form).status == 303)
        #expect(try fixture.store.users().map(\.role.name) == ["owner"])
        #expect(fixture.get("/setup/\(token)").status == 410)
    }

    @Test("Opening a sign-in link does not consume it; its button does")
    func signInLink() throws {
        let fixture = try SiteFixture()
        let user = try fixture.addUser()
        let token = Secrets.randomToken()
        try fixture.store.createLink(
            hash: Secrets.hash(token), purpose: .signIn, userID: user, expiresAt: fixture.now + .seconds(3600))
        #expect(fixture.get("/setup/\(token)").status == 200)
        #expect(fixture.get("/setup/\(token)").status == 200)
        #expect(fixture.post("/setup/\(token)").status == 303)
        #expect(fixture.get("/app/account").status == 200)
        #expect(fixture.post("/setup/\(token)").status == 410)
        #expect(fixture.get("/setup/never-made").status == 410)
    }

    @Test("Changing the password requires the current one and ends all other sessions")
    func changePassword() throws {
        let fixture = try SiteFixture.signedIn()
        let elsewhere = fixture.cookies
        fixture.forgetCookies()
        _ = fixture.get("/login")
        _ = fixture.post("/login", right)
        _ = fixture.get("/app/account")
        let wrong = fixture.post(
            "/app/account/password", [("current_password", "wrong"), ("new_password", "another long one")])
        #expect(wrong.status == 422)
        #expect(wrong.text.contains("This is not your current password."))
        let fresh = [("current_password", SiteFixture.password), ("new_password", "another long one")]
        #expect(fixture.post("/app/account/password", fresh).status == 303)
        #expect(fixture.get("/app/account").status == 200)
        var other = Request(.get, "/app/account")
        other.cookies = elsewhere
        #expect(fixture.send(other).status == 303)
    }
}
